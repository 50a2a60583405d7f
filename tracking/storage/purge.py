"""Deleting all that a project ever sent."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection

from tracking.storage import partitions, rollup

# The list of days that are added up goes first: what is on it is taken for whole. Then events: what is derived from
# them must not outlive them for a reader who comes in between.
_TABLES = ("events", "analytics_visits", "quarantined_events", "goal_completions", "visits")
# By place, and a partition at a time: from the partitioned table it would read every row of the project on each call.
_DELETE = """
DELETE FROM "{table}" WHERE ctid = ANY(ARRAY(SELECT ctid FROM "{table}" WHERE project_id = %s LIMIT %s))
"""


def purge(project_id: UUID, *, limit: int) -> int:
    """Delete up to `limit` rows; how many went. Each partition in a statement of its own, so that locks are short."""
    deleted = 0
    with connection.cursor() as cursor:
        rollup.lock(cursor, project_id)  # a refresh that is under way comes to its end, and what it adds goes too
        for table in _tables():
            if deleted == limit:
                break
            cursor.execute(_DELETE.format(table=table), [project_id, limit - deleted])
            deleted += cursor.rowcount
    return deleted


def _tables() -> Iterator[str]:
    yield "analytics_daily"
    found = partitions.list_partitions()
    for table in _TABLES:
        yield from (partition.name for partition in found if partition.table == table)
    yield "analytics_hourly"
    yield "analytics_breakdown"
    yield "rollup_dirty_slots"
    yield "ingest_ledger"
    yield "completion_rules"
    yield "ledger_gaps"
