"""Which projects have days to be added up: one query over all of them, where days_of() asks for one in full."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from tracking.storage.dirty import GRACE
from tracking.storage.failures import translated
from tracking.storage.rollup_days import SLACK
from tracking.storage.spec import ProjectRef

# `day`: the first one that is not closed. A gap further back is found by who asks for all days.
_DUE = """
SELECT project.id
FROM (
    SELECT id, zone, (%(closed_at)s::timestamptz AT TIME ZONE zone)::date AS day
    FROM unnest(%(ids)s::uuid[], %(zones)s::text[]) asked (id, zone)
) project LEFT JOIN LATERAL (
    SELECT max(d.day) AS day FROM analytics_daily d WHERE d.project_id = project.id AND d.zone = project.zone
) last ON true
WHERE EXISTS (SELECT FROM events e WHERE e.project_id = project.id) AND (
    last.day IS NULL OR last.day < project.day - 1 OR EXISTS (
        SELECT FROM rollup_dirty_slots s
        WHERE s.project_id = project.id AND s.slot < project.day::timestamp AT TIME ZONE project.zone
    )
)
ORDER BY last.day NULLS FIRST, project.id
"""
_STATE = "SELECT count(*), min(slot), (SELECT max(computed_at) FROM analytics_daily) FROM rollup_dirty_slots"


class RollupState(NamedTuple):
    """dirty_slots: marks of what changed, those of days that are not over included. refreshed_at: the last day added
    up, of any project."""

    dirty_slots: int
    oldest_dirty_at: datetime | None
    refreshed_at: datetime | None


def due_projects(projects: Sequence[ProjectRef], now: datetime) -> list[UUID]:
    """Those that wait the longest first. Some 50 us a project. Raises StoreUnavailable."""
    asked: dict[str, Any] = {
        "ids": [project.id for project in projects],
        "zones": [project.zone.key for project in projects],
        "closed_at": now - GRACE - SLACK,
    }
    with translated(), connection.cursor() as cursor:
        cursor.execute(_DUE, asked)
        return [project_id for (project_id,) in cursor.fetchall()]


def state() -> RollupState:
    """Reads the tables of marks and of days. Raises StoreUnavailable."""
    with translated(), connection.cursor() as cursor:
        cursor.execute(_STATE)
        return RollupState(*cursor.fetchone())
