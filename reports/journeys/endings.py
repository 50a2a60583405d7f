"""Where visits begin and where they end: pairs of entry and exit page."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import figures, labels, results
from reports.links import DashboardLinks
from reports.params import Question

ROWS = 12
_DIMENSIONS = ("entry_page", "exit_page")


@dataclass(frozen=True, slots=True)
class Ending:
    """bar: its share of the longest row. share: of all visits. url: the page with both as filters, or without them
    where they are (`is_filter`)."""

    entry: str
    exit: str
    bar: str
    visits: str
    exact: str
    share: str
    url: str
    is_filter: bool


@dataclass(frozen=True, slots=True)
class Endings:
    """rows: the first ones of `total`."""

    rows: Sequence[Ending]
    total: int


def endings(question: Question, links: DashboardLinks) -> Endings:
    """Two queries."""
    found = results.run(question.query(("visits",), dimensions=_DIMENSIONS, limit=ROWS))
    whole = results.totals(question, ("visits",))["visits"]
    counts = [int(row.metrics[0] or 0) for row in found.rows]
    rows = [
        _ending(row.dimensions, visits, counts[0], whole, links)
        for row, visits in zip(found.rows, counts, strict=True)
        if visits
    ]
    return Endings(rows, found.meta.get("total_rows", len(rows)))


def _ending(values: Sequence[str], visits: int, longest: int, whole: int, links: DashboardLinks) -> Ending:
    both = dict(zip(_DIMENSIONS, values, strict=True))
    entry, last = (labels.label(name, value) for name, value in both.items())
    return Ending(
        entry=entry,
        exit=last,
        bar=f"{visits / longest * 100:.1f}%",
        visits=figures.compact(visits),
        exact=figures.decimal(visits),
        share=figures.percent(visits / whole * 100) if whole else "–",
        url=links.toggled(both),
        is_filter=links.holds(both),
    )
