"""Deleting all that a project ever sent."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection

from tracking.storage import partitions

# Events first: what is derived from them must not outlive them for a reader who comes in between.
_TABLES = ("events", "quarantined_events", "goal_completions", "visits")
# By place, and a partition at a time: from the partitioned table it would read every row of the project on each call.
_DELETE = """
DELETE FROM "{table}" WHERE ctid = ANY(ARRAY(SELECT ctid FROM "{table}" WHERE project_id = %s LIMIT %s))
"""


def purge(project_id: UUID, *, limit: int) -> int:
    """Delete up to `limit` rows; how many went. Each partition in a statement of its own, so that locks are short."""
    deleted = 0
    with connection.cursor() as cursor:
        for table in _tables():
            if deleted == limit:
                break
            cursor.execute(_DELETE.format(table=table), [project_id, limit - deleted])
            deleted += cursor.rowcount
    return deleted


def _tables() -> Iterator[str]:
    found = partitions.list_partitions()
    for table in _TABLES:
        yield from (partition.name for partition in found if partition.table == table)
    yield "ingest_ledger"
    yield "ledger_gaps"
