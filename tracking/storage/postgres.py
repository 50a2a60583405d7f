"""The event store in PostgreSQL."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from tracking.storage import append
from tracking.storage.failures import translated
from tracking.storage.rows import Appended, StoredBatch
from tracking.storage.spec import StatsQuery, StatsResult


class PostgresStore:
    """EventStore over Django's connection of the current thread."""

    def append(self, batch: StoredBatch) -> Appended:
        return append.append(batch)

    def run(self, query: StatsQuery) -> StatsResult:
        raise NotImplementedError

    def first_event_at(self, project_id: UUID) -> datetime | None:
        with translated(), connection.cursor() as cursor:
            # The index (project_id, occurred_at) of each partition answers with its first entry.
            cursor.execute("SELECT min(occurred_at) FROM events WHERE project_id = %s", [project_id])
            (first,) = cursor.fetchone()
        return first

    def purge(self, project_id: UUID, *, limit: int) -> int:
        raise NotImplementedError
