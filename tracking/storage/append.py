"""Appending a message's rows: one transaction, whose effect is the same however often it runs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

import django.db
import msgspec
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tracking.envelope import Rejections
from tracking.storage import append_sql, completion_rules, completions, dirty, ledger, partitions, quarantine
from tracking.storage.base import SomeKnown
from tracking.storage.failures import DEADLOCK, NO_PARTITION, sqlstate, translated
from tracking.storage.rows import Appended, EventRow, QuarantinedRow, StoredBatch, distinct
from tracking.storage.staging import stage

# How far apart two deliveries of one event may say it occurred: the 7 days that a late event may be old, and slack.
DUPLICATE_WINDOW = timedelta(days=8)
_ATTEMPTS = 3
_ledger_key = attrgetter("project_id", "received_at")

# Months whose partitions this process has seen. A month that was dropped since shows as a failed INSERT.
_known_months: set[tuple[int, int]] = set()


def append(batch: StoredBatch) -> Appended:
    """See EventStore.append. About 22 us a row in PostgreSQL and 4 us here, in batches of 640 (bench/store.py)."""
    with translated():
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                _ensure_partitions(batch)
                with transaction.atomic(), connection.cursor() as cursor:
                    return _append(cursor, batch)
            except django.db.Error as error:
                if attempt == _ATTEMPTS or sqlstate(error) not in {DEADLOCK, NO_PARTITION}:
                    raise
                _known_months.clear()
    raise AssertionError("unreachable: the last attempt returns or raises")


def _append(cursor: CursorWrapper, batch: StoredBatch) -> Appended:
    messages: dict[str, Any] = {"message_ids": list(batch.message_ids), "received_at": batch.received_at}
    cursor.execute(append_sql.NEW_MESSAGES, messages)
    if cursor.rowcount == 0:
        return Appended(0, 0, 0, was_known=True)
    if cursor.rowcount < len(batch.message_ids):
        raise SomeKnown  # and so rolls back
    (began_at,) = cursor.fetchone()
    completion_rules.check(cursor, batch)
    entries: ledger.Entries = defaultdict(ledger.Entry)
    if batch.is_restored:
        batch = quarantine.take_back(cursor, entries, batch)
    _count_accepted(entries, batch.events)
    _count_accepted(entries, batch.quarantined)
    _count_erased(entries, batch.erased)
    _count_rejected(entries, batch.rejections)
    new = _store(cursor, entries, batch.events)
    moved = completions.add(cursor, batch, new)
    dirty.mark_late(cursor, new, began_at, moved)
    quarantined = _quarantine(cursor, entries, batch.quarantined)
    if not batch.is_imported:
        ledger.add(cursor, entries)
    accepted = len(batch.events) + len(batch.quarantined)
    duplicate = accepted - len(new) - quarantined
    return Appended(stored=len(new), duplicate=duplicate, quarantined=quarantined, new=new, moved=moved)


def _store(cursor: CursorWrapper, entries: ledger.Entries, events: Sequence[EventRow]) -> Sequence[EventRow]:
    """The rows that were new."""
    rows = distinct(events)
    if not rows:
        return ()
    _lock_undated(cursor, rows)
    stage(cursor, rows, is_nested=_is_nested())
    cursor.execute(append_sql.STORE, append_sql.STORE_CONSTANTS | _window(rows) | {"staged": len(rows)})
    stored, ids = 0, set[tuple[UUID, UUID]]()
    for project_id, hour, count, event_ids in cursor.fetchall():
        entries[project_id, hour].stored += count
        stored += count
        ids.update((project_id, event_id) for event_id in event_ids or ())
    return rows if stored == len(rows) else [row for row in rows if (row.project_id, row.event_id) in ids]


def _quarantine(cursor: CursorWrapper, entries: ledger.Entries, quarantined: Sequence[QuarantinedRow]) -> int:
    rows = {(row.project_id, row.event_id): row for row in reversed(quarantined)}
    if not rows:
        return 0
    cursor.execute(append_sql.QUARANTINE, _columns(QuarantinedRow, rows.values()) | _window(rows.values()))
    found = cursor.fetchall()
    for key in found:
        row = rows[key]
        entry = entries[row.project_id, ledger.hour_of(row.received_at)]
        entry.quarantined += 1
        entry.reasons[f"quarantined:{row.reason}"] += 1
    return len(found)


def _count_accepted(entries: ledger.Entries, rows: Sequence[EventRow] | Sequence[QuarantinedRow]) -> None:
    # The rows of one request share their time of receipt, so there are fewer pairs than rows.
    for (project_id, received_at), count in Counter(map(_ledger_key, rows)).items():
        entries[project_id, ledger.hour_of(received_at)].accepted += count


def _count_erased(entries: ledger.Entries, erased: Iterable[tuple[UUID, datetime]]) -> None:
    for project_id, received_at in erased:
        entry = entries[project_id, ledger.hour_of(received_at)]
        entry.accepted += 1
        entry.quarantined += 1
        entry.reasons[ledger.ERASED] += 1


def _count_rejected(entries: ledger.Entries, rejections: Iterable[Rejections]) -> None:
    for rejected in rejections:
        entry = entries[rejected.project_id, ledger.hour_of(rejected.hour)]
        entry.rejected += rejected.count
        entry.reasons[f"rejected:{rejected.code}"] += rejected.count


def _lock_undated(cursor: CursorWrapper, rows: Iterable[EventRow]) -> None:
    buckets = {row.event_id.int % append_sql.LOCK_BUCKETS for row in rows if row.is_undated}
    if buckets:
        cursor.execute(append_sql.LOCK_UNDATED, {"buckets": sorted(buckets)})


def _window(rows: Iterable[EventRow] | Iterable[QuarantinedRow]) -> dict[str, datetime]:
    times = [row.occurred_at for row in rows]
    return {"after": min(times) - DUPLICATE_WINDOW, "before": max(times) + DUPLICATE_WINDOW}


def _columns(struct: type[msgspec.Struct], rows: Iterable[Any]) -> dict[str, Any]:
    values = zip(*map(msgspec.structs.astuple, rows), strict=True)
    return dict(zip(struct.__struct_fields__, map(list, values), strict=True))


def _ensure_partitions(batch: StoredBatch) -> None:
    """Before the append's own transaction, so that making a table never waits inside one that holds row locks."""
    months = {_month(row.occurred_at) for rows in (batch.events, batch.quarantined) for row in rows}
    months |= {_month(row.session_started_at) for row in batch.events if row.session_started_at}
    if not months <= _known_months:
        partitions.ensure(date(year, month, 1) for year, month in months)
        _known_months.update(months)


def _month(moment: datetime) -> tuple[int, int]:
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.year, moment.month


def _is_nested() -> bool:
    """Whether a transaction of the caller was open before the append's own."""
    return len(connection.savepoint_ids) > 0
