"""The users of a period one by one: people whom the site names by a pseudonym of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracking.event_types import COUNTS_VISITOR
from tracking.storage.conditions import Condition
from tracking.storage.matching import MatchingEvents
from tracking.storage.reading import fetch
from tracking.storage.spans import Span
from tracking.storage.spec import Period, ProjectRef

# The last one of a page: when they were last seen, and user_id.
UserPlace = tuple[datetime, str]

# Grouped twice: a distinct count of visits would sort every event.
_BY_VISIT = """
SELECT e.user_id, min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at,
       count(*) FILTER (WHERE e.event_type = 'pageview') AS pageviews,
       count(*) FILTER (WHERE e.event_type = 'custom') AS events
FROM {events} GROUP BY e.user_id, e.session_id
"""
_BY_USER = """
SELECT user_id, min(first_at) AS first_at, max(last_at) AS last_at, count(*) AS visits,
       sum(pageviews)::int8 AS pageviews, sum(events)::int8 AS events
FROM by_visit GROUP BY user_id
"""
# How many they are, and a user a row; nulls where there are none.
_SEEN = """
SELECT total.users, listed.* FROM (SELECT count(*) AS users FROM seen) total
LEFT JOIN (SELECT * FROM seen {after} ORDER BY last_at DESC, user_id COLLATE "C" DESC LIMIT {limit}) listed ON TRUE
ORDER BY listed.last_at DESC, listed.user_id COLLATE "C" DESC
"""


@dataclass(frozen=True, slots=True)
class SeenUser:
    """visits: those in which they did something while they were signed in."""

    user_id: str
    first_seen_at: datetime
    last_seen_at: datetime
    visits: int
    pageviews: int
    events: int

    @property
    def place(self) -> UserPlace:
        return self.last_seen_at, self.user_id


@dataclass(frozen=True, slots=True)
class SeenUsers:
    """rows: the last seen first. total: without limit and place."""

    rows: Sequence[SeenUser]
    total: int


def users(
    project: ProjectRef,
    period: Period,
    filters: tuple[Condition, ...] = (),
    *,
    limit: int,
    after: UserPlace | None = None,
) -> SeenUsers:
    """Who was signed in with an event in [start, end) for which the filters hold, by these events; the last seen first.

    after: those that come after this place. Reads the whole period for any page. Raises what EventStore.run does.
    """
    events = MatchingEvents(project, period, filters)
    add = events.params.add
    counted = f"e.event_type = ANY({add(COUNTS_VISITOR)}::text[])"
    by_visit = _BY_VISIT.format(events=events.source(Span(period.start, period.end), counted, "e.user_id <> ''"))
    following = f'WHERE (last_at, user_id COLLATE "C") < ({add(after[0])}, {add(after[1])})' if after else ""
    sql = _SEEN.format(after=following, limit=add(limit))
    asked = events.params.values | {"project_id": project.id}
    found = fetch(events.statement(sql, by_visit=by_visit, seen=_BY_USER), asked)
    return SeenUsers([SeenUser(*values) for _, *values in found if values[0] is not None], found[0][0])
