"""Answers, from the cache or from the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from analytics_pulse import clock
from reports import periods
from reports.answer_cache import AnswerCache
from reports.fingerprint import fingerprint
from reports.folding import folded
from reports.params import Question
from tracking.storage import get_store
from tracking.storage.spec import METRICS, Period, StatsQuery, StatsResult

_cache = AnswerCache("stats", StatsResult)


def run(query: StatsQuery) -> StatsResult:
    """The answer, from the cache or from the store. As for how long it is remembered, see answer_cache.py.

    One computation at a time per question: whoever comes while it is under way waits for its answer.
    What fewer than its least_visitors did is folded. Raises what the store raises: QueryTooLarge, StoreUnavailable.
    """
    if query.least_visitors > 1:
        return folded(query, run)
    period = query.period
    return _cache.get(query.project.id, period.start, period.end, fingerprint(query), lambda: _computed(query))


def _computed(query: StatsQuery) -> StatsResult:
    """The store's answer, with the moment that it is of."""
    as_of = clock.text(clock.now(), "milliseconds")
    result = get_store().run(query)
    return StatsResult(result.rows, {**result.meta, "as_of": as_of})


def clear_memory() -> None:
    """Forget what this process remembers for the time that Redis is away."""
    _cache.clear_memory()


def totals(question: Question, metrics: Sequence[str], period: Period | None = None) -> dict[str, Any]:
    """One number per metric: 0 where a count has nothing to count, None where a ratio has no base."""
    rows = run(question.query(metrics, period=period)).rows
    return dict(zip(metrics, rows[0].metrics if rows else nothing(metrics), strict=True))


def nothing(metrics: Sequence[str]) -> tuple[int | None, ...]:
    """What the metrics are where there are no events."""
    return tuple(0 if METRICS[name].unit == "count" else None for name in metrics)


@dataclass(frozen=True, slots=True)
class Series:
    """A number per metric and bucket, empty buckets included. `starts` are aware in the project's zone."""

    interval: str
    starts: Sequence[datetime]
    values: Mapping[str, Sequence[float | int | None]]
    query: StatsQuery
    result: StatsResult


def series(question: Question, metrics: Sequence[str], interval: str, period: Period | None = None) -> Series:
    """The metrics over time. A count without events is 0, a ratio without a base None."""
    period = period or question.period.period
    starts = periods.buckets(period, interval)
    query = question.query(metrics, period=period, interval=interval, limit=len(starts) + 1)
    result = run(query)
    found = {_bucket_key(row.dimensions[0], interval, period): row.metrics for row in result.rows}
    empty = nothing(metrics)
    rows = [found.get(_bucket_key(start.isoformat(), interval, period), empty) for start in starts]
    values = {name: [row[index] for row in rows] for index, name in enumerate(metrics)}
    return Series(interval, starts, values, query, result)


def series_by(question: Question, metric: str, dimension: str, interval: str, *, most: int) -> dict[str, list[float]]:
    """A count over time of each value of a dimension that has any, empty buckets included; of about `most` values."""
    period = question.period.period
    starts = periods.buckets(period, interval)
    query = question.query((metric,), dimensions=(dimension,), interval=interval, limit=most * len(starts))
    places = {_bucket_key(start.isoformat(), interval, period): at for at, start in enumerate(starts)}
    found: dict[str, list[float]] = {}
    for row in run(query).rows:
        bucket, value = row.dimensions
        at = places.get(_bucket_key(bucket, interval, period))
        if at is not None:
            found.setdefault(value, [0.0] * len(starts))[at] = row.metrics[0] or 0
    return found


def _bucket_key(text: str, interval: str, period: Period) -> datetime | str:
    """What says that two buckets are the same: the day, or for hours the moment (an hour may be there twice)."""
    if interval not in ("hour", "minute"):
        return text[:10]
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=period.zone)).astimezone(UTC)


def change(current: float | None, before: float | None) -> int | None:
    """The change in whole percent, positive for more; None where there is nothing to compare with."""
    if current is None or not before:
        return None
    return round((current - before) / abs(before) * 100)  # of an amount below 0 too: refunds
