"""Raw rows of a project, page by page, for exports and archives.

Pages go by key and not by a cursor of the database: a cursor needs its transaction for as long as the reader takes, and
a transaction that is open for an hour keeps VACUUM from cleaning and the rollups from closing a day. A page is a short
statement of its own under a timeout; between two of them nothing is held. What makes the whole of it consistent:
`received_until`, so that events which come in meanwhile are left out wherever they fall, and rows never change their
key. What is erased meanwhile is missing from the pages that are still to come, as it must be.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tracking.models import LedgerHour
from tracking.storage.append_sql import EVENT_COLUMNS
from tracking.storage.base import QueryTooLarge
from tracking.storage.conditions import Condition
from tracking.storage.conditions_sql import ConditionsSql
from tracking.storage.failures import translated
from tracking.storage.parameters import Parameters
from tracking.storage.reading import fetch
from tracking.storage.shape import own_dimensions
from tracking.storage.spans import Span, within
from tracking.storage.spec import Period, ProjectRef, StatsQuery

PAGE_ROWS = 5_000
# Below the soft time limit of a task, also when one is begun late in it.
PAGE_TIMEOUT_S = 8
# How much time a page looks at: wider where there is little, narrower where a look takes too long.
FIRST_LOOK, SHORTEST_LOOK, LONGEST_LOOK = timedelta(days=1), timedelta(minutes=1), timedelta(days=32)
# How far from its visit's start an event may be: a visit goes on for as long as its visitor is active, and events that
# were sent late may come before the one that opened it.
VISIT_REACH = timedelta(days=8)
INSTANT = timedelta(microseconds=1)

# As in `events`, but for the project's id; custom_data as the text of its JSON.
EVENT_FIELDS = tuple(name for name in EVENT_COLUMNS if name != "project_id")
_AT, _ID, _SESSION = (EVENT_FIELDS.index(name) for name in ("occurred_at", "event_id", "session_id"))
_COLUMNS = ", ".join("e.custom_data::text" if name == "custom_data" else f"e.{name}" for name in EVENT_FIELDS)
_STARTS = """
SELECT session_id, started_at FROM visits
WHERE project_id = %(project_id)s AND session_id = ANY(%(sessions)s::int8[])
  AND started_at >= %(after)s AND started_at < %(before)s
"""
_QUARANTINED = """
SELECT occurred_at, event_id, received_at, reason, detail, payload FROM quarantined_events
WHERE project_id = %(project_id)s AND occurred_at >= %(at)s AND (occurred_at, event_id) > (%(at)s, %(event_id)s)
  AND received_at <= %(received_until)s
ORDER BY occurred_at, event_id LIMIT %(limit)s
"""
_COMPLETIONS = """
SELECT c.occurred_at, c.event_id, c.goal_id, c.session_id, c.url, c.value, c.metadata::text FROM goal_completions c
WHERE c.project_id = %(project_id)s AND c.occurred_at >= %(at)s
  AND (c.occurred_at, c.event_id, c.goal_id) > (%(at)s, %(event_id)s, %(goal_id)s)
ORDER BY c.occurred_at, c.event_id, c.goal_id LIMIT %(limit)s
"""


class Place(msgspec.Struct, frozen=True):
    """How far the reading has come: all before `at` is done, and of that very moment all up to `event_id`.

    goal_id: of completions, which of that event. look_s: how much time the next page looks at.
    """

    at: datetime
    event_id: UUID | None = None
    goal_id: UUID | None = None
    look_s: float = FIRST_LOOK.total_seconds()


@dataclass(frozen=True, slots=True)
class RawEvents:
    """The events of a period for which all the conditions hold, as far as they were received by then."""

    project: ProjectRef
    period: Period
    received_until: datetime
    conditions: tuple[Condition, ...] = ()


def events_page(asked: RawEvents, after: Place | None, limit: int = PAGE_ROWS) -> tuple[list[tuple], Place | None]:
    """(rows of EVENT_FIELDS in the order of their time, where to go on or None at the end).

    A page may be empty and yet not the last: it found nothing in the time that it looked at. Raises StoreUnavailable
    and InvalidPattern; QueryTooLarge only when a single minute takes too long.
    """
    after = after or Place(asked.period.start)
    until = min(asked.period.end, after.at + timedelta(seconds=after.look_s))
    try:
        rows = _read(asked, _COLUMNS, Span(after.at, until), "e.occurred_at, e.event_id", limit, after.event_id)
    except QueryTooLarge:
        if after.look_s <= SHORTEST_LOOK.total_seconds():
            raise
        shorter = max(after.look_s / 16, SHORTEST_LOOK.total_seconds())
        return [], Place(after.at, after.event_id, look_s=shorter)
    if len(rows) == limit:
        return rows, Place(rows[-1][_AT], rows[-1][_ID], look_s=after.look_s)
    if until >= asked.period.end:
        return rows, None
    return rows, Place(until, look_s=min(after.look_s * 2, LONGEST_LOOK.total_seconds()))


def count_events(asked: RawEvents, at_most: int) -> int:
    """How many rows events_page() will give; `at_most` stands for so many or more.

    Raises QueryTooLarge, InvalidPattern and StoreUnavailable.
    """
    # The rows of a LIMIT and not a count over it: these are at most at_most small rows.
    return len(_read(asked, "1", Span(asked.period.start, asked.period.end), "", at_most, None))


def visit_starts(project_id: UUID, rows: Iterable[tuple]) -> list[datetime | None]:
    """When the visit of each event began, for rows of EVENT_FIELDS; None where there is no such visit (any more)."""
    rows = list(rows)
    sessions = {row[_SESSION] for row in rows if row[_SESSION]}
    starts: dict[int, list[datetime]] = defaultdict(list)
    if sessions:
        times = [row[_AT] for row in rows]
        reach = {"after": min(times) - VISIT_REACH, "before": max(times) + VISIT_REACH}
        asked = {"project_id": project_id, "sessions": list(sessions), **reach}
        for session_id, started_at in fetch(_STARTS, asked, timeout_s=PAGE_TIMEOUT_S):
            starts[session_id].append(started_at)
    return [_nearest(starts.get(row[_SESSION], []), row[_AT]) for row in rows]


def _nearest(moments: list[datetime], to: datetime) -> datetime | None:
    return min(moments, key=lambda moment: abs(moment - to), default=None)


def quarantined_page(
    project_id: UUID, received_until: datetime, after: Place, limit: int = PAGE_ROWS
) -> tuple[list[tuple], Place | None]:
    """((occurred_at, event_id, received_at, reason, detail, payload), …) and where to go on."""
    params = {"project_id": project_id, "received_until": received_until, **_after(after), "limit": limit}
    rows = fetch(_QUARANTINED, params, timeout_s=PAGE_TIMEOUT_S)
    return rows, Place(rows[-1][0], rows[-1][1]) if len(rows) == limit else None


def completions_page(project_id: UUID, after: Place, limit: int = PAGE_ROWS) -> tuple[list[tuple], Place | None]:
    """((occurred_at, event_id, goal_id, session_id, url, value, metadata as text), …) and where to go on."""
    rows = fetch(_COMPLETIONS, {"project_id": project_id, **_after(after), "limit": limit}, timeout_s=PAGE_TIMEOUT_S)
    return rows, Place(*rows[-1][:3]) if len(rows) == limit else None


def ledger_page(project_id: UUID, after: datetime, limit: int = PAGE_ROWS) -> tuple[list[LedgerHour], datetime | None]:
    """Hours of the ledger that come after this one, and where to go on."""
    with translated():
        hours = LedgerHour.objects.filter(project_id=project_id, hour__gt=after).order_by("hour")
        rows = list(hours[:limit])
    return rows, rows[-1].hour if len(rows) == limit else None


def _after(place: Place) -> dict[str, Any]:
    """Bounds of a key that begin at the place: nothing comes before the smallest id."""
    nothing = UUID(int=0)
    return {"at": place.at, "event_id": place.event_id or nothing, "goal_id": place.goal_id or nothing}


def _read(asked: RawEvents, columns: str, span: Span, order: str, limit: int, after_id: UUID | None) -> list[tuple]:
    """The first events of the span; of its first moment those that come after `after_id`."""
    params = Parameters()
    conditions = ConditionsSql(StatsQuery(asked.project, (), asked.period), params)
    where = conditions.where(asked.conditions, "e")
    if any(not dimension.in_events for dimension in own_dimensions(asked.conditions)):
        where.joins.insert(0, conditions.join_visits((span,)))
    tests = [
        f"e.project_id = {conditions.project}",
        within("e.occurred_at", (span,), params),
        f"e.received_at <= {params.add(asked.received_until)}",
        *where.conditions,
    ]
    if after_id:
        tests.append(f"(e.occurred_at, e.event_id) > ({params.add(span.start)}, {params.add(after_id)})")
    sql = f"SELECT {columns} FROM events e {' '.join(where.joins)} WHERE {' AND '.join(tests)}"
    sql = f"{sql}{order and f' ORDER BY {order}'} LIMIT {params.add(limit)}"
    return fetch(params.statement(sql), params.values, timeout_s=PAGE_TIMEOUT_S)
