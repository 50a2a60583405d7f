"""Where the rows of an export come from, a page at a time and from any place on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec

from analytics_pulse import clock
from projects.models import Project
from reports import params, results
from reports.api import answers
from reports.exports.asked import AskedExport
from reports.exports.cells import Value
from reports.goal_names import GOAL, GoalNames
from reports.models import ExportKind
from tracking import identity
from tracking.storage import get_store
from tracking.storage.export import EVENT_FIELDS, Place, RawEvents, count_events, events_page
from tracking.storage.spec import Row

# A page of a breakdown is a question of its own, over all of the period: fewer and larger ones.
BREAKDOWN_PAGE_ROWS = 20_000
_HEX = frozenset({"visitor_id", "session_id"})
_TIMES = frozenset({"occurred_at", "received_at"})

# Where to go on: plain data, that a job can keep.
Position = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """`next`: None after the last one. percent: how far that is, about."""

    rows: Sequence[Sequence[Value]]
    next: Position | None
    percent: int


class Source(Protocol):
    @property
    def columns(self) -> tuple[str, ...]:
        """Their names, in the order of a row's values."""

    def count(self, at_most: int) -> int:
        """How many rows there are; `at_most` stands for so many or more. Raises QueryTooLarge."""

    def page(self, position: Position | None) -> Page:
        """The rows from this place on. Raises QueryTooLarge and StoreUnavailable."""


def source_of(asked: AskedExport, project: Project) -> Source:
    if asked.kind == ExportKind.EVENTS:
        return EventsSource(asked, project)
    return BreakdownSource(asked, project) if asked.dimensions else SeriesSource(asked, project)


class SeriesSource:
    """A row for every bucket of the period, also for those in which nothing happened."""

    def __init__(self, asked: AskedExport, project: Project) -> None:
        self.asked = asked
        self.question = asked.question(project)
        self.columns = (asked.interval or "day", *asked.metrics)

    def count(self, at_most: int) -> int:
        return 0  # the buckets of a period are few

    def page(self, position: Position | None) -> Page:
        interval = self.asked.interval or "day"
        series = results.series(self.question, self.asked.metrics, interval)
        numbers = zip(*(series.values[name] for name in self.asked.metrics), strict=True)
        rows = [
            (_bucket(start, interval), *_numbers(self.asked, values))
            for start, values in zip(series.starts, numbers, strict=True)
        ]
        return Page(rows, None, 100)


class BreakdownSource:
    """A row for each value, or set of values, that occurs; with an interval for each of them in each bucket. Goals have
    their names beside their ids, as `goal_name`."""

    def __init__(self, asked: AskedExport, project: Project) -> None:
        self.asked = asked
        self.project = project
        self.goals = GoalNames(project.pk)
        by = (*([asked.interval] if asked.interval else []), *asked.dimensions)
        self.goal_at = by.index(GOAL) if GOAL in by else None
        self.columns = (*by, *([] if self.goal_at is None else ["goal_name"]), *asked.metrics)

    def count(self, at_most: int) -> int:
        return min(at_most, self._result(1, 0).meta["total_rows"])

    def page(self, position: Position | None) -> Page:
        offset = position["offset"] if position else 0
        result = self._result(BREAKDOWN_PAGE_ROWS, offset)
        rows = [(*row.dimensions, *self._names(row), *_numbers(self.asked, row.metrics)) for row in result.rows]
        if len(rows) < BREAKDOWN_PAGE_ROWS:
            return Page(rows, None, 100)
        offset += len(rows)
        return Page(rows, {"offset": offset}, 100 * offset // max(offset, result.meta["total_rows"]))

    def _names(self, row: Row) -> list[str]:
        return [] if self.goal_at is None else [self.goals.name_of(row.dimensions[self.goal_at])]

    def _result(self, limit: int, offset: int):  # type: ignore[no-untyped-def]
        # Not by the cache of the pages: an answer of this size would drive out all that people look at.
        return get_store().run(self.asked.query(self.project, limit=limit, offset=offset))


class EventsSource:
    """The events themselves, in the order of their time: every column, visitors and visits as 16 hex digits."""

    columns = EVENT_FIELDS

    def __init__(self, asked: AskedExport, project: Project) -> None:
        self.period = asked.report_period(project).period
        self.raw = RawEvents(params.ref(project), self.period, asked.asked_at, asked.conditions)

    def count(self, at_most: int) -> int:
        return count_events(self.raw, at_most)

    def page(self, position: Position | None) -> Page:
        after = msgspec.convert(position, Place) if position else self._first()
        if after is None:
            return Page([], None, 100)
        rows, place = events_page(self.raw, after)
        return Page(
            [event_values(row) for row in rows],
            msgspec.to_builtins(place) if place else None,
            _percent(after.at if place is None else place.at, self.period.start, self.period.end) if place else 100,
        )

    def _first(self) -> Place | None:
        """Not before there was anything: the years before would be looked through month by month."""
        span = get_store().span(self.raw.project.id)
        return Place(max(self.period.start, span[0].astimezone(UTC))) if span else None


def event_values(row: Sequence[Any]) -> list[Value]:
    """A row of EVENT_FIELDS as it is exported."""
    return [
        _EXPORTED[name](value) if name in _EXPORTED else value for name, value in zip(EVENT_FIELDS, row, strict=True)
    ]


def _hex(value: int) -> str | None:
    return identity.shown(value) if value else None


_EXPORTED: dict[str, Any] = {
    "event_id": str,
    **dict.fromkeys(_HEX, _hex),
    **dict.fromkeys(_TIMES, clock.text),
    "custom_data": lambda text: None if text is None else msgspec.Raw(text.encode()),
}


def _bucket(start: datetime, interval: str) -> str:
    return start.isoformat() if interval == "hour" else start.date().isoformat()


def _numbers(asked: AskedExport, values: Sequence[float | int | None]) -> list[float | int | None]:
    return list(answers.numbers(asked.metrics, values).values())


def _percent(at: datetime, start: datetime, end: datetime) -> int:
    return min(99, max(0, int(100 * ((at - start) / (end - start)))))
