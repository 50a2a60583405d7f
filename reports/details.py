"""All rows of a breakdown: searched, in any order, page by page, with more metrics."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from reports import conversions, figures, headings, results, sought
from reports.folding import FOLDED
from reports.goal_names import GoalNames
from reports.links import DashboardLinks
from reports.listing import ListedRow, listed
from reports.panels import Breakdown, find
from reports.params import MAX_LIMIT, InvalidParams, Question, fault
from reports.row_changes import RowChange, row_changes
from tracking.storage.spec import Row, StatsResult

PAGE_ROWS = 100
MAX_SEARCH_CHARS = 200
DIMENSION = "dimension"  # what stands for the breakdown's dimension where an order is named


@dataclass(frozen=True, slots=True)
class AskedDetails:
    """Of which breakdown. order: a metric of its details, or `dimension`."""

    breakdown: Breakdown
    search: str
    order: str
    is_descending: bool

    @property
    def sort(self) -> str:
        return f"-{self.order}" if self.is_descending else self.order

    def parameters(self, **more: str) -> dict[str, str]:
        """Of the address of these details: the same ones again, or with something else."""
        return {"of": self.breakdown.token, "search": self.search, "sort": self.sort, **more}

    def sorted_by(self, order: str) -> str:
        """The sort that this column's head leads to: numbers begin with the most, and the same column turns round."""
        if order == self.order:
            return order if self.is_descending else f"-{order}"
        return order if order == DIMENSION else f"-{order}"


def asked(query: QueryDict, question: Question, *, named: str = "of") -> AskedDetails:
    """What a query string asks for; `named`: the parameter that says of which breakdown. Raises InvalidParams."""
    breakdown, search, sort = find(query.get(named, "")), query.get("search", "").strip(), query.get("sort", "")
    if breakdown is None or not (breakdown.key or breakdown.dimension[-1] != ":"):
        raise InvalidParams(errors=[fault(named, "unknown_list", "the name of a list")])
    breakdown = conversions.listed(breakdown, question)
    if len(search) > MAX_SEARCH_CHARS or "\0" in search:
        raise InvalidParams(errors=[fault("search", "invalid_value", f"at most {MAX_SEARCH_CHARS} characters")])
    order, is_descending = sort.removeprefix("-"), sort.startswith("-")
    if not sort:
        order, is_descending = breakdown.details[0], True
    if order not in (*breakdown.details, DIMENSION):
        raise InvalidParams(errors=[fault("sort", "unknown_order", f"{DIMENSION} or one of {breakdown.details}")])
    return AskedDetails(breakdown, search, order, is_descending)


def opened(query: QueryDict, links: DashboardLinks) -> str:
    """The address of the details that a page's query string has open; "" when it has none."""
    try:
        wanted = asked(query, links.question, named="details")
    except InvalidParams:
        return ""
    return links.section("details", **wanted.parameters())


@dataclass(frozen=True, slots=True)
class Details:
    """changes: one for each row, or none. total: how many rows there are; those on this page begin at `offset`."""

    columns: list[headings.Heading]
    rows: list[ListedRow]
    changes: list[RowChange]
    total: int
    offset: int

    @property
    def rows_with_changes(self) -> list[tuple[ListedRow, RowChange | None]]:
        changes: Sequence[RowChange | None] = self.changes or [None] * len(self.rows)
        return list(zip(self.rows, changes, strict=True))

    @property
    def next_offset(self) -> int | None:
        after = self.offset + PAGE_ROWS
        return after if after < self.total and self.rows else None

    @property
    def total_text(self) -> str:
        return figures.count(self.total)


def details(question: Question, wanted: AskedDetails, links: DashboardLinks, *, offset: int) -> Details:
    """A page of the rows. One query; with a comparison one more, with a search one, of languages two. Raises what the
    store raises."""
    breakdown, metrics = wanted.breakdown, wanted.breakdown.details
    found = _found(question, wanted, offset)
    shown = listed(found.rows, found, breakdown, metrics, links)
    changes = row_changes(question, breakdown, found.rows)
    return Details(headings.of(metrics), shown, changes, found.meta.get("total_rows", 0), offset)


def narrowed(question: Question, wanted: AskedDetails) -> Question:
    """The question with the search as one of its filters."""
    if not wanted.search:
        return question
    languages = _languages(question) if wanted.breakdown.dimension == "language" else []
    condition = sought.condition(wanted.breakdown, wanted.search, languages, GoalNames(question.project.id))
    return replace(question, filters=(*question.filters, condition))


def _languages(question: Question) -> list[str]:
    found = results.run(question.query(("visitors",), dimensions=("language",), limit=MAX_LIMIT))
    return [row.dimensions[0] for row in found.rows if row.dimensions[0] != FOLDED]


def _found(question: Question, wanted: AskedDetails, offset: int) -> StatsResult:
    breakdown, metrics = wanted.breakdown, wanted.breakdown.details
    order = (
        tuple((name, wanted.is_descending) for name in reversed(breakdown.dimensions))
        if wanted.order == DIMENSION
        else ((wanted.order, wanted.is_descending),)
    )
    asked = narrowed(question, wanted).query(metrics, dimensions=breakdown.dimensions, limit=PAGE_ROWS, offset=offset)
    found = results.run(replace(asked, order_by=order))
    if not wanted.search or "percentage" not in metrics:
        return found
    # A search narrows the list and not what its rows are a part of.
    everyone = _everyone(question, breakdown)
    return replace(found, rows=[_of_everyone(row, metrics, everyone) for row in found.rows])


def _everyone(question: Question, breakdown: Breakdown) -> int | None:
    """All visitors of the whole list: as many as the shares in it are shares of. None when it is empty."""
    whole = results.run(question.query(("visitors", "percentage"), dimensions=breakdown.dimensions, limit=1))
    return next(
        (round(100 * (count or 0) / share) for count, share in (row.metrics for row in whole.rows) if share), None
    )


def _of_everyone(row: Row, metrics: tuple[str, ...], everyone: int | None) -> Row:
    values = dict(zip(metrics, row.metrics, strict=True))
    if values["percentage"] is not None:
        values["percentage"] = 100 * (values["visitors"] or 0) / everyone if everyone else None
    return Row(row.dimensions, tuple(values.values()))
