"""The event store in PostgreSQL."""

import time
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from tracking.storage import append, erase, plan, purge, rollup
from tracking.storage.base import Erased, Refreshed, Whom
from tracking.storage.failures import translated
from tracking.storage.postgres_sql import statement
from tracking.storage.reading import fetch
from tracking.storage.rows import Appended, StoredBatch
from tracking.storage.spec import ProjectRef, Row, StatsQuery, StatsResult

# A message may wait in a spool for days. When its id is forgotten, the ids of its events still recognise them.
MESSAGE_MEMORY = timedelta(days=30)
_DATE_INTERVALS = frozenset({"day", "week", "month"})


class PostgresStore:
    """EventStore over Django's connection of the current thread."""

    def append(self, batch: StoredBatch) -> Appended:
        return append.append(batch)

    def run(self, query: StatsQuery) -> StatsResult:
        """meta: {"source": the tables it was read from, "timed_ms", "total_rows"}.

        total_rows is without limit and offset, and 0 for a page behind the last row.
        """
        asked = statement(query)
        started = time.perf_counter()
        found = fetch(asked.sql, asked.params)
        timed_ms = round((time.perf_counter() - started) * 1000, 1)
        source = "+".join(plan.families(query))
        meta = {"source": source, "timed_ms": timed_ms, "total_rows": found[0][-1] if found else 0}
        return StatsResult([_row(query, values) for values in found], meta)

    def first_event_at(self, project_id: UUID) -> datetime | None:
        with translated(), connection.cursor() as cursor:
            # The index (project_id, occurred_at) of each partition answers with its first entry.
            cursor.execute("SELECT min(occurred_at) FROM events WHERE project_id = %s", [project_id])
            (first,) = cursor.fetchone()
        return first

    def span(self, project_id: UUID) -> tuple[datetime, datetime] | None:
        return erase.span(project_id)

    def erase(
        self, project: ProjectRef, whom: Whom, start: datetime, end: datetime, *, received_until: datetime
    ) -> Erased:
        with translated():
            return erase.erase(project, whom, start, end, received_until=received_until)

    def forget_messages(self, now: datetime) -> int:
        with translated(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM processed_messages WHERE received_at < %s", [now - MESSAGE_MEMORY])
            return cursor.rowcount

    def clock(self) -> datetime:
        with translated(), connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (now,) = cursor.fetchone()
        return now

    def refresh_rollups(self, project: ProjectRef, now: datetime, *, budget_s: float) -> Refreshed:
        with translated():
            return rollup.refresh(project, now, budget_s)

    def rebuild_rollups(self, project: ProjectRef, first: date, last: date) -> None:
        with translated():
            rollup.rebuild(project, first, last)

    def check_rollups(self, project: ProjectRef, now: datetime, *, budget_s: float) -> list[date]:
        with translated():
            return rollup.check(project, now, budget_s)

    def purge(self, project_id: UUID, *, limit: int) -> int:
        with translated():
            return purge.purge(project_id, limit=limit)


def _row(query: StatsQuery, values: tuple) -> Row:
    """`values`: bucket, dimensions, metrics, total."""
    metrics_at = len(values) - 1 - len(query.metrics)
    dimensions = list(values[:metrics_at])
    if query.interval:
        dimensions[0] = _label(dimensions[0], query.interval, query.project.zone)
    return Row(tuple(dimensions), tuple(values[metrics_at:-1]))


def _label(bucket: datetime, interval: str, zone: ZoneInfo) -> str:
    """The bucket's start in the project's zone. The hour that a clock change repeats is told apart by its offset."""
    local = bucket.astimezone(zone)
    return local.date().isoformat() if interval in _DATE_INTERVALS else local.isoformat()
