"""The rows of a breakdown as the dashboard shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from reports import figures, headings, labels, outlinks, results
from reports.folding import FOLDED
from reports.goal_names import GoalNames
from reports.links import DashboardLinks
from reports.panels import PANEL_ROWS, Breakdown
from reports.params import Question
from tracking.storage.spec import METRICS, Row, StatsQuery, StatsResult

# What the store names the row of the values that were left out of the sums of a day, and what it says about it.
OTHER, CAPPED = "(other)", "values_capped"


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a row. text: as it is shown; exact: in full where that is rounded."""

    metric: str
    heading: str
    text: str
    exact: str = ""


@dataclass(frozen=True, slots=True)
class ListedRow:
    """`bar`: its share of the longest row, in percent. mark: a country's two letters, or a name's first one.

    url: the dashboard with this as a filter, or without it where it is one (`is_filter`); "" of a row that stands for
    several values. visit_url: where the value itself can be opened. note: what the row is, where that must be said.
    """

    label: str
    mark: str
    bar: str
    cells: tuple[Cell, ...]
    url: str
    is_filter: bool
    visit_url: str
    note: str


@dataclass(frozen=True, slots=True)
class Listing:
    """columns: metrics with their headings. total: how many rows there are."""

    columns: list[headings.Heading]
    rows: list[ListedRow]
    has_more: bool
    total: int


def panel_query(question: Question, breakdown: Breakdown) -> StatsQuery:
    """One row more than are shown says whether there are more, and another one may be the row without a value."""
    return question.query(breakdown.metrics, dimensions=breakdown.dimensions, limit=PANEL_ROWS + 2)


def listing(question: Question, breakdown: Breakdown, links: DashboardLinks) -> Listing:
    """The first rows, for a panel. One query."""
    found = results.run(panel_query(question, breakdown))
    rows = [row for row in found.rows if row.metrics[0] and (breakdown.has_none or row.dimensions[-1])]
    shown = listed(rows[:PANEL_ROWS], found, breakdown, breakdown.metrics, links)
    return Listing(headings.of(breakdown.metrics), shown, len(rows) > PANEL_ROWS, found.meta.get("total_rows", 0))


def listed(
    rows: Sequence[Row],
    result: StatsResult,
    breakdown: Breakdown,
    metrics: Sequence[str],
    links: DashboardLinks,
) -> list[ListedRow]:
    """The rows of this result, whose values are those of these metrics, as they are shown."""
    is_capped = any(each["code"] == CAPPED for each in result.meta.get("warnings", ()))
    longest = max((row.metrics[0] or 0 for row in rows), default=0)
    columns, goals = headings.of(metrics), GoalNames(links.question.project.id)
    return [_listed(row, columns, goals, longest, breakdown, links, is_capped=is_capped) for row in rows]


def _listed(
    row: Row,
    columns: Sequence[headings.Heading],
    goals: GoalNames,
    longest: float,
    breakdown: Breakdown,
    links: DashboardLinks,
    *,
    is_capped: bool,
) -> ListedRow:
    values = dict(zip(breakdown.dimensions, row.dimensions, strict=True))
    value, note = row.dimensions[-1], _note(row.dimensions[-1], is_capped=is_capped)
    return ListedRow(
        label=_label(breakdown, row.dimensions, goals),
        mark="" if note else _mark(values),
        bar=f"{(row.metrics[0] or 0) / longest * 100:.1f}%" if longest else "0%",
        cells=tuple(_cell(column, number) for column, number in zip(columns, row.metrics, strict=True)),
        url="" if note else links.toggled(values),
        is_filter=not note and links.holds(values),
        visit_url="" if note else outlinks.address(breakdown.dimension, value, links.viewing.project.domain),
        note=note,
    )


def _label(breakdown: Breakdown, values: tuple[str, ...], goals: GoalNames) -> str:
    own = labels.label(breakdown.dimension, values[-1], goals)
    if breakdown.within in ("", "country") or values[-1] == FOLDED:  # the country is the row's mark
        return own
    name = labels.label(breakdown.within, values[0])
    return f"{name} {own}" if values[-1] else gettext("%(name)s, version unknown") % {"name": name}


def _mark(values: dict[str, str]) -> str:
    if "country" in values:
        return values["country"] or "–"
    name = values.get("source", values.get("referrer"))
    if name is None:
        return ""
    return next((letter.upper() for letter in name.removeprefix("www.") if letter.isalnum()), "–")


def _note(value: str, *, is_capped: bool) -> str:
    if value == FOLDED:
        return str(headings.FOLDED)
    return str(headings.CAPPED) if is_capped and value == OTHER else ""


def _cell(column: headings.Heading, value: Any) -> Cell:
    unit = METRICS[column.metric].unit
    if unit == "count" and value is not None:
        return Cell(column.metric, str(column.title), figures.compact(value), figures.decimal(value))
    return Cell(column.metric, str(column.title), figures.figure(value, unit))
