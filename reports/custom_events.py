"""The custom events of a period: which there are, and how often each happened."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reports import figures, results
from reports.links import DashboardLinks
from reports.params import Question
from tracking.storage.spec import Condition, Filter

MAX_ROWS = 100
METRICS = ("events", "visitors")


@dataclass(frozen=True, slots=True)
class EventRow:
    """bar: its share of the most frequent one, in percent. share: of all custom events. change: in percent; None: with
    nothing to compare. url: the page with this event alone, or of the chosen one with all of them."""

    name: str
    url: str
    is_chosen: bool
    bar: str
    count: str
    exact: str
    visitors: str
    per_visitor: str
    share: str
    change: int | None
    change_text: str
    before: str


@dataclass(frozen=True, slots=True)
class EventList:
    """total: how many names there are; rows: at most MAX_ROWS of them."""

    rows: list[EventRow]
    total: int


def only_custom(question: Question) -> Question:
    """The same of custom events alone."""
    if any(_is_chosen(each) for each in question.filters):
        return question  # only they have names
    return replace(question, filters=(*question.filters, Filter("event_type", "is", ("custom",))))


def custom_events(question: Question, links: DashboardLinks) -> EventList:
    """Whichever is chosen, all of them are listed. Two queries, and one more where there is a comparison."""
    asked = replace(question, filters=tuple(each for each in question.filters if not _is_chosen(each)))
    result = results.run(asked.query(METRICS, dimensions=("event_name",), limit=MAX_ROWS + 1))
    found = {row.dimensions[0]: row.metrics for row in result.rows if row.dimensions[0]}
    of_all = results.totals(asked, ("events",))["events"] or 0
    before: Mapping[str, float] = {}
    if asked.compared:
        query = asked.query(("events",), dimensions=("event_name",), period=asked.compared, limit=1000)
        before = {row.dimensions[0]: row.metrics[0] or 0 for row in results.run(query).rows}
    longest = max((metrics[0] or 0 for metrics in found.values()), default=0)
    rows = [
        _row(name, metrics[0] or 0, metrics[1] or 0, longest, of_all, before, links)
        for name, metrics in list(found.items())[:MAX_ROWS]
    ]
    return EventList(rows, result.meta.get("total_rows", len(found)))


def _row(
    name: str,
    count: float,
    visitors: float,
    longest: float,
    of_all: float,
    before: Mapping[str, float],
    links: DashboardLinks,
) -> EventRow:
    change = results.change(count, before.get(name))
    return EventRow(
        name=name,
        url=links.toggled({"event_name": name}),
        is_chosen=links.holds({"event_name": name}),
        bar=f"{count / longest * 100:.1f}%" if longest else "0%",
        count=figures.compact(count),
        exact=figures.count(count),
        visitors=figures.compact(visitors),
        per_visitor=figures.ratio(count / visitors) if visitors else "–",
        share=figures.percent(count / of_all * 100) if of_all else "–",
        change=change,
        change_text="" if change is None else figures.signed_percent(change),
        before=figures.count(before.get(name, 0)),
    )


def _is_chosen(condition: Condition) -> bool:
    return (
        isinstance(condition, Filter)
        and (condition.dimension, condition.operator) == ("event_name", "is")
        and all(condition.values)
    )
