"""The table of campaigns as people see it: sorted, searched, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from analytics_pulse import clock
from reports import figures, headings, labels, periods, results
from reports.campaigns.choices import BASE, NAME, Wanted
from reports.campaigns.numbers import MAX_ROWS, Campaign, Campaigns, Number, campaigns
from reports.folding import FOLDED
from reports.headlines import tone
from reports.links import DashboardLinks
from reports.listing import CAPPED, OTHER
from reports.params import Question
from reports.sparkline import Sparkline, sparkline
from tracking.storage.spec import METRICS, Filter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE_ROWS = 25
HEADS: "Mapping[str, StrOrPromise]" = {
    "completions": _("Completions"),
    "converted": _("Converted visitors"),
    "conversion_rate": _("Conversion rate"),
    "revenue": _("Revenue"),
}
LEAST_BUCKETS = 2  # of a line


@dataclass(frozen=True, slots=True)
class Cell:
    """text: as it is shown; exact: in full where that is rounded, or in which currencies."""

    column: str
    text: str
    exact: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """url: the page with this as a filter, or without it where it is one. bar: its share of the longest, in percent.
    change: of the visitors, in percent; before: how many they were. note: of what stands for several. trend: None where
    there is too little of it, or it is not told. detail_url: all about it."""

    value: str
    label: str
    url: str
    is_filter: bool
    detail_url: str
    bar: str
    cells: Sequence[Cell]
    change: int | None
    change_text: str
    tone: str
    before: str
    note: "StrOrPromise" = ""
    trend: Sparkline | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """total: how many campaigns there are, found: those that the search leaves. unnamed: what is credited to no
    campaign, by first touch; 0 where that is nothing, or not told. has_trends: whether rows have lines over time."""

    columns: Sequence[str]
    rows: Sequence[TableRow]
    offset: int
    found: int
    total: int
    unnamed: int
    has_trends: bool

    @property
    def next_offset(self) -> int | None:
        after = self.offset + PAGE_ROWS
        return after if after < self.found else None

    @property
    def found_text(self) -> str:
        return figures.count(self.found)

    @property
    def unnamed_text(self) -> str:
        return figures.count(self.unnamed)


def columns(brought: Campaigns, wanted: Wanted, *, has_goals: bool) -> list[str]:
    """Those that say something: outcomes of goals only where there are goals, revenue only where there is any."""
    outcomes = [name for name in wanted.outcomes if (brought.currencies if name == "revenue" else has_goals)]
    return [*BASE, *outcomes]


def head(column: str) -> "StrOrPromise":
    return HEADS.get(column) or headings.of((column,))[0].title


def ordered(brought: Campaigns, wanted: Wanted) -> list[Campaign]:
    """Those that the search leaves, in order. What stands for several others comes last, as what has no number does."""
    text, rest = wanted.search.casefold(), _rest(brought)
    rows = [each for each in brought.rows if text in each.value.casefold()]
    rows.sort(key=lambda each: each.value.casefold(), reverse=wanted.order == NAME and wanted.is_descending)
    if wanted.order != NAME:
        sign, currency = -1 if wanted.is_descending else 1, next(iter(brought.currencies), "")
        rows.sort(key=lambda each: _size(each.number(wanted.order, currency), sign))
    rows.sort(key=lambda each: each.value in rest)
    return rows


def table(question: Question, wanted: Wanted, links: DashboardLinks, *, has_goals: bool, offset: int = 0) -> Table:
    """One page. Up to four queries, as many again for what it is compared with, and one for the lines."""
    brought = campaigns(question, wanted)
    found = ordered(brought, wanted)
    page, shown = found[offset : offset + PAGE_ROWS], columns(brought, wanted, has_goals=has_goals)
    begun = _begun(question)
    trends = _trends(question, wanted, page, begun)
    before = _visitors_before(question, wanted)
    longest = max((each.metrics["visitors"] or 0 for each in found), default=0)
    rest = _rest(brought)
    rows = [_row(each, wanted, links, shown, longest, before, rest, trends.get(each.value)) for each in page]
    unnamed = brought.unnamed.metrics.get("completions") if wanted.is_first_touch and brought.unnamed else 0
    return Table(shown, rows, offset, len(found), brought.total, round(unnamed or 0), has_trends=begun > 0)


def _row(
    campaign: Campaign,
    wanted: Wanted,
    links: DashboardLinks,
    shown: Sequence[str],
    longest: float,
    before: Mapping[str, float] | None,
    rest: "Mapping[str, StrOrPromise]",
    trend: Sparkline | None,
) -> TableRow:
    is_rest, visitors = campaign.value in rest, campaign.metrics["visitors"] or 0
    values = {wanted.dimension: campaign.value}
    earlier = None if before is None or is_rest else before.get(campaign.value)
    change = results.change(visitors, earlier)
    return TableRow(
        value=campaign.value,
        label=labels.label(wanted.dimension, campaign.value),
        url="" if is_rest else links.toggled(values),
        is_filter=not is_rest and links.holds(values),
        detail_url="" if is_rest else links.section("campaign", **wanted.parameters(campaign=campaign.value)),
        bar=f"{visitors / longest * 100:.1f}%" if longest else "0%",
        cells=[cell(campaign, column) for column in shown],
        change=change,
        change_text="" if change is None else figures.signed_percent(change),
        tone=tone(change),
        before="" if earlier is None else figures.count(earlier),
        note=rest.get(campaign.value, ""),
        trend=trend,
    )


def cell(campaign: Campaign, column: str) -> Cell:
    if column == "revenue":
        amounts = [figures.money(amount, currency) for currency, amount in sorted(campaign.revenue.items())]
        return Cell(column, " + ".join(amounts) or "–")
    value = campaign.metrics[column]
    unit = METRICS[column].unit if column in METRICS else "count"
    if unit == "count" and value is not None:
        return Cell(column, figures.compact(value), figures.decimal(value))
    return Cell(column, figures.figure(value, unit))


def _rest(brought: Campaigns) -> "Mapping[str, StrOrPromise]":
    """What stands for several campaigns, with the words for it."""
    is_capped = any(each["code"] == CAPPED for each in brought.result.meta.get("warnings", ()))
    return {FOLDED: headings.FOLDED} | ({OTHER: headings.CAPPED} if is_capped else {})


def _size(value: Number, sign: int) -> tuple[bool, float]:
    return value is None, sign * (value or 0)


def _visitors_before(question: Question, wanted: Wanted) -> Mapping[str, float] | None:
    """None: there is nothing to compare with. Through a link, who is not there were none, or few."""
    if question.compared is None:
        return None
    asked = question.query(("visitors",), dimensions=(wanted.dimension,), period=question.compared, limit=MAX_ROWS)
    return {row.dimensions[0]: row.metrics[0] or 0 for row in results.run(asked).rows}


def _begun(question: Question) -> int:
    """How many points lines have: as far as time has come. 0: too few for a line. Through a link that folds, none:
    gaps would look like days without visitors."""
    if question.least_visitors > 1:
        return 0
    begun = sum(start <= clock.now() for start in periods.buckets(question.period.period, question.period.interval))
    return begun if begun >= LEAST_BUCKETS else 0


def _trends(question: Question, wanted: Wanted, page: Sequence[Campaign], begun: int) -> dict[str, Sparkline]:
    """Visitors over time."""
    values = tuple(each.value for each in page)
    if not (begun and values):
        return {}
    narrowed = replace(question, filters=(*question.filters, Filter(wanted.dimension, "is", values)))
    series = results.series_by(narrowed, "visitors", wanted.dimension, question.period.interval, most=PAGE_ROWS)
    return {value: sparkline(line[:begun]) for value, line in series.items()}
