"""Which version of its goals a project's events are matched with, so that no goal is counted as it was meant before.

Goals are matched before the append's transaction, by a process that remembers them. How none is counted by an outdated
rule, and none missed:

- Whoever changes goals raises the version in the same transaction. An append reads the versions after its first write,
  and gives up when they are not those of its batch (StaleRules): the batch is matched again with what holds now.
- So an append whose completions are outdated has read the version before the change was committed, and had been given
  its place in the order of writes (its transaction id) before. What counts a changed goal anew in what is there already
  takes a fence() after the change was committed, and begins when is_passed() says that every transaction from before
  the fence is at its end: such an append among them. All later ones match by what holds now.
- The read is a statement of its own: one that writes as well takes its snapshot before it is given its place.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tracking.storage.base import StaleRules
from tracking.storage.failures import translated
from tracking.storage.rows import EventRow, StoredBatch

_READ = "SELECT project_id, version FROM completion_rules WHERE project_id = ANY(%s::uuid[])"
_RAISE = """
INSERT INTO completion_rules AS rules (project_id, version) VALUES (%s, 1)
ON CONFLICT (project_id) DO UPDATE SET version = rules.version + 1
"""
# A number of its own, which is larger than all that were given before. (The end of a snapshot may be smaller than those
# of writes that are under way.)
_FENCE = "SELECT pg_current_xact_id()::text::int8"
# Of a session only the lower half of the number is told: it was given before where it is less than half a round behind.
# Sessions of other databases on the server are none of ours; nor is one's own, in which a fill may be under way.
_IS_PASSED = """
SELECT NOT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND (%s - backend_xid::text::int8) & 4294967295 BETWEEN 1 AND 2147483647
)
"""
# What a transaction has seen of the sessions it sees again, unless it is told to look.
_LOOK = "SELECT pg_stat_clear_snapshot()"


def versions(project_ids: Collection[UUID]) -> dict[UUID, int]:
    """Those of projects that ever had goals; of the others it is 0. Raises StoreUnavailable."""
    with translated(), connection.cursor() as cursor:
        cursor.execute(_READ, [list(project_ids)])
        return dict(cursor.fetchall())


def raise_version(project_id: UUID) -> None:
    """In the transaction that changes what the project's goals mean, or which are counted."""
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, [project_id])


def check(cursor: CursorWrapper, batch: StoredBatch) -> None:
    """In the append's transaction, after its first write. Raises StaleRules."""
    projects = _projects(batch.events)
    if not projects:
        return
    cursor.execute(_READ, [list(projects)])
    current = dict(cursor.fetchall())
    if stale := [each for each in projects if current.get(each, 0) != batch.rule_versions.get(each, 0)]:
        raise StaleRules(frozenset(stale))


def fence() -> int:
    """A place in the order of writes: after all that were begun by now."""
    with translated(), connection.cursor() as cursor:
        cursor.execute(_FENCE)
        (place,) = cursor.fetchone()
    return int(place)


def is_passed(place: int) -> bool:
    """Whether all that were begun before the fence are at their end."""
    with translated(), connection.cursor() as cursor:
        cursor.execute(_LOOK)
        cursor.execute(_IS_PASSED, [place])
        (is_passed,) = cursor.fetchone()
    return bool(is_passed)


def _projects(rows: Iterable[EventRow]) -> set[UUID]:
    return {row.project_id for row in rows}
