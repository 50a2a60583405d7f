"""What whoever reads an answer should know about it, and only what matters for this one."""

from datetime import UTC, date, datetime

from django.conf import settings
from django.utils.translation import gettext, ngettext

from reports import day_labels, periods
from tracking.storage.spec import Period, StatsQuery, StatsResult

# Made of a number of people, and so subject to how people are told apart.
_OF_PEOPLE = frozenset({"visitors", "percentage"})


def caveats(
    query: StatsQuery,
    result: StatsResult,
    now: datetime,
    *,
    first_event_at: datetime | None,
    compared: Period | None = None,
) -> list[dict[str, str]]:
    """[{"code", "detail"}]: those of the store, and those of the question."""
    found = []
    for each in result.meta.get("warnings", ()):
        in_english = each["detail"]
        found.append({"code": each["code"], "detail": gettext(in_english)})
    for code, detail in (
        ("visitors_by_day", _by_day(query)),
        ("before_retention", _before_retention(query.period, now)),
        ("before_first_event", _before_first_event(query.period, first_event_at, now)),
        ("comparison_before_first_event", _compares_with_nothing(compared, first_event_at)),
    ):
        if detail:
            found.append({"code": code, "detail": detail})
    return found


def _by_day(query: StatsQuery) -> str:
    """Where a row of the answer adds up several days."""
    is_of_days = query.interval in ("minute", "hour", "day") or days_of(query.period) == 1
    if not query.project.is_cookieless or is_of_days or not _OF_PEOPLE & set(query.metrics):
        return ""
    return gettext(
        "Without cookies a visitor is a visitor of one day: somebody who came on three days of the period counts "
        "three times."
    )


def _before_retention(period: Period, now: datetime) -> str:
    kept_since = _first_kept(now)
    if period.start.astimezone(UTC).date() >= kept_since:
        return ""
    said = ngettext(
        "Events are kept for %(months)s month: those before %(day)s are gone, or will be soon.",
        "Events are kept for %(months)s months: those before %(day)s are gone, or will be soon.",
        settings.RETENTION_MONTHS,
    )
    return said % {"months": settings.RETENTION_MONTHS, "day": kept_since}


def _before_first_event(period: Period, first_event_at: datetime | None, now: datetime) -> str:
    if first_event_at is None:
        return gettext("No event has come in yet.")
    first = first_event_at.astimezone(period.zone).date()
    # A report of fixed length often begins a little early; what is already dropped is said otherwise.
    if period.first_day >= first or period.start.astimezone(UTC).date() < _first_kept(now):
        return ""
    return gettext("The first event is of %(day)s: the days before it are empty.") % {"day": day_labels.day(first)}


def _compares_with_nothing(compared: Period | None, first_event_at: datetime | None) -> str:
    if compared is None or first_event_at is None:
        return ""
    first = first_event_at.astimezone(compared.zone).date()
    if compared.first_day >= first:
        return ""
    said = gettext("The first event is of %(day)s: what is compared with begins before it.")
    return said % {"day": day_labels.day(first)}


def _first_kept(now: datetime) -> date:
    """Months are dropped as a whole."""
    return periods.months_before(now.astimezone(UTC).date().replace(day=1), settings.RETENTION_MONTHS)


def days_of(period: Period) -> int:
    """How many days of the zone it touches."""
    return (periods.last_day(period) - period.first_day).days + 1
