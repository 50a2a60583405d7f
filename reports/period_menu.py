"""What the period picker offers: periods by name, the one before and after, and what to compare with."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from reports import adjacent_periods, comparison, periods
from reports.day_labels import of_period
from reports.links import DashboardLinks
from reports.period_address import parts_of_comparison, parts_of_period
from reports.periods import ReportPeriod

GROUPS = (
    ("today", "yesterday", periods.LAST_24_HOURS),
    ("7d", "28d", "30d", "90d"),
    ("month", "last_month", "year", "12mo", periods.ALL),
)
SHORTCUTS = {
    "today": "d",
    "yesterday": "e",
    periods.LAST_24_HOURS: "h",
    "7d": "w",
    "28d": "f",
    "30d": "t",
    "90d": "n",
    "month": "m",
    "last_month": "p",
    "year": "y",
    "12mo": "l",
    periods.ALL: "a",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """shortcut: the key that chooses it, "" without one."""

    label: str
    url: str
    is_current: bool
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class PeriodMenu:
    """earlier_url, later_url: "" where there is none. compared: what is compared with in words, "" with nothing;
    compared_first, compared_last: its days, or those before where it is nothing. is_custom: they were chosen.
    parts, compared_parts: what the forms for a range of one's own take along, names and values.
    """

    groups: list[list[Choice]]
    comparisons: list[Choice]
    weekdays: Choice | None
    earlier_url: str
    later_url: str
    compared: str
    compared_first: date
    compared_last: date
    is_custom: bool
    parts: list[tuple[str, str]]
    compared_parts: list[tuple[str, str]]


def period_menu(links: DashboardLinks, now: datetime) -> PeriodMenu:
    question = links.question
    asked, found = question.period, question.comparison
    other = found.whole if found else asked.previous

    def moved(to: ReportPeriod | None) -> str:
        return links.of_range(to) if to else ""

    return PeriodMenu(
        groups=[
            [
                Choice(str(periods.NAMES[name]), links.of_period(name), asked.name == name, SHORTCUTS[name])
                for name in group
            ]
            for group in GROUPS
        ],
        comparisons=_comparisons(links),
        weekdays=_weekdays(links),
        earlier_url=moved(adjacent_periods.earlier(asked, now)),
        later_url=moved(adjacent_periods.later(asked, now)),
        compared=of_period(found.whole) if found else "",
        compared_first=other.first_day,
        compared_last=periods.last_day(other),
        is_custom=found is not None and found.mode == comparison.CUSTOM,
        parts=[*parts_of_comparison(found, asked), *links.parts_without_period()],
        compared_parts=[*parts_of_period(asked), *links.parts_without_period()],
    )


def _comparisons(links: DashboardLinks) -> list[Choice]:
    """The shortcut goes to nothing, and from there back to the period before."""
    found = links.question.comparison
    current = found.mode if found else comparison.NONE
    by_week = found.match_weekday if found else False
    toggled = comparison.NONE if found else comparison.PREVIOUS_PERIOD
    return [
        Choice(
            str(label),
            links.compared_with(mode, match_weekday=by_week),
            mode == current,
            "x" if mode == toggled else "",
        )
        for mode, label in (*comparison.LABELS.items(), (comparison.NONE, _("Nothing")))
    ]


def _weekdays(links: DashboardLinks) -> Choice | None:
    """Whether weekdays are matched, and the address of the other way; None where that means nothing."""
    found = links.question.comparison
    if found is None or found.mode == comparison.CUSTOM:
        return None
    url = links.compared_with(found.mode, match_weekday=not found.match_weekday)
    return Choice(_("Match days of the week"), url, found.match_weekday)
