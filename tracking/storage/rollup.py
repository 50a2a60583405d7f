"""Adding closed days up: each anew from its events and visits, in a transaction of its own, never by adding to sums."""

import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum, auto
from typing import Any
from uuid import UUID

import django.db
import structlog
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tracking.storage import partitions, rollup_breakdown_sql, rollup_sql
from tracking.storage.base import Refreshed
from tracking.storage.dirty import GRACE
from tracking.storage.rollup_check import differences
from tracking.storage.rollup_days import DAY, Days, bounds, days_of, first_open_day
from tracking.storage.spans import LONGEST_VISIT
from tracking.storage.spec import ProjectRef

log = structlog.get_logger(__name__)

CHECKED_AT_ONCE = 31
TABLES = ("analytics_daily", "analytics_hourly", "analytics_breakdown", "analytics_visits")
# Until the end of the transaction. Grouping by visitor hashes a day's rows; and of a table that was made a moment ago
# the planner knows nothing, whereupon it would look rows up one by one.
_SETTINGS = """
SELECT set_config('work_mem', '64MB', true), set_config('enable_nestloop', 'off', true)
"""
# One refresh of a project at a time; erasing waits for it too. Not held by an append, which waits for nobody.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('rollup ' || %s::text, 0))"
# Appends that began before a day was closed, and may not have said that they change it: see dirty.py.
_IS_OLDER_OPEN = """
SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
      AND xact_start < %(closed_at)s
)
"""
_IS_DUE = """
SELECT NOT EXISTS (
    SELECT FROM analytics_daily WHERE project_id = %(project_id)s AND day = %(day)s AND zone = %(zone)s
) OR EXISTS (
    SELECT FROM rollup_dirty_slots
    WHERE project_id = %(project_id)s AND slot >= %(start)s AND slot < %(end)s
)
"""
_CLEAN = """
DELETE FROM rollup_dirty_slots WHERE project_id = %(project_id)s AND slot >= %(start)s AND slot < %(end)s
"""
_FORGET = "DELETE FROM {table} WHERE project_id = %(project_id)s AND day = ANY(%(days)s::date[])"
# The key begins with the dimension.
_FORGET_BREAKDOWN = _FORGET.format(table="analytics_breakdown") + " AND dimension = ANY(%(dimensions)s)"
_FORGET_SLOTS = "DELETE FROM rollup_dirty_slots WHERE project_id = %(project_id)s AND slot < %(first_at)s"


class Outcome(Enum):
    DONE = auto()
    DONE_BY_ANOTHER = auto()
    WAITS = auto()


def lock(cursor: CursorWrapper, project_id: UUID) -> None:
    """Until the end of the transaction nobody else adds days of this project up, or erases somebody from it."""
    cursor.execute(_LOCK, [project_id])


def refresh(project: ProjectRef, now: datetime, budget_s: float) -> Refreshed:
    """See EventStore.refresh_rollups."""
    deadline = time.monotonic() + budget_s
    days = days_of(project, now)
    _forget_stale(project, days)
    if days.due:
        partitions.ensure({day.replace(day=1) for day in days.due})
    outcomes: Counter[Outcome] = Counter()
    for day in days.due:
        if outcomes and time.monotonic() >= deadline:
            break
        try:
            outcomes[refresh_day(project, day)] += 1
        except django.db.DataError as error:  # a sum that is no number: of no concern to the other days
            log.error("rollup_impossible", project_id=str(project.id), day=day.isoformat(), error=str(error))
            outcomes[Outcome.WAITS] += 1
    done = outcomes[Outcome.DONE]
    return Refreshed(done, left=len(days.due) - done - outcomes[Outcome.DONE_BY_ANOTHER])


def refresh_day(project: ProjectRef, day: date) -> Outcome:
    """Add a closed day up, unless that is done. See dirty.py."""
    asked = _asked(project, day)
    with transaction.atomic(), connection.cursor() as cursor:
        lock(cursor, project.id)
        cursor.execute(_IS_OLDER_OPEN, asked)
        if cursor.fetchone() == (True,):
            log.info("rollup_waits", project_id=str(project.id), day=day.isoformat())
            return Outcome.WAITS
        cursor.execute(_IS_DUE, asked)
        if cursor.fetchone() == (False,):
            return Outcome.DONE_BY_ANOTHER
        cursor.execute(_SETTINGS)
        cursor.execute(_CLEAN, asked)
        _forget(cursor, project, [day])
        for statement in (*rollup_sql.STATEMENTS, *rollup_breakdown_sql.STATEMENTS):
            cursor.execute(statement, asked)
    return Outcome.DONE


def rebuild(project: ProjectRef, first: date, last: date) -> None:
    """See EventStore.rebuild_rollups. Until the refresh these days are read from events and visits."""
    _drop(project, [first + number * DAY for number in range((last - first).days + 1)])


def check(project: ProjectRef, now: datetime, budget_s: float) -> list[date]:
    """See EventStore.check_rollups. A second for a million events."""
    deadline = time.monotonic() + budget_s
    days = days_of(project, now)
    last = first_open_day(now, project.zone) - DAY
    first = days.first_at.astimezone(project.zone).date()
    found: list[date] = []
    while last >= first:
        since = max(first, last - (CHECKED_AT_ONCE - 1) * DAY)
        for difference in differences(project, since, last):
            log.warning("rollup_differs", project_id=str(project.id), **difference._asdict())
            found.append(difference.day)
        last = since - DAY
        if time.monotonic() >= deadline:
            break
    if found:
        _drop(project, found)
    return found


def _drop(project: ProjectRef, days: Iterable[date]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        lock(cursor, project.id)
        _forget(cursor, project, days)


def _forget(cursor: CursorWrapper, project: ProjectRef, days: Iterable[date]) -> None:
    asked: dict[str, Any] = {
        "project_id": project.id,
        "days": list(days),
        "dimensions": list(rollup_breakdown_sql.DIMENSION_NAMES),
    }
    for table in TABLES:
        cursor.execute(_FORGET_BREAKDOWN if table == "analytics_breakdown" else _FORGET.format(table=table), asked)


def _forget_stale(project: ProjectRef, days: Days) -> None:
    """What is of days that there are no more: before the first event, past the retention, or days of another zone.

    The marks before the first day say nothing: a day that has no row is added up anyway.
    """
    if not days.stale and not days.has_old_slots:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        lock(cursor, project.id)
        _forget(cursor, project, days.stale)
        if days.has_old_slots:
            cursor.execute(_FORGET_SLOTS, {"project_id": project.id, "first_at": days.first_at})


def _asked(project: ProjectRef, day: date) -> dict[str, Any]:
    start, end = bounds(day, project.zone)
    return rollup_breakdown_sql.CONSTANTS | {
        "project_id": project.id,
        "day": day,
        "zone": project.zone.key,
        "start": start,
        "end": end,
        "wide_start": start - LONGEST_VISIT,
        "wide_end": end + LONGEST_VISIT,
        "closed_at": end + GRACE,
    }
