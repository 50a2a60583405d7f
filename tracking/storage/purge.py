"""Deleting all that a project ever sent."""

from uuid import UUID

from django.db import connection

# Events first: what is derived from them must not outlive them for a reader who comes in between.
_TABLES = ("events", "quarantined_events", "goal_completions", "visits", "ingest_ledger")
_DELETE = """
DELETE FROM {table}
USING (SELECT tableoid AS partition, ctid AS place FROM {table} WHERE project_id = %s LIMIT %s) doomed
WHERE {table}.tableoid = doomed.partition AND {table}.ctid = doomed.place AND {table}.project_id = %s
"""


def purge(project_id: UUID, *, limit: int) -> int:
    """Delete up to `limit` rows; how many went. Each table in a statement of its own, so that the locks are short."""
    deleted = 0
    with connection.cursor() as cursor:
        for table in _TABLES:
            if deleted < limit:
                cursor.execute(_DELETE.format(table=table), [project_id, limit - deleted, project_id])
                deleted += cursor.rowcount
    return deleted
