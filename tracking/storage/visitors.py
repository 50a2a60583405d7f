"""The visitors of a period one by one, and what one of them did."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tracking.event_types import COUNTS_VISITOR
from tracking.storage.reading import fetch
from tracking.storage.spec import Period, ProjectRef

# The last one of a page: when they were last seen and visitor_id, or when it occurred and event_id.
VisitorPlace = tuple[datetime, int]
EventPlace = tuple[datetime, UUID]

INSTANT = timedelta(microseconds=1)
# How long before a period a visit may have started of which events are in it, and how far events of a visit may lie
# outside of what its row says: one that opens no visit moves its end alone.
LONGEST_VISIT = timedelta(days=2)
MARGIN = timedelta(hours=1)

# Grouped twice: a distinct count of visits would sort every event. Rows: the number of visitors, then a visitor each;
# one with nulls where there are none.
_SEEN = """
WITH seen AS MATERIALIZED (
    SELECT visitor_id, min(first_at) AS first_at, max(last_at) AS last_at, count(*) AS visits,
           sum(pageviews)::int8 AS pageviews, sum(events)::int8 AS events
    FROM (
        SELECT visitor_id, min(occurred_at) AS first_at, max(occurred_at) AS last_at,
               count(*) FILTER (WHERE event_type = 'pageview') AS pageviews,
               count(*) FILTER (WHERE event_type = 'custom') AS events
        FROM events
        WHERE project_id = %(project_id)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
          AND event_type = ANY(%(visitor_types)s::text[])
        GROUP BY visitor_id, session_id
    ) by_visit
    GROUP BY visitor_id
)
SELECT total.visitors, listed.* FROM (SELECT count(*) AS visitors FROM seen) total
LEFT JOIN (
    SELECT * FROM seen {after} ORDER BY last_at DESC, visitor_id DESC LIMIT %(limit)s
) listed ON true
ORDER BY listed.last_at DESC, listed.visitor_id DESC
"""
_AFTER = "WHERE (last_at, visitor_id) < (%(after_at)s, %(after_id)s)"
# The event with which each of these visitors was last seen, out of the short time in which all of them were.
_LATEST = """
SELECT DISTINCT ON (visitor_id) visitor_id, path, country, device_type, user_id
FROM events
WHERE project_id = %(project_id)s AND occurred_at >= %(start)s AND occurred_at <= %(end)s
  AND visitor_id = ANY(%(visitor_ids)s::int8[]) AND event_type = ANY(%(visitor_types)s::text[])
ORDER BY visitor_id, occurred_at DESC, event_id DESC
"""
_LATEST_NAMES = ("current_page", "country", "device", "user_id")
# There is no index by visitor. The visits are fewer than the events, and say when the visitor was there.
_WHEN = """
SELECT min(least(started_at, first_event_at)), max(ended_at)
FROM visits
WHERE project_id = %(project_id)s AND started_at >= %(visits_start)s AND started_at < %(end)s
  AND visitor_id = %(visitor_id)s
"""
_TIMELINE = """
SELECT event_id, occurred_at, session_id, event_type, event_name, hostname, path, title, referrer, source, country,
       device_type, user_id, custom_data, value, currency, engaged_ms, scroll_depth
FROM events
WHERE project_id = %(project_id)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
  AND visitor_id = %(visitor_id)s{after}
ORDER BY occurred_at DESC, event_id DESC
LIMIT %(limit)s
"""
_BEFORE = " AND (occurred_at, event_id) < (%(after_at)s, %(after_id)s)"


@dataclass(frozen=True, slots=True)
class SeenVisitor:
    """A visitor in the period. current_page, country, device, user_id: as they were last seen."""

    visitor_id: int
    first_seen_at: datetime
    last_seen_at: datetime
    visits: int
    pageviews: int
    events: int
    current_page: str = ""
    country: str = ""
    device: str = ""
    user_id: str = ""

    @property
    def place(self) -> VisitorPlace:
        return self.last_seen_at, self.visitor_id


@dataclass(frozen=True, slots=True)
class SeenVisitors:
    """rows: the last seen first. total: without limit and place."""

    rows: Sequence[SeenVisitor]
    total: int


@dataclass(frozen=True, slots=True)
class VisitorEvent:
    """What a visitor did."""

    event_id: UUID
    occurred_at: datetime
    session_id: int
    event_type: str
    event_name: str
    hostname: str
    page: str
    title: str
    referrer: str
    source: str
    country: str
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


def visitors(project: ProjectRef, period: Period, *, limit: int, after: VisitorPlace | None = None) -> SeenVisitors:
    """The visitors of [start, end), the last seen first; `after`: those that come after this place.

    Reads the whole period, for any page. Raises QueryTooLarge and StoreUnavailable.
    """
    asked = _asked(project, period) | {"visitor_types": list(COUNTS_VISITOR), "limit": limit}
    if after:
        asked |= {"after_at": after[0], "after_id": after[1]}
    found = fetch(_SEEN.format(after=_AFTER if after else ""), asked)
    seen = [SeenVisitor(*values) for _, *values in found if values[0] is not None]
    return SeenVisitors(_with_latest(project, seen), found[0][0])


def timeline(
    project: ProjectRef, period: Period, visitor_id: int, *, limit: int, after: EventPlace | None = None
) -> list[VisitorEvent]:
    """What the visitor did in [start, end), the latest first; `after`: what comes after this place.

    Raises QueryTooLarge and StoreUnavailable.
    """
    asked = _asked(project, period) | {"visitor_id": visitor_id, "limit": limit}
    ((first_at, last_at),) = fetch(_WHEN, asked | {"visits_start": period.start - LONGEST_VISIT})
    if first_at is None:
        return []
    asked["start"] = max(period.start, first_at - MARGIN)
    asked["end"] = min(period.end, last_at + MARGIN)
    if after:
        asked["end"] = min(asked["end"], after[0] + INSTANT)  # so that the index begins there
        asked |= {"after_at": after[0], "after_id": after[1]}
    return [_event(values) for values in fetch(_TIMELINE.format(after=_BEFORE if after else ""), asked)]


def _with_latest(project: ProjectRef, seen: list[SeenVisitor]) -> list[SeenVisitor]:
    if not seen:
        return []
    asked = {
        "project_id": project.id,
        "start": seen[-1].last_seen_at,
        "end": seen[0].last_seen_at,
        "visitor_ids": [each.visitor_id for each in seen],
        "visitor_types": list(COUNTS_VISITOR),
    }
    latest = {
        visitor_id: dict(zip(_LATEST_NAMES, values, strict=True)) for visitor_id, *values in fetch(_LATEST, asked)
    }
    # Somebody erased in the meantime has no latest event.
    return [replace(each, **latest.get(each.visitor_id, {})) for each in seen]


def _event(values: tuple[Any, ...]) -> VisitorEvent:
    named = dict(zip(VisitorEvent.__slots__, values, strict=True))
    properties: str | None = named.pop("properties")
    return VisitorEvent(**named, properties=msgspec.json.decode(properties) if properties else None)


def _asked(project: ProjectRef, period: Period) -> dict[str, Any]:
    return {"project_id": project.id, "start": period.start, "end": period.end}
