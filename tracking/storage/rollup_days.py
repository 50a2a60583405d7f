"""Which days of a project are to be added up."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from tracking.storage import partitions
from tracking.storage.dirty import GRACE
from tracking.storage.spec import ProjectRef

DAY = timedelta(days=1)
# A transaction says a moment after its beginning when that was.
SLACK = timedelta(minutes=5)
_FIRST = """
SELECT least((SELECT min(occurred_at) FROM events WHERE project_id = %(project_id)s),
             (SELECT min(started_at) FROM visits WHERE project_id = %(project_id)s))
"""
_ADDED_UP = "SELECT day, zone = %(zone)s FROM analytics_daily WHERE project_id = %(project_id)s"
_DIRTY = """
SELECT DISTINCT (slot AT TIME ZONE %(zone)s)::date FROM rollup_dirty_slots WHERE project_id = %(project_id)s
"""


@dataclass(frozen=True, slots=True)
class Days:
    """due: closed days that are not added up or are dirty, the last first. stale: days with rows that nobody reads.

    first_at: when the first day begins that may be due. has_old_slots: something before that is dirty.
    """

    due: tuple[date, ...]
    stale: tuple[date, ...]
    first_at: datetime
    has_old_slots: bool


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the day begins and when the next one does. A midnight that a clock change skips is the moment of the change,
    of one that it repeats the first."""
    return datetime.combine(day, time(), zone), datetime.combine(day + DAY, time(), zone)


def first_open_day(now: datetime, zone: ZoneInfo) -> date:
    """The first day that is not over, or not for long enough that nothing of it is on its way unmarked (dirty.py)."""
    return (now - GRACE - SLACK).astimezone(zone).date()


def days_of(project: ProjectRef, now: datetime) -> Days:
    """Three queries; a day from its first event on is due, whether it has events or not."""
    asked: dict[str, Any] = {"project_id": project.id, "zone": project.zone.key}
    open_day = first_open_day(now, project.zone)
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, asked)
        (first_at,) = cursor.fetchone()
        cursor.execute(_ADDED_UP, asked)
        added_up: dict[date, bool] = dict(cursor.fetchall())
        cursor.execute(_DIRTY, asked)
        dirty: set[date] = {day for (day,) in cursor.fetchall()}
    first = open_day
    if first_at is not None:
        first = max(first_at.astimezone(project.zone).date(), partitions.oldest_kept(now))
    every = [open_day - number * DAY for number in range(1, (open_day - first).days + 1)]
    return Days(
        due=tuple(day for day in every if not added_up.get(day) or day in dirty),
        stale=tuple(day for day, is_of_zone in added_up.items() if day < first or not (is_of_zone or day < open_day)),
        first_at=bounds(min(first, open_day), project.zone)[0],
        has_old_slots=any(day < first for day in dirty),
    )
