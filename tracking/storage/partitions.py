"""The monthly partitions of the tables of events: made ahead, made on demand, dropped past the retention.

A partition holds one UTC month and is called events_2026_11; of analytics_visits, a month of the projects' days. It is
made as a table of its own and then attached: ATTACH lets readers and writers of the parent go on, where CREATE TABLE
... PARTITION OF would shut them all out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

# Table -> the storage parameters of its partitions. Visits are updated in place, so their pages keep room for it.
PARTITIONED = {
    "events": "",
    "visits": " WITH (fillfactor = 85)",
    "goal_completions": "",
    "quarantined_events": "",
    "analytics_visits": "",
}
# Those whose key is a day of their project's zone and no moment.
_BY_DAY = frozenset({"analytics_visits"})
MONTHS_AHEAD = 6
MONTHS_BACK = 1
_ADVISORY_LOCK = 0x61705F70  # "ap_p"
_LOCK_TIMEOUT = "3s"
_DUE_FOR_ANALYZE = """
SELECT relname FROM pg_stat_user_tables
WHERE relname = ANY(%s) AND coalesce(last_analyze, '-infinity') < now() - interval '1 day'
ORDER BY relname
"""
_NAME = re.compile(r"(?P<table>[a-z_]+)_(?P<year>\d{4})_(?P<month>\d{2})\Z")


@dataclass(frozen=True, slots=True)
class Partition:
    """`month`: its first day. `rows`: PostgreSQL's estimate; None before its first ANALYZE."""

    table: str
    name: str
    month: date
    rows: int | None
    size_bytes: int


def month_of(moment: datetime | date) -> date:
    """The first day of the UTC month that holds the moment."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC).date()
    return moment.replace(day=1)


def shift(month: date, months: int) -> date:
    index = month.year * 12 + month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def list_partitions() -> list[Partition]:
    """Every partition, newest month first within its table."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT parent.relname, child.relname, child.reltuples::bigint, pg_total_relation_size(child.oid)
            FROM pg_inherits
            JOIN pg_class parent ON parent.oid = inhparent
            JOIN pg_class child ON child.oid = inhrelid
            WHERE parent.relname = ANY(%s) AND parent.relkind = 'p'
              AND parent.relnamespace = current_schema()::regnamespace
            ORDER BY parent.relname, child.relname DESC
            """,
            [list(PARTITIONED)],
        )
        found = cursor.fetchall()
    partitions = []
    for table, name, rows, size_bytes in found:
        match = _NAME.match(name)
        if match and match["table"] == table:
            month = date(int(match["year"]), int(match["month"]), 1)
            partitions.append(Partition(table, name, month, rows if rows >= 0 else None, size_bytes))
    return partitions


def ensure(months: Iterable[date]) -> list[str]:
    """Make the partitions of these months that are missing; the names of the new ones.

    Any number of processes may ask for the same month at once: the advisory lock lets one make it and the others see
    it made.
    """
    wanted = {f"{table}_{month:%Y_%m}": (table, month) for month in set(months) for table in PARTITIONED}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        missing = sorted(wanted.keys() - {partition.name for partition in list_partitions()})
        for name in missing:
            table, month = wanted[name]
            cursor.execute(f'CREATE TABLE "{name}" (LIKE "{table}" INCLUDING ALL){PARTITIONED[table]}')
            cursor.execute(
                f'ALTER TABLE "{table}" ATTACH PARTITION "{name}" FOR VALUES FROM (%s) TO (%s)',
                [f"{first:%Y-%m-%d}{'' if table in _BY_DAY else ' 00:00:00+00'}" for first in (month, shift(month, 1))],
            )
    return missing


def ensure_around(now: datetime) -> list[str]:
    """The partitions of last month, of this one, and of MONTHS_AHEAD more."""
    return ensure(shift(month_of(now), offset) for offset in range(-MONTHS_BACK, MONTHS_AHEAD + 1))


def oldest_kept(now: datetime) -> date:
    """The first day of the oldest month that is not past the retention."""
    return shift(month_of(now), -settings.RETENTION_MONTHS)


def drop_expired(now: datetime) -> list[str]:
    """Drop the partitions whose end is RETENTION_MONTHS or more ago; their names. What was added up of those days goes
    before them: a day that is there is taken for whole.

    Each in a transaction of its own that waits at most a few seconds for its lock: what is in use goes the next time.
    """
    oldest = oldest_kept(now)
    expired = [partition for partition in list_partitions() if partition.month < oldest]
    if expired:
        _forget_before(oldest)
    dropped = []
    for partition in expired:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
            cursor.execute(f'DROP TABLE IF EXISTS "{partition.name}"')
        dropped.append(partition.name)
    return dropped


def _forget_before(day: date) -> None:
    """Reads all of these tables, once a month."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("analytics_daily", "analytics_hourly", "analytics_breakdown"):
            cursor.execute(f"DELETE FROM {table} WHERE day < %s", [day])
        cursor.execute("DELETE FROM rollup_dirty_slots WHERE slot < %s", [day - timedelta(days=2)])


def maintain(now: datetime) -> dict[str, list[str]]:
    """Partitions made ahead and dropped past the retention, the parents analyzed; {"created", "dropped"}: their names.

    PostgreSQL analyzes partitions by itself but never their parent, and plans over many months with its statistics.
    That reads a sample of every partition, so it is done once a day.
    Safe to run at any time and by several at once.
    """
    created, dropped = ensure_around(now), drop_expired(now)
    with connection.cursor() as cursor:
        cursor.execute(_DUE_FOR_ANALYZE, [list(PARTITIONED)])
        for (table,) in cursor.fetchall():
            cursor.execute(f'ANALYZE "{table}"')
    return {"created": created, "dropped": dropped}


def health(now: datetime) -> dict[str, Any]:
    """{"ok", "ahead_months", "missing", "oldest", "newest", "tables": {table: {"partitions", "rows", "size_bytes"}}}.

    ok: this month's and next month's partitions are there for every table. ahead_months: full months after this one
    for which all tables are ready. missing: names that maintain() would make. rows are estimates.
    """
    partitions = list_partitions()
    names = {partition.name for partition in partitions}
    this_month = month_of(now)

    def is_ready(month: date) -> bool:
        return all(f"{table}_{month:%Y_%m}" in names for table in PARTITIONED)

    ahead = 0
    while is_ready(shift(this_month, ahead + 1)):
        ahead += 1
    expected = [shift(this_month, offset) for offset in range(-MONTHS_BACK, MONTHS_AHEAD + 1)]
    months = [partition.month for partition in partitions]
    return {
        "ok": is_ready(this_month) and ahead >= 1,
        "ahead_months": ahead,
        "missing": sorted({f"{table}_{month:%Y_%m}" for month in expected for table in PARTITIONED} - names),
        "oldest": min(months).isoformat() if months else None,
        "newest": max(months).isoformat() if months else None,
        "tables": {
            table: {
                "partitions": sum(partition.table == table for partition in partitions),
                "rows": sum(partition.rows or 0 for partition in partitions if partition.table == table),
                "size_bytes": sum(partition.size_bytes for partition in partitions if partition.table == table),
            }
            for table in PARTITIONED
        },
    }
