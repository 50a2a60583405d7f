"""The rows of a breakdown as the dashboard shows them."""

from dataclasses import dataclass

from reports import figures, labels, results
from reports.links import DashboardLinks
from reports.panels import Breakdown
from reports.params import Question
from tracking.storage.spec import METRICS


@dataclass(frozen=True, slots=True)
class ListedRow:
    """`bar`: its share of the longest row, in percent. `code`: a country's two letters."""

    value: str
    label: str
    code: str
    bar: str
    number: str
    exact: str
    second: str
    url: str


@dataclass(frozen=True, slots=True)
class Listing:
    rows: list[ListedRow]
    has_more: bool


def listing(question: Question, breakdown: Breakdown, links: DashboardLinks, *, limit: int, offset: int = 0) -> Listing:
    """Up to `limit` rows by the first metric. One query."""
    # One more says whether there are more, and another one may be the row without a value.
    query = question.query(breakdown.metrics, dimensions=(breakdown.dimension,), limit=limit + 2, offset=offset)
    found = results.run(query).rows
    rows = [row for row in found if row.metrics[0] and (breakdown.has_none or row.dimensions[0])]
    longest = max((row.metrics[0] or 0 for row in rows), default=0)
    return Listing(
        [_listed(row.dimensions[0], row.metrics, longest, breakdown, links) for row in rows[:limit]],
        len(rows) > limit,
    )


def _listed(
    value: str,
    metrics: tuple[float | int | None, ...],
    longest: float,
    breakdown: Breakdown,
    links: DashboardLinks,
) -> ListedRow:
    first, second = metrics[0] or 0, metrics[1]
    return ListedRow(
        value=value,
        label=labels.label(breakdown.dimension, value),
        code=(value or "–") if breakdown.dimension == "country" else "",
        bar=f"{first / longest * 100:.1f}%",
        number=figures.compact(first),
        exact=f"{first:,}",
        second=figures.figure(second, METRICS[breakdown.metrics[1]].unit),
        url=links.with_filter(breakdown.dimension, value),
    )
