"""Which quarters of an hour changed after they may have been added up.

Who changes events, visits or completions says so in the same transaction, by a row in rollup_dirty_slots. What is young
needs no saying: a day is added up only when its end is GRACE ago and no transaction is open that began before that.

How no change is missed. An append (A) that changes a day and a refresh (R) that adds it up run at the same time:

- A's change is old, and so A adds a row. R, in READ COMMITTED, first deletes the rows that it sees, then reads the
  events, each statement seeing what was committed before it began. If A committed before R's DELETE began, R sees A's
  row and later A's events: the day is right. If A committed after that, R does not see A's row, and it stays: the day
  is dirty, whether R has read A's events or not.
- The row is always a new one. To leave it out since there is one of that slot would lose it: R may be about to delete
  the other one. To touch the other one instead (ON CONFLICT DO UPDATE) would make A wait for as long as R reads.
- A's change is young, and so A adds no row: it occurred after A's beginning less GRACE. Then A began before the day's
  end plus GRACE, and R has seen that nothing is open that did. (now() is the time of the transaction's beginning; both
  read the same clock.)
- If either fails, its rows and deletions are undone with all else.

In REPEATABLE READ R would have to hold the project's lock before its transaction begins, or its snapshot may be older
than what the refresh before it did; and it would gain nothing, since a day that changes under it is dirty anyway.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from tracking.storage.rows import EventRow

GRACE = timedelta(hours=1)
SLOT_S = 15 * 60
_MARK = """
INSERT INTO rollup_dirty_slots (project_id, slot)
SELECT project_id, to_timestamp(slot) FROM unnest(%s::uuid[], %s::int8[]) dirty (project_id, slot)
"""


def mark(cursor: CursorWrapper, moments: Iterable[tuple[UUID, datetime]]) -> None:
    """Say that what occurred in these projects at these moments, or the visits that started then, is not what it was.
    In the transaction that changes it."""
    slots = {(project_id, int(moment.timestamp()) // SLOT_S * SLOT_S) for project_id, moment in moments}
    if slots:
        projects, starts = zip(*sorted(slots), strict=True)
        cursor.execute(_MARK, [list(projects), list(starts)])


def mark_late(
    cursor: CursorWrapper, rows: Iterable[EventRow], began_at: datetime, moved: Iterable[tuple[UUID, datetime]] = ()
) -> None:
    """Mark what is not young of these new events and of the visits that they go into. 0.1 us a row that is young.
    moved: earlier events of these visits, of which something changed too.

    began_at: the database's now(). The time to come counts as old: nothing is expected of it, and a day that a wrong
    clock closed too early must not stay as it is.
    """
    first, last = began_at - GRACE, began_at + GRACE
    late = [
        (row.project_id, moment)
        for row in rows
        for moment in (row.occurred_at, row.session_started_at)
        if moment is not None and not first <= moment <= last
    ]
    late += [(project_id, moment) for project_id, moment in moved if not first <= moment <= last]
    mark(cursor, late)
