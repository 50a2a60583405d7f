"""The event store in PostgreSQL."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from tracking.storage import append, erase, purge, rollup
from tracking.storage.answering import answer
from tracking.storage.base import Erased, Refreshed, Whom
from tracking.storage.failures import translated
from tracking.storage.plan import ROLLUPS
from tracking.storage.rows import Appended, StoredBatch
from tracking.storage.spec import ProjectRef, StatsQuery, StatsResult

# A message may wait in a spool for days. When its id is forgotten, the ids of its events still recognise them.
MESSAGE_MEMORY = timedelta(days=30)


class PostgresStore:
    """EventStore over Django's connection of the current thread."""

    def append(self, batch: StoredBatch) -> Appended:
        return append.append(batch)

    def run(self, query: StatsQuery, *, rollups: frozenset[str] = ROLLUPS) -> StatsResult:
        """meta: see answering.py. rollups: those that may be read; tests compare them.

        total_rows is without limit and offset, and 0 for a page behind the last row.
        """
        return answer(query, rollups)

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
