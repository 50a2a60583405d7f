"""The events themselves, the latest first: what goes on at the moment, what happened, what one visitor did."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tracking.storage.conditions import Condition
from tracking.storage.matching import MatchingEvents
from tracking.storage.reading import fetch
from tracking.storage.spans import Span
from tracking.storage.spec import Period, ProjectRef

# The last one of a page: when it occurred, and event_id.
EventPlace = tuple[datetime, UUID]

INSTANT = timedelta(microseconds=1)

_LATEST = """
SELECT e.event_id, e.occurred_at, e.visitor_id, e.session_id, e.event_type, e.event_name, e.hostname, e.path, e.title,
       e.referrer, e.source, e.country, e.browser, e.os, e.device_type, e.user_id, e.custom_data, e.value, e.currency,
       e.engaged_ms, e.scroll_depth
FROM {events} ORDER BY e.occurred_at DESC, e.event_id DESC LIMIT {limit}
"""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event as it is stored, without its campaign and versions: those are in event_lookup.py. engaged_ms,
    scroll_depth (percent): of an engagement event."""

    event_id: UUID
    occurred_at: datetime
    visitor_id: int
    session_id: int
    event_type: str
    event_name: str
    hostname: str
    page: str
    title: str
    referrer: str
    source: str
    country: str
    browser: str
    os: str
    device: str
    user_id: str
    properties: dict[str, Any] | None
    value: float | None
    currency: str
    engaged_ms: int | None
    scroll_depth: int | None

    @property
    def place(self) -> EventPlace:
        return self.occurred_at, self.event_id


def latest(
    project: ProjectRef,
    period: Period,
    filters: tuple[Condition, ...] = (),
    *,
    limit: int,
    after: EventPlace | None = None,
    visitor_id: int | None = None,
    session_id: int | None = None,
    user_id: str | None = None,
    span: Span | None = None,
) -> list[LoggedEvent]:
    """The events of [start, end) for which the filters hold, the latest first.

    after: what comes after this place. visitor_id, session_id, user_id: those of one visitor, visit or user. span: the
    part of the period to look at, where it is known that no others are elsewhere. Reads the index from its end until
    `limit` are found: a condition that few events fulfil is looked for in the whole period. Raises what EventStore.run
    does.
    """
    events = MatchingEvents(project, period, filters)
    params = events.params
    span = span or Span(period.start, period.end)
    whose = {"visitor_id": visitor_id, "session_id": session_id, "user_id": user_id}
    conditions = [f"e.{name} = {params.add(value)}" for name, value in whose.items() if value is not None]
    if after:
        span = Span(span.start, min(span.end, after[0] + INSTANT))  # so that the index begins there
        conditions.append(f"(e.occurred_at, e.event_id) < ({params.add(after[0])}, {params.add(after[1])})")
    sql = _LATEST.format(events=events.source(span, *conditions), limit=params.add(limit))
    return [_event(values) for values in fetch(events.statement(sql), params.values)]


def _event(values: tuple[Any, ...]) -> LoggedEvent:
    named = dict(zip(LoggedEvent.__slots__, values, strict=True))
    properties: str | None = named.pop("properties")
    return LoggedEvent(**named, properties=msgspec.json.decode(properties) if properties else None)
