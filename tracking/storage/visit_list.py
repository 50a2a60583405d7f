"""Visits one by one, the latest first, and the goals that were reached in them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tracking.storage.conditions import Condition
from tracking.storage.event_log import INSTANT
from tracking.storage.matching_visits import MatchingVisits
from tracking.storage.reading import fetch
from tracking.storage.spec import Period, ProjectRef

# The last one of a page: when the visit was opened, and session_id.
VisitPlace = tuple[datetime, int]

_COLUMNS = """
v.session_id, v.started_at, coalesce(v.first_event_at, v.started_at), v.ended_at, v.visitor_id, v.user_id, v.hostname,
v.entry_page, v.exit_page, v.pageviews, v.custom_events, v.events, v.engaged_ms, v.is_bounce, v.referrer, v.source,
v.channel, v.utm_source, v.utm_medium, v.utm_campaign, v.country, v.region, v.city, v.browser, v.os, v.device_type,
v.language
"""
_LATEST = f"SELECT {_COLUMNS} FROM {{visits}} ORDER BY v.started_at DESC, v.session_id DESC LIMIT {{limit}}"
_COUNT = "SELECT count(*) FROM (SELECT FROM {visits} LIMIT {limit}) visit"
# The key of each partition begins so.
_ONE = f"SELECT {_COLUMNS} FROM visits v WHERE v.project_id = %(project_id)s AND v.session_id = %(session_id)s"
_REACHED = """
SELECT session_id, event_id, goal_id FROM goal_completions
WHERE project_id = %(project_id)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
  AND session_id = ANY(%(sessions)s::int8[])
ORDER BY occurred_at, goal_id
"""


@dataclass(frozen=True, slots=True)
class ListedVisit:
    """opened_at: of the event that opened it, by which the list is ordered; started_at: of its first event, which may
    have come in later. custom_events are some of `events`, the interactions. engaged_ms: time on all its pages."""

    session_id: int
    opened_at: datetime
    started_at: datetime
    ended_at: datetime
    visitor_id: int
    user_id: str
    hostname: str
    entry_page: str
    exit_page: str
    pageviews: int
    custom_events: int
    events: int
    engaged_ms: int
    is_bounce: bool
    referrer: str
    source: str
    channel: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    country: str
    region: str
    city: str
    browser: str
    os: str
    device: str
    language: str

    @property
    def place(self) -> VisitPlace:
        return self.opened_at, self.session_id

    @property
    def duration_s(self) -> float:
        return (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Reached:
    """A goal that an event of a visit reached."""

    event_id: UUID
    goal_id: UUID


def visits(
    project: ProjectRef,
    period: Period,
    filters: tuple[Condition, ...] = (),
    *,
    limit: int,
    after: VisitPlace | None = None,
) -> list[ListedVisit]:
    """Those that started in [start, end) and for which the filters hold, the latest first.

    after: what comes after this place. Reads the index from its end; filters on events read the period's events.
    Raises what EventStore.run does.
    """
    matching = MatchingVisits(project, period, filters)
    add = matching.params.add
    following = [f"(v.started_at, v.session_id) < ({add(after[0])}, {add(after[1])})"] if after else []
    sql = _LATEST.format(visits=matching.source(*following), limit=add(limit))
    return [ListedVisit(*values) for values in fetch(matching.statement(sql), _values(project, matching))]


def count(project: ProjectRef, period: Period, filters: tuple[Condition, ...] = (), *, at_most: int) -> int:
    """How many they are; counts no further than `at_most`. Raises what EventStore.run does."""
    matching = MatchingVisits(project, period, filters)
    sql = _COUNT.format(visits=matching.source(), limit=matching.params.add(at_most))
    ((found,),) = fetch(matching.statement(sql), _values(project, matching))
    return found


def find_visit(project_id: UUID, session_id: int) -> ListedVisit | None:
    """One look at the key of each partition."""
    found = fetch(_ONE, {"project_id": project_id, "session_id": session_id})
    return ListedVisit(*found[0]) if found else None


def reached(project_id: UUID, listed: Sequence[ListedVisit]) -> Mapping[int, list[Reached]]:
    """The goals that were reached in these visits, by session_id, in the order in which that happened."""
    found: dict[int, list[Reached]] = defaultdict(list)
    if listed:
        start = min(min(each.opened_at, each.started_at) for each in listed)
        end = max(each.ended_at for each in listed) + INSTANT
        sessions = [each.session_id for each in listed]
        asked = {"project_id": project_id, "start": start, "end": end, "sessions": sessions}
        for session_id, event_id, goal_id in fetch(_REACHED, asked):
            found[session_id].append(Reached(event_id, goal_id))
    return found


def _values(project: ProjectRef, matching: MatchingVisits) -> dict[str, object]:
    return matching.params.values | {"project_id": project.id}
