"""The visitors of a period one by one, and what one of them did."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracking.event_types import COUNTS_VISITOR
from tracking.storage import event_log
from tracking.storage.conditions import Condition
from tracking.storage.event_log import INSTANT, EventPlace, LoggedEvent
from tracking.storage.matching import MatchingEvents
from tracking.storage.reading import fetch
from tracking.storage.spans import LONGEST_VISIT, Span
from tracking.storage.spec import Period, ProjectRef

# The last one of a page: when they were last seen, and visitor_id.
VisitorPlace = tuple[datetime, int]

# How far events of a visit may lie outside of what its row says: one that opens no visit moves its end alone.
MARGIN = timedelta(hours=1)

# Grouped twice: a distinct count of visits would sort every event.
_BY_VISIT = """
SELECT e.visitor_id, min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at,
       count(*) FILTER (WHERE e.event_type = 'pageview') AS pageviews,
       count(*) FILTER (WHERE e.event_type = 'custom') AS events
FROM {events} GROUP BY e.visitor_id, e.session_id
"""
_BY_VISITOR = """
SELECT visitor_id, min(first_at) AS first_at, max(last_at) AS last_at, count(*) AS visits,
       sum(pageviews)::int8 AS pageviews, sum(events)::int8 AS events
FROM by_visit GROUP BY visitor_id
"""
# How many they are, and a visitor a row; nulls where there are none.
_SEEN = """
SELECT total.visitors, listed.* FROM (SELECT count(*) AS visitors FROM seen) total
LEFT JOIN (SELECT * FROM seen {after} ORDER BY last_at DESC, visitor_id DESC LIMIT {limit}) listed ON TRUE
ORDER BY listed.last_at DESC, listed.visitor_id DESC
"""
# The event with which each of these visitors was last seen, out of the short time in which all of them were.
_LATEST = """
SELECT DISTINCT ON (e.visitor_id) e.visitor_id, e.path, e.country, e.device_type, e.user_id
FROM {events} ORDER BY e.visitor_id, e.occurred_at DESC, e.event_id DESC
"""
_LATEST_NAMES = ("current_page", "country", "device", "user_id")
# There is no index by visitor. The visits are fewer than the events, and say when the visitor was there.
_WHEN = """
SELECT min(least(started_at, first_event_at)), max(ended_at) FROM visits
WHERE project_id = %(project_id)s AND started_at >= %(start)s AND started_at < %(end)s AND visitor_id = %(visitor_id)s
"""
# What the visits say of a visitor: of where and with what the last one, of who sent them the first one.
_OF_LAST = ("country", "region", "city", "browser", "os", "device_type", "language")
_SUMMARY = f"""
SELECT min(least(started_at, first_event_at)), max(ended_at), count(*), sum(pageviews)::int8, sum(custom_events)::int8,
       sum(engaged_ms)::int8, coalesce(max(user_id), ''), (array_agg(source ORDER BY started_at))[1],
       {", ".join(f"(array_agg({name} ORDER BY started_at DESC))[1]" for name in _OF_LAST)}
FROM visits
WHERE project_id = %(project_id)s AND started_at >= %(start)s AND started_at < %(end)s AND ended_at >= %(ended_after)s
  AND visitor_id = %(visitor_id)s
HAVING count(*) > 0
"""


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
class VisitorSummary:
    """A visitor's visits that reach into the period, as wholes. source: of the first one; country and the following: of
    the last one."""

    first_seen_at: datetime
    last_seen_at: datetime
    visits: int
    pageviews: int
    events: int
    engaged_ms: int
    user_id: str
    source: str
    country: str
    region: str
    city: str
    browser: str
    os: str
    device: str
    language: str


@dataclass(frozen=True, slots=True)
class SeenVisitors:
    """rows: the last seen first. total: without limit and place."""

    rows: Sequence[SeenVisitor]
    total: int


def visitors(
    project: ProjectRef,
    period: Period,
    filters: tuple[Condition, ...] = (),
    *,
    limit: int,
    after: VisitorPlace | None = None,
) -> SeenVisitors:
    """Who has an event in [start, end) for which the filters hold, by these events; the last seen first.

    after: those that come after this place. Reads the whole period for any page. Raises what EventStore.run does.
    """
    events = MatchingEvents(project, period, filters)
    params = events.params
    by_visit = _BY_VISIT.format(events=events.source(Span(period.start, period.end), _counts_visitor(events)))
    following = f"WHERE (last_at, visitor_id) < ({params.add(after[0])}, {params.add(after[1])})" if after else ""
    sql = _SEEN.format(after=following, limit=params.add(limit))
    found = fetch(events.statement(sql, by_visit=by_visit, seen=_BY_VISITOR), params.values)
    seen = [SeenVisitor(*values) for _, *values in found if values[0] is not None]
    return SeenVisitors(_with_latest(project, period, filters, seen), found[0][0])


def timeline(
    project: ProjectRef,
    period: Period,
    visitor_id: int,
    filters: tuple[Condition, ...] = (),
    *,
    limit: int,
    after: EventPlace | None = None,
) -> list[LoggedEvent]:
    """The visitor's events in [start, end) for which the filters hold, the latest first.

    after: what comes after this place. Raises what EventStore.run does.
    """
    span = _presence(project, period, visitor_id)
    if span is None:
        return []
    return event_log.latest(project, period, filters, limit=limit, after=after, visitor_id=visitor_id, span=span)


def summary(project: ProjectRef, period: Period, visitor_id: int) -> VisitorSummary | None:
    """None: the visitor was not there in [start, end). Reads the visits of the period. Raises what EventStore.run
    does."""
    span = {"start": period.start - LONGEST_VISIT, "end": period.end, "ended_after": period.start}
    found = fetch(_SUMMARY, {"project_id": project.id, "visitor_id": visitor_id} | span)
    return VisitorSummary(*found[0]) if found else None


def is_known(project: ProjectRef, period: Period, visitor_id: int) -> bool:
    """Whether the visitor was there in [start, end)."""
    return _presence(project, period, visitor_id) is not None


def _presence(project: ProjectRef, period: Period, visitor_id: int) -> Span | None:
    """The part of the period in which the visitor's events are; None: there are none."""
    asked = {"project_id": project.id, "start": period.start - LONGEST_VISIT, "end": period.end}
    ((first_at, last_at),) = fetch(_WHEN, asked | {"visitor_id": visitor_id})
    if first_at is None or last_at < period.start:
        return None
    return Span(max(period.start, first_at - MARGIN), min(period.end, last_at + MARGIN))


def _with_latest(
    project: ProjectRef, period: Period, filters: tuple[Condition, ...], seen: list[SeenVisitor]
) -> list[SeenVisitor]:
    if not seen:
        return []
    events = MatchingEvents(project, period, filters)
    ids = events.params.add(tuple(each.visitor_id for each in seen))
    span = Span(seen[-1].last_seen_at, seen[0].last_seen_at + INSTANT)
    source = events.source(span, f"e.visitor_id = ANY({ids}::int8[])", _counts_visitor(events))
    found = fetch(events.statement(_LATEST.format(events=source)), events.params.values)
    latest = {visitor_id: values for visitor_id, *values in found}
    # Somebody erased in the meantime has no latest event.
    return [replace(each, **dict(zip(_LATEST_NAMES, latest.get(each.visitor_id, ()), strict=False))) for each in seen]


def _counts_visitor(events: MatchingEvents) -> str:
    return f"e.event_type = ANY({events.params.add(COUNTS_VISITOR)}::text[])"
