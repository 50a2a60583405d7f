"""Counting a goal anew in what is stored: stretch by stretch, each in a transaction of the caller's.

How the result is the same as if each event had been matched on its way in, while others append, erase and add up:

- The caller holds the project's rollup lock: nobody erases, and what is read here is there when it is written about.
- What is counted already is read before the events are. So a completion that is seen has an event that is seen, or none
  (any more); one that an append adds in between is not taken for wrong, and adding it again changes nothing.
- Goals of visits are judged anew with the rows of these visits locked, as an append does (see completions.py).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tracking.storage import completions, dirty
from tracking.storage.completion_candidates import Candidate, CandidatesSql, Sought
from tracking.storage.rows import CompletionRow, Threshold
from tracking.storage.spans import LONGEST_VISIT

# Before and after all events, with room for LONGEST_VISIT.
BEGINNING, END = datetime(1, 2, 1, tzinfo=UTC), datetime(9999, 11, 30, tzinfo=UTC)

_TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('rollup ' || %s::text, 0))"
_START = """
SELECT occurred_at FROM events WHERE project_id = %(project_id)s AND occurred_at < %(end)s
ORDER BY occurred_at DESC OFFSET %(rows)s LIMIT 1
"""
_KNOWN = """
SELECT event_id, occurred_at, session_id, value FROM goal_completions
WHERE project_id = %(project_id)s AND goal_id = %(goal_id)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
"""
_SOME = """
SELECT event_id, occurred_at, session_id, value FROM goal_completions
WHERE project_id = %(project_id)s AND goal_id = %(goal_id)s LIMIT %(rows)s
"""
_REMOVE = """
DELETE FROM goal_completions c USING unnest(%(ids)s::uuid[], %(times)s::timestamptz[]) wrong (event_id, occurred_at)
WHERE c.project_id = %(project_id)s AND c.goal_id = %(goal_id)s
  AND c.event_id = wrong.event_id AND c.occurred_at = wrong.occurred_at
  AND c.occurred_at >= %(first)s AND c.occurred_at <= %(last)s
"""
# In the order in which an append locks them.
_LOCK_VISITS = """
SELECT FROM visits
WHERE project_id = %(project_id)s AND session_id = ANY(%(sessions)s::int8[])
  AND started_at >= %(after)s AND started_at < %(before)s
ORDER BY project_id, session_id, started_at FOR NO KEY UPDATE
"""
_STARTS = """
SELECT started_at FROM visits
WHERE project_id = %(project_id)s AND session_id = ANY(%(sessions)s::int8[])
  AND started_at >= %(after)s AND started_at < %(before)s
"""


class Known(NamedTuple):
    """A completion as it stands."""

    event_id: UUID
    occurred_at: datetime
    session_id: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What occurred in [start, end) of a project, for one of its goals."""

    project_id: UUID
    goal_id: UUID
    start: datetime
    end: datetime


class Change(NamedTuple):
    """A completion that came or went."""

    occurred_at: datetime
    session_id: int


def try_lock(project_id: UUID) -> bool:
    """The project's rollup lock, until the end of the transaction; False: somebody has it."""
    with connection.cursor() as cursor:
        cursor.execute(_TRY_LOCK, [project_id])
        return cursor.fetchone() == (True,)


def start_of(project_id: UUID, end: datetime, rows: int) -> datetime:
    """Where a stretch of so many events, or a few more of the same moment, begins that ends there. BEGINNING: there are
    no more."""
    with connection.cursor() as cursor:
        cursor.execute(_START, {"project_id": project_id, "end": end, "rows": rows - 1})
        found = cursor.fetchone()
    return found[0] if found else BEGINNING


def by_events(
    stretch: Stretch, sought: Sought, decide: Callable[[Candidate], CompletionRow | None]
) -> Sequence[Change]:
    """Make the stretch's completions those of the events for which `decide` says so."""
    with connection.cursor() as cursor:
        known = {(each.event_id, each.occurred_at): each for each in _known(cursor, stretch)}
        wanted = {
            (row.event_id, row.occurred_at): row for row in map(decide, _candidates(cursor, stretch, sought)) if row
        }
        wrong = [each for key, each in known.items() if key not in wanted or wanted[key].value != each.value]
        gone = {(each.event_id, each.occurred_at) for each in wrong}
        missing = [row for key, row in wanted.items() if key not in known or key in gone]
        _remove(cursor, stretch.project_id, stretch.goal_id, wrong)
        completions.insert(cursor, missing)
        changes = [Change(each.occurred_at, each.session_id) for each in wrong]
        changes += [Change(row.occurred_at, row.session_id) for row in missing]
        _mark(cursor, stretch.project_id, changes)
    return changes


def by_visits(
    stretch: Stretch, sought: Sought, threshold_of: Callable[[Candidate], Threshold | None]
) -> Sequence[Change]:
    """Make the completions those of the visits that go on in the stretch, on the pages of events with a threshold."""
    with connection.cursor() as cursor:
        known = _known(cursor, stretch)
        thresholds: dict[Threshold, None] = {}
        engagements: dict[tuple[UUID, datetime], int] = {}
        for each in _candidates(cursor, stretch, sought):
            if threshold := threshold_of(each):
                thresholds[threshold] = None
                engagements[each.event_id, each.occurred_at] = each.session_id
        wrong = [each for each in known if (each.event_id, each.occurred_at) not in engagements]
        _remove(cursor, stretch.project_id, stretch.goal_id, wrong)
        changes = [Change(each.occurred_at, each.session_id) for each in wrong]
        if thresholds:
            times = [occurred_at for _, occurred_at in engagements]
            sessions = set(engagements.values())
            cursor.execute(_LOCK_VISITS, _visits(stretch.project_id, sessions, min(times), max(times)))
            reached = completions.reach(cursor, list(thresholds), min(times), max(times))
            changes += [Change(occurred_at, session_id) for _, occurred_at, session_id in reached]
        _mark(cursor, stretch.project_id, changes)
    return changes


def remove_some(project_id: UUID, goal_id: UUID, rows: int) -> Sequence[Change]:
    """Up to so many of the goal's completions; none are left when it is none."""
    with connection.cursor() as cursor:
        cursor.execute(_SOME, {"project_id": project_id, "goal_id": goal_id, "rows": rows})
        found = [Known(*row) for row in cursor.fetchall()]
        _remove(cursor, project_id, goal_id, found)
        changes = [Change(each.occurred_at, each.session_id) for each in found]
        _mark(cursor, project_id, changes)
    return changes


def _known(cursor: CursorWrapper, stretch: Stretch) -> list[Known]:
    asked: dict[str, Any] = {
        "project_id": stretch.project_id,
        "goal_id": stretch.goal_id,
        "start": stretch.start,
        "end": stretch.end,
    }
    cursor.execute(_KNOWN, asked)
    return [Known(*row) for row in cursor.fetchall()]


def _candidates(cursor: CursorWrapper, stretch: Stretch, sought: Sought) -> Iterable[Candidate]:
    sql = CandidatesSql(stretch.project_id, sought, stretch.start, stretch.end)
    statement = sql.select()
    cursor.execute(statement, sql.params.values)
    return sql.candidates(cursor.fetchall())


def _remove(cursor: CursorWrapper, project_id: UUID, goal_id: UUID, wrong: Sequence[Known]) -> None:
    if wrong:
        times = [each.occurred_at for each in wrong]
        asked: dict[str, Any] = {
            "project_id": project_id,
            "goal_id": goal_id,
            "ids": [each.event_id for each in wrong],
            "times": times,
            "first": min(times),
            "last": max(times),
        }
        cursor.execute(_REMOVE, asked)


def _mark(cursor: CursorWrapper, project_id: UUID, changes: Sequence[Change]) -> None:
    """Days are to be added up again: those of the completions, and those on which their visits began."""
    if changes:
        times = [each.occurred_at for each in changes]
        sessions = {each.session_id for each in changes}
        cursor.execute(_STARTS, _visits(project_id, sessions, min(times), max(times)))
        starts = [started_at for (started_at,) in cursor.fetchall()]
        dirty.mark(cursor, [(project_id, moment) for moment in (*times, *starts)])


def _visits(project_id: UUID, sessions: Iterable[int], first: datetime, last: datetime) -> dict[str, Any]:
    return {
        "project_id": project_id,
        "sessions": list(sessions),
        "after": first - LONGEST_VISIT,
        "before": last + LONGEST_VISIT,
    }
