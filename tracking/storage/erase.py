"""Deleting what a person did: their visits with all that belongs to them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tracking.envelope import Message
from tracking.storage import dirty, rollup
from tracking.storage.base import Erased, Whom
from tracking.storage.failures import translated
from tracking.storage.spec import ProjectRef

_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)
# Each MIN and MAX is the first entry of an index, a partition.
_SPAN = """
SELECT least(min(e.first), min(v.first), min(q.first)), greatest(max(e.last), max(v.last), max(q.last))
FROM (SELECT min(occurred_at) AS first, max(occurred_at) AS last FROM events WHERE project_id = %(id)s) e,
     (SELECT min(started_at) AS first, max(started_at) AS last FROM visits WHERE project_id = %(id)s) v,
     (SELECT min(occurred_at) AS first, max(occurred_at) AS last FROM quarantined_events WHERE project_id = %(id)s) q
"""
_IS_THEIRS = "(visitor_id = ANY(%(visitor_ids)s::int8[]) OR (%(user_id)s <> '' AND user_id = %(user_id)s))"
_THEIR_EVENT = f"""
    {_IS_THEIRS} AND occurred_at >= %(start)s AND occurred_at < %(end)s AND received_at <= %(received_until)s
"""
_SESSIONS = f"""
SELECT session_id FROM visits
WHERE project_id = %(project_id)s AND started_at >= %(start)s AND started_at < %(end)s
  AND started_at <= %(received_until)s AND {_IS_THEIRS}
UNION
SELECT session_id FROM events WHERE project_id = %(project_id)s AND session_id <> 0 AND {_THEIR_EVENT}
"""
# In the order in which an append locks them: two that lock the same rows in different orders deadlock.
_LOCK_VISITS = """
SELECT session_id, started_at, least(started_at, first_event_at), greatest(ended_at, last_event_at), visitor_id
FROM visits WHERE project_id = %(project_id)s AND session_id = ANY(%(sessions)s::int8[])
ORDER BY project_id, session_id, started_at FOR UPDATE
"""
_DELETE_VISITS = """
DELETE FROM visits USING unnest(%(ids)s::int8[], %(starts)s::timestamptz[]) doomed (session_id, started_at)
WHERE project_id = %(project_id)s AND visits.session_id = doomed.session_id AND visits.started_at = doomed.started_at
"""
_DELETE_EVENTS = f"""
DELETE FROM events
WHERE project_id = %(project_id)s AND occurred_at >= %(first)s AND occurred_at < %(last)s
  AND (session_id = ANY(%(sessions)s::int8[]) OR {_THEIR_EVENT})
RETURNING event_id, occurred_at, visitor_id
"""
# At once, and not when their days are added up anew. A day around, should another zone have cut them.
_DELETE_ADDED_UP = """
DELETE FROM analytics_visits
WHERE project_id = %(project_id)s AND day >= %(first_day)s AND day <= %(last_day)s
  AND session_id = ANY(%(sessions)s::int8[])
"""
_DELETE_COMPLETIONS = """
DELETE FROM goal_completions
WHERE project_id = %(project_id)s AND occurred_at >= %(first)s AND occurred_at < %(last)s
  AND (session_id = ANY(%(sessions)s::int8[]) OR event_id = ANY(%(event_ids)s::uuid[]))
"""
# Their id stands in the payload as it is encoded. That leaves few payloads to decode.
_SUSPECTS = """
SELECT event_id, occurred_at, payload FROM quarantined_events
WHERE project_id = %(project_id)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
  AND received_at <= %(received_until)s
  AND EXISTS (SELECT FROM unnest(%(needles)s::bytea[]) needle WHERE position(needle IN payload) > 0)
ORDER BY event_id, occurred_at FOR UPDATE
"""
_DELETE_QUARANTINED = """
DELETE FROM quarantined_events q USING unnest(%(ids)s::uuid[], %(times)s::timestamptz[]) doomed (event_id, occurred_at)
WHERE q.project_id = %(project_id)s AND q.event_id = doomed.event_id AND q.occurred_at = doomed.occurred_at
"""


class _Visit(NamedTuple):
    session_id: int
    started_at: datetime
    first_at: datetime
    last_at: datetime
    visitor_id: int


def span(project_id: UUID) -> tuple[datetime, datetime] | None:
    """See EventStore.span."""
    with translated(), connection.cursor() as cursor:
        cursor.execute(_SPAN, {"id": project_id})
        first, last = cursor.fetchone()
    return (first, last) if first else None


def erase(project: ProjectRef, whom: Whom, start: datetime, end: datetime, *, received_until: datetime) -> Erased:
    """See EventStore.erase. Some 10 ms a day of 30,000 events."""
    asked: dict[str, Any] = {
        "project_id": project.id,
        "visitor_ids": list(whom.visitor_ids),
        "user_id": whom.user_id,
        "start": start,
        "end": end,
        "received_until": received_until,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        rollup.lock(cursor, project.id)  # a refresh that is under way would bring back what goes here
        cursor.execute(_SESSIONS, asked)
        asked["sessions"] = [session_id for (session_id,) in cursor.fetchall()]
        cursor.execute(_LOCK_VISITS, asked)
        visits = [_Visit(*values) for values in cursor.fetchall()]
        ids, starts = [visit.session_id for visit in visits], [visit.started_at for visit in visits]
        cursor.execute(_DELETE_VISITS, asked | {"ids": ids, "starts": starts})
        asked["first"] = min([start, *(visit.first_at for visit in visits)])
        asked["last"] = max([end, *(visit.last_at + _INSTANT for visit in visits)])
        cursor.execute(_DELETE_EVENTS, asked)
        events = cursor.fetchall()
        cursor.execute(_DELETE_COMPLETIONS, asked | {"event_ids": [event_id for event_id, _, _ in events]})
        completions = cursor.rowcount
        quarantined = _erase_quarantined(cursor, whom, asked)
        moments = {occurred_at for _, occurred_at, _ in events}.union(*((v.started_at, v.last_at) for v in visits))
        days = frozenset(moment.astimezone(project.zone).date() for moment in moments)
        dirty.mark(cursor, [(project.id, moment) for moment in moments])
        if days:
            around = {"first_day": min(days) - _DAY, "last_day": max(days) + _DAY}
            cursor.execute(_DELETE_ADDED_UP, asked | around)
    return Erased(
        events=len(events),
        visits=len(visits),
        completions=completions,
        quarantined=quarantined,
        visitor_ids=frozenset([v.visitor_id for v in visits] + [visitor_id for _, _, visitor_id in events]),
        days=days,
    )


def _erase_quarantined(cursor: CursorWrapper, whom: Whom, asked: dict[str, Any]) -> int:
    cursor.execute(_SUSPECTS, asked | {"needles": list(_needles(whom))})
    theirs = [(event_id, at) for event_id, at, payload in cursor.fetchall() if _is_theirs(bytes(payload), whom)]
    if not theirs:
        return 0
    ids, times = zip(*theirs, strict=True)
    cursor.execute(_DELETE_QUARANTINED, asked | {"ids": list(ids), "times": list(times)})
    return cursor.rowcount


def _needles(whom: Whom) -> Iterable[bytes]:
    yield from map(msgspec.msgpack.encode, whom.visitor_ids)
    if whom.user_id:
        yield whom.user_id.encode()


def _is_theirs(payload: bytes, whom: Whom) -> bool:
    try:
        message = Message.decode(payload)
    except msgspec.MsgspecError:  # its bytes name them, and nobody can say that it is not theirs
        return True
    return any(
        not {envelope.visitor_id, envelope.previous_visitor_id}.isdisjoint(whom.visitor_ids)
        or (whom.user_id and any(event.user_id == whom.user_id for event in envelope.events))
        for envelope in message.envelopes
    )
