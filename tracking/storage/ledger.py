"""The ledger: what became of every event of a project and hour of receipt."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tracking.models import LedgerHour
from tracking.storage import messages
from tracking.storage.failures import translated

# Events whose visitor was erased while they were on their way: set aside, and not kept.
ERASED = "quarantined:erased"
_UPSERT = """
INSERT INTO ingest_ledger AS l (project_id, hour, accepted, stored, duplicate, quarantined, rejected, reasons)
SELECT project_id, hour, accepted, stored, duplicate, quarantined, rejected, reasons::jsonb
FROM unnest(%s::uuid[], %s::timestamptz[], %s::int8[], %s::int8[], %s::int8[], %s::int8[], %s::int8[], %s::text[])
     entry (project_id, hour, accepted, stored, duplicate, quarantined, rejected, reasons)
ORDER BY project_id, hour
ON CONFLICT (project_id, hour) DO UPDATE SET
    accepted = l.accepted + EXCLUDED.accepted,
    stored = l.stored + EXCLUDED.stored,
    duplicate = l.duplicate + EXCLUDED.duplicate,
    quarantined = l.quarantined + EXCLUDED.quarantined,
    rejected = l.rejected + EXCLUDED.rejected,
    reasons = CASE WHEN EXCLUDED.reasons = '{}' THEN l.reasons ELSE (
        SELECT coalesce(jsonb_object_agg(key, total), '{}') FROM (
            SELECT key, sum(value::int8) AS total
            FROM (
                SELECT * FROM jsonb_each_text(l.reasons) UNION ALL SELECT * FROM jsonb_each_text(EXCLUDED.reasons)
            ) reason
            GROUP BY key
        ) sums WHERE total <> 0
    ) END
"""

_RECEIVE = """
INSERT INTO ingest_ledger AS l (project_id, hour, received, accepted, stored, duplicate, quarantined, rejected, reasons)
SELECT project_id, hour, received, 0, 0, 0, 0, 0, '{}'
FROM unnest(%s::uuid[], %s::timestamptz[], %s::int8[]) entry (project_id, hour, received)
ORDER BY project_id, hour
ON CONFLICT (project_id, hour) DO UPDATE SET received = l.received + EXCLUDED.received
"""


@dataclass(slots=True)
class Entry:
    """Counts to add to one hour of one project; they may be negative."""

    accepted: int = 0
    stored: int = 0
    quarantined: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def duplicate(self) -> int:
        return self.accepted - self.stored - self.quarantined


# By project and hour.
Entries = defaultdict[tuple[UUID, datetime], Entry]


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def add(cursor: CursorWrapper, entries: Entries) -> None:
    """Add to the ledger, in key order, in the caller's transaction. Each row stays locked until that ends, so it is
    the last thing an append does."""
    keys = sorted(entries)
    found = [entries[key] for key in keys]
    if found:
        cursor.execute(
            _UPSERT,
            [
                [project_id for project_id, _ in keys],
                [hour for _, hour in keys],
                [entry.accepted for entry in found],
                [entry.stored for entry in found],
                [entry.duplicate for entry in found],
                [entry.quarantined for entry in found],
                [entry.rejected for entry in found],
                [json.dumps(entry.reasons) for entry in found],
            ],
        )


def receive(transfer_id: UUID, counts: Mapping[tuple[UUID, datetime], int], now: datetime) -> None:
    """Add what was promised in these hours of these projects; the same transfer again is a no-op.

    Raises StoreUnavailable.
    """
    keys = sorted(counts)
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        if keys and messages.note(transfer_id, now):
            projects, hours = zip(*keys, strict=True)
            cursor.execute(_RECEIVE, [list(projects), list(hours), [counts[key] for key in keys]])


def read(project_id: UUID, start: datetime, end: datetime) -> Iterable[LedgerHour]:
    """The project's hours in [start, end), oldest first."""
    return LedgerHour.objects.filter(project_id=project_id, hour__gte=start, hour__lt=end).order_by("hour")


def unbalanced(start: datetime, end: datetime) -> list[LedgerHour]:
    """The hours of any project in [start, end) that do not add up."""
    return list(LedgerHour.objects.filter(hour__gte=start, hour__lt=end).unbalanced())


def differing(start: datetime, end: datetime) -> list[LedgerHour]:
    """The hours of any project in [start, end) in which not all that was received has come to its end, once."""
    with translated():
        return list(LedgerHour.objects.filter(hour__gte=start, hour__lt=end).differing())
