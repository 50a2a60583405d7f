"""An answer: what was asked, read in one snapshot, and what is to be known about it."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

from analytics_pulse import clock
from tracking.storage import plan
from tracking.storage.clean_days import CleanDay, clean_days, kept_days
from tracking.storage.plan import Plan
from tracking.storage.postgres_sql import statement
from tracking.storage.reading import reading
from tracking.storage.spec import Row, StatsQuery, StatsResult

_DATE_INTERVALS = frozenset({"day", "week", "month"})
_AFTER_METRICS = 3  # total, whether values were left to (other), whether an amount is of several currencies
_WARNINGS = {
    "values_capped": _(
        "Of each day the 1,000 values with the most visitors are kept; the others are one row, (other)."
    ),
    "mixed_currencies": _(
        "Where there are amounts in several currencies no sum is shown: break it down by currency, or filter by one."
    ),
}


def answer(query: StatsQuery, rollups: frozenset[str]) -> StatsResult:
    """meta: {"source": "rollup", "events", "visits" or several with +, "plan": [{"family", "table", "from", "to"}] with
    `to` excluded, days for tables of days and moments for others, "rolled_up_at": of the day added up longest ago,
    "warnings": [{"code", "detail"}], "timed_ms", "total_rows"}. Raises what EventStore.run does."""
    started = time.perf_counter()
    with reading(query.project.id) as cursor:
        # In the same snapshot: a day that changes meanwhile is read from where it has not.
        bounds = plan.whole_days(query) if rollups else None
        clean = clean_days(query.project, *bounds) if bounds else []
        days = [each.day for each in clean]
        only = plan.only_value(query)
        kept = kept_days(query.project, only.dimension, days) if only and days else ()
        asked = statement(query, days, rollups=rollups, kept_days=kept)
        cursor.execute(asked.sql, asked.params)
        found = cursor.fetchall()
    meta = _meta(query, asked.plans, clean)
    meta["timed_ms"] = round((time.perf_counter() - started) * 1000, 1)
    meta["total_rows"], *warnings = found[0][-_AFTER_METRICS:] if found else (0, False, False)
    meta["warnings"] = [
        {"code": code, "detail": detail}
        for (code, detail), is_so in zip(_WARNINGS.items(), warnings, strict=True)
        if is_so
    ]
    return StatsResult([_row(query, values[:-_AFTER_METRICS]) for values in found], meta)


def _meta(query: StatsQuery, plans: Iterable[Plan], clean: Sequence[CleanDay]) -> dict[str, Any]:
    entries: list[dict[str, str]] = []
    sources: set[str] = set()
    oldest: list[datetime] = []
    for read in (each for one in plans for each in one.readings):
        for days in read.days:
            entries.append(_entry(read.family, read.rollup, days.first.isoformat(), days.end.isoformat()))
            oldest += [each.computed_at for each in clean if days.first <= each.day < days.end]
            sources.add("rollup")
        for table in plan.tables(query, read):
            entries += [_entry(read.family, table, clock.text(span.start), clock.text(span.end)) for span in read.raw]
            sources.add(table)
    meta: dict[str, Any] = {
        "source": "+".join(each for each in ("rollup", "events", "visits") if each in sources),
        "plan": [entry for number, entry in enumerate(entries) if entry not in entries[:number]],
    }
    if oldest:
        meta["rolled_up_at"] = clock.text(min(oldest).replace(microsecond=0))
    return meta


def _entry(family: str, table: str, start: str, end: str) -> dict[str, str]:
    return {"family": str(family), "table": table, "from": start, "to": end}


def _row(query: StatsQuery, values: tuple) -> Row:
    """`values`: bucket, dimensions, metrics."""
    metrics_at = len(values) - len(query.metrics)
    dimensions = list(values[:metrics_at])
    if query.interval:
        dimensions[0] = _label(dimensions[0], query.interval, query.project.zone)
    return Row(tuple(dimensions), tuple(values[metrics_at:]))


def _label(bucket: datetime, interval: str, zone: ZoneInfo) -> str:
    """The bucket's start in the project's zone. The hour that a clock change repeats is told apart by its offset."""
    local = bucket.astimezone(zone)
    return local.date().isoformat() if interval in _DATE_INTERVALS else local.isoformat()
