"""Questions to a store, and the shortest way to their answers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tracking.storage.base import EventStore
from tracking.storage.rows import EventRow
from tracking.storage.spec import Period, ProjectRef, Row, StatsQuery
from tracking.storage.tests.builders import NOW, SITE, event

UTC_ZONE = ZoneInfo("UTC")


def days(zone: ZoneInfo, start: datetime, count: int) -> Period:
    """`count` days of the zone, from midnight of the day of `start` there."""
    midnight = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = (midnight.replace(tzinfo=None) + timedelta(days=count)).replace(tzinfo=zone)
    return Period(midnight, end, zone)


def visit_at(moment: datetime, session_id: int, **fields: Any) -> EventRow:
    """The event that opens a visit at this moment."""
    return event(occurred_at=moment, session_started_at=moment, session_id=session_id, **fields)


def question(metrics: str, *dimensions: str, project_id: UUID = SITE, **fields: Any) -> StatsQuery:
    """About the UTC day of NOW, unless said otherwise. metrics: names in one text."""
    project = ProjectRef(project_id, fields.pop("zone", UTC_ZONE), fields.pop("is_cookieless", True))
    period = fields.pop("period", None) or days(project.zone, NOW, 1)
    return StatsQuery(project, tuple(metrics.split()), period, dimensions, **fields)


def answer(store: EventStore, metrics: str, *dimensions: str, **fields: Any) -> list[tuple]:
    """The rows as flat tuples: dimensions, then metrics."""
    return flat(store.run(question(metrics, *dimensions, **fields)).rows)


def flat(rows: Any) -> list[tuple]:
    return [(*row.dimensions, *row.metrics) for row in rows if isinstance(row, Row)]
