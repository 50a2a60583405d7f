"""What was screened out: to look at, to send through the pipeline again, or to delete."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tracking.storage import ledger
from tracking.storage.failures import translated
from tracking.storage.reading import fetch

_LIST = """
SELECT project_id, event_id, occurred_at, received_at, reason, detail, payload
FROM quarantined_events
WHERE occurred_at >= %(start)s AND occurred_at < %(end)s{conditions}
ORDER BY occurred_at DESC, event_id
LIMIT %(limit)s OFFSET %(offset)s
"""
_FIND = """
SELECT project_id, event_id, occurred_at, received_at, reason, detail, payload
FROM quarantined_events
WHERE project_id = %(project_id)s AND event_id = %(event_id)s
"""
_TAKE = """
DELETE FROM quarantined_events
WHERE project_id = %(project_id)s AND event_id = ANY(%(event_ids)s::uuid[])
  AND occurred_at >= %(start)s AND occurred_at < %(end)s
RETURNING received_at, reason, payload
"""


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
        """Its name in URLs."""
        return f"{self.project_id}:{self.event_id}"


def list_quarantined(
    project_id: UUID | None, start: datetime, end: datetime, *, reason: str = "", limit: int = 100, offset: int = 0
) -> list[Quarantined]:
    """The project's screened-out events that occurred in [start, end), the latest first; None: those of all projects,
    which reads the whole range. Raises QueryTooLarge.
    """
    conditions = " AND project_id = %(project_id)s" if project_id else ""
    conditions += " AND reason = %(reason)s" if reason else ""
    asked = {
        "project_id": project_id,
        "start": start,
        "end": end,
        "reason": reason,
        "limit": limit,
        "offset": offset,
    }
    return [_quarantined(values) for values in fetch(_LIST.format(conditions=conditions), asked)]


def find(project_id: UUID, event_id: UUID) -> Quarantined | None:
    found = fetch(_FIND, {"project_id": project_id, "event_id": event_id})
    return _quarantined(found[0]) if found else None


def _quarantined(values: tuple) -> Quarantined:
    return Quarantined(*values[:-1], bytes(values[-1]))


def restore(
    project_id: UUID,
    event_ids: Sequence[UUID],
    start: datetime,
    end: datetime,
    *,
    publish: Callable[[list[bytes]], None],
) -> int:
    """Take these events out and hand their payloads to `publish`, which returns when they are durable; how many.

    When publish raises, nothing is changed. When the process dies after it and before the commit, the events are both
    stored and still here: restoring them again makes duplicates, which are recognised. The ledger forgets them, and
    counts them anew when they arrive.
    """
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        payloads = _take(cursor, project_id, event_ids, start, end, keeps_ledger=False)
        if payloads:
            publish(payloads)
    return len(payloads)


def drop(project_id: UUID, event_ids: Sequence[UUID], start: datetime, end: datetime) -> int:
    """Delete these events; how many. In the ledger they stay quarantined: that is what became of them."""
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        return len(_take(cursor, project_id, event_ids, start, end, keeps_ledger=True))


def _take(
    cursor: CursorWrapper,
    project_id: UUID,
    event_ids: Iterable[UUID],
    start: datetime,
    end: datetime,
    *,
    keeps_ledger: bool,
) -> list[bytes]:
    asked: dict[str, Any] = {"project_id": project_id, "event_ids": list(event_ids), "start": start, "end": end}
    cursor.execute(_TAKE, asked)
    found = cursor.fetchall()
    if not keeps_ledger:
        entries: ledger.Entries = defaultdict(ledger.Entry)
        for received_at, reason, _ in found:
            entry = entries[project_id, ledger.hour_of(received_at)]
            entry.accepted -= 1
            entry.quarantined -= 1
            entry.reasons[f"quarantined:{reason}"] -= 1
        ledger.add(cursor, entries)
    return [bytes(payload) for _, _, payload in found]
