"""What was screened out: to look at, to take back into the numbers, or to delete."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from msgspec.structs import replace

from tracking.storage import ledger
from tracking.storage.failures import translated
from tracking.storage.reading import fetch
from tracking.storage.rows import EventRow, QuarantinedRow, StoredBatch

INSTANT = timedelta(microseconds=1)
# A row's place in the list: when it occurred, and its event_id.
Place = tuple[datetime, UUID]

_COLUMNS = "project_id, event_id, occurred_at, received_at, reason, detail, payload"
_LIST = f"""
SELECT {_COLUMNS}
FROM quarantined_events
WHERE occurred_at >= %(start)s AND occurred_at < %(end)s{{conditions}}
ORDER BY occurred_at DESC, event_id DESC
LIMIT %(limit)s OFFSET %(offset)s
"""
_READ = f"""
SELECT {_COLUMNS} FROM quarantined_events
WHERE project_id = %(project_id)s AND event_id = ANY(%(event_ids)s::uuid[])
ORDER BY occurred_at, event_id
"""
_COUNT = """
SELECT reason, count(*) FROM quarantined_events
WHERE project_id = %(project_id)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
GROUP BY reason ORDER BY 2 DESC, 1
"""
# In key order: two that take the same rows in different orders deadlock.
_DELETE = """
WITH doomed AS MATERIALIZED (
    SELECT event_id, occurred_at FROM quarantined_events
    WHERE project_id = %(project_id)s AND {which}
    ORDER BY event_id, occurred_at FOR UPDATE
)
DELETE FROM quarantined_events q USING doomed
WHERE q.project_id = %(project_id)s AND q.event_id = doomed.event_id AND q.occurred_at = doomed.occurred_at
RETURNING q.event_id, q.received_at, q.reason
"""
_DELETE_BY_ID = _DELETE.format(which="event_id = ANY(%(event_ids)s::uuid[])")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """payload: an encoded tracking.envelope.Message with the one event."""

    project_id: UUID
    event_id: UUID
    occurred_at: datetime
    received_at: datetime
    reason: str
    detail: str
    payload: bytes

    @property
    def object_id(self) -> str:
        """Its name in the URLs of the operator's pages."""
        return f"{self.project_id}:{self.event_id}"

    @property
    def place(self) -> Place:
        return self.occurred_at, self.event_id


def list_quarantined(
    project_id: UUID | None,
    start: datetime,
    end: datetime,
    *,
    reason: str = "",
    limit: int = 100,
    offset: int = 0,
    before: Place | None = None,
) -> list[Quarantined]:
    """The project's screened-out events that occurred in [start, end), the latest first; None: those of all projects,
    which reads the whole range. `before`: those that come after this place, at the same cost however far back it is;
    `offset` reads what it passes over. Raises QueryTooLarge.
    """
    asked: dict[str, Any] = {
        "project_id": project_id,
        "start": start,
        "end": min(end, before[0] + INSTANT) if before else end,  # so that the index begins there
        "reason": reason,
        "limit": limit,
        "offset": offset,
    }
    conditions = " AND project_id = %(project_id)s" if project_id else ""
    conditions += " AND reason = %(reason)s" if reason else ""
    if before:
        conditions += " AND (occurred_at, event_id) < (%(before_at)s, %(before_id)s)"
        asked |= {"before_at": before[0], "before_id": before[1]}
    return [_quarantined(values) for values in fetch(_LIST.format(conditions=conditions), asked)]


def find(project_id: UUID, event_id: UUID) -> Quarantined | None:
    """The event, when it lies in the project's quarantine."""
    found = read(project_id, [event_id])
    return found[0] if found else None


def read(project_id: UUID, event_ids: Sequence[UUID]) -> list[Quarantined]:
    """Those of these events that lie in the project's quarantine."""
    found = fetch(_READ, {"project_id": project_id, "event_ids": list(event_ids)})
    return [_quarantined(values) for values in found]


def count(project_id: UUID, start: datetime, end: datetime, *, timeout_s: float | None = None) -> dict[str, int]:
    """How many occurred in [start, end), by reason, the most first. Raises QueryTooLarge."""
    return dict(fetch(_COUNT, {"project_id": project_id, "start": start, "end": end}, timeout_s=timeout_s))


def drop(project_id: UUID, event_ids: Sequence[UUID]) -> int:
    """Delete these events; how many. In the ledger they stay quarantined: that is what became of them."""
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        return len(_delete(cursor, project_id, event_ids))


def take_back(cursor: CursorWrapper, entries: ledger.Entries, batch: StoredBatch) -> StoredBatch:
    """What of a restored batch still lies in the quarantine, taken out of it. In the caller's transaction.

    The ledger forgets what is taken, in the hour of its receipt, and the append that goes on counts it there anew as
    what it becomes now: stored, duplicate, or quarantined again. So it is counted once at any time, and a batch that
    comes twice, or after a drop or an erasure, finds nothing and changes nothing.
    """
    wanted: dict[UUID, list[UUID]] = {}
    rows: list[EventRow | QuarantinedRow] = [*batch.events, *batch.quarantined]
    for row in rows:
        wanted.setdefault(row.project_id, []).append(row.event_id)
    taken: set[tuple[UUID, UUID]] = set()
    for project_id in sorted(wanted):
        for event_id, received_at, reason in _delete(cursor, project_id, wanted[project_id]):
            taken.add((project_id, event_id))
            entry = entries[project_id, ledger.hour_of(received_at)]
            entry.accepted -= 1
            entry.quarantined -= 1
            entry.reasons[f"quarantined:{reason}"] -= 1
    return replace(
        batch,
        events=_of(taken, batch.events),
        quarantined=_of(taken, batch.quarantined),
        completions=[row for row in batch.completions if (row.project_id, row.event_id) in taken],
        erased=[],
    )


def _of(taken: set[tuple[UUID, UUID]], rows: Iterable[Any]) -> list[Any]:
    """The first row of each event that was taken."""
    kept = {(row.project_id, row.event_id): row for row in reversed(list(rows))}
    return [row for key, row in reversed(kept.items()) if key in taken]


def _delete(cursor: CursorWrapper, project_id: UUID, event_ids: Iterable[UUID]) -> list[tuple[UUID, datetime, str]]:
    cursor.execute(_DELETE_BY_ID, {"project_id": project_id, "event_ids": list(event_ids)})
    return cursor.fetchall()


def _quarantined(values: tuple) -> Quarantined:
    columns = [*values[:-1], bytes(values[-1])]
    return Quarantined(*columns)
