"""The rows of an answer beside those of the period that it is compared with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reports import conditions, periods, results
from reports.query_body import Asked, Compared, InvalidQuery
from tracking.storage.spec import Filter, Row, StatsQuery

# Asked for at once. When there are more, only those are asked for that are wanted and not among these.
MAX_ROWS = 10_000
MAX_OF_WANTED = 50_000

Key = tuple[str, ...]
Numbers = Sequence[float | int | None]


@dataclass(frozen=True, slots=True)
class RowBefore:
    """`change`: in whole percent; None without anything to compare with. `dimensions`: as the store orders them."""

    dimensions: Key
    metrics: Numbers
    change: list[int | None]


def with_comparison(asked: Asked, compared: Compared, rows: Sequence[Row]) -> list[tuple[Row, RowBefore | None]]:
    """Each row with that of the same values; of a time series the first bucket with the first, and so on. None where
    the other period has no such bucket. Raises InvalidQuery when it has too many rows to look through."""
    query = asked.query
    other = replace(query, period=compared.period, metrics=_with_visitors(query.metrics), limit=MAX_ROWS, offset=0)
    counterpart = _counterparts(query, compared)
    wanted = [_key(row.dimensions, query, counterpart) for row in rows]
    found = _found(other, {key for key in wanted if key is not None})
    nothing = results.nothing(query.metrics)
    compared_rows: list[tuple[Row, RowBefore | None]] = []
    for row, key in zip(rows, wanted, strict=True):
        if key is None:
            compared_rows.append((row, None))
            continue
        before = found.get(key, nothing)[: len(query.metrics)]
        change = [results.change(new, old) for new, old in zip(row.metrics, before, strict=True)]
        compared_rows.append((row, RowBefore(key, before, change)))
    return compared_rows


def is_whole_series(asked: Asked) -> bool:
    """A series by time alone, in its order: each of its buckets is a row, the empty ones too, since what the other
    period has beside them would not be seen else."""
    query = asked.query
    return asked.compared is not None and bool(query.interval) and not query.dimensions and not query.order_by


def buckets_in_full(query: StatsQuery, rows: Sequence[Row]) -> list[Row]:
    """A row for every bucket of a series, of which these are the rows that have something."""
    assert query.interval is not None
    found = {row.dimensions: row for row in rows}
    labels = [periods.label(start, query.interval) for start in periods.buckets(query.period, query.interval)]
    empty = results.nothing(query.metrics)
    return [found.get((label,), Row((label,), empty)) for label in labels]


def _with_visitors(metrics: tuple[str, ...]) -> tuple[str, ...]:
    """A share can be made again of the visitors and their total."""
    return (*metrics, "visitors") if "percentage" in metrics and "visitors" not in metrics else metrics


def _counterparts(query: StatsQuery, compared: Compared) -> dict[str, str]:
    if query.interval is None:
        return {}
    both = (periods.buckets(period, query.interval) for period in (query.period, compared.period))
    labels = ([periods.label(start, query.interval) for start in starts] for starts in both)
    return dict(zip(*labels, strict=False))


def _key(dimensions: Key, query: StatsQuery, counterpart: dict[str, str]) -> Key | None:
    if query.interval is None:
        return dimensions
    bucket = counterpart.get(dimensions[0])
    return None if bucket is None else (bucket, *dimensions[1:])


def _found(query: StatsQuery, wanted: set[Key]) -> dict[Key, Numbers]:
    """The rows of the period. First without a filter on the wanted values, which rollups answer at once; only when
    there are too many rows the missing ones, by name."""
    result = results.run(query)
    found: dict[Key, Numbers] = {row.dimensions: row.metrics for row in result.rows}
    missing = wanted - found.keys()
    if not missing or result.meta.get("total_rows", 0) <= len(result.rows) or not query.dimensions:
        return found
    skipped = 1 if query.interval else 0
    values = zip(*(key[skipped:] for key in missing), strict=True)
    by_name = tuple(
        Filter(name, "is", tuple(sorted(set(each)))) for name, each in zip(query.dimensions, values, strict=True)
    )
    named = replace(query, filters=(*query.filters, *by_name), limit=MAX_OF_WANTED)
    if conditions.is_too_much(named.filters):
        raise _too_much()
    more = results.run(named)
    if more.meta.get("total_rows", 0) > len(more.rows):
        raise _too_much()
    of_all = _share_of_all(query, found)
    return found | {row.dimensions: of_all(row.metrics) for row in more.rows}


def _share_of_all(query: StatsQuery, found: dict[Key, Numbers]) -> Callable[[Numbers], Numbers]:
    """What a row of a filtered answer is with its share of all visitors and not only of those that are wanted."""
    if "percentage" not in query.metrics:
        return lambda metrics: metrics
    share, visitors = query.metrics.index("percentage"), query.metrics.index("visitors")
    total = next((100 * (row[visitors] or 0) / part for row in found.values() if (part := row[share])), 0)

    def shared(metrics: Numbers) -> Numbers:
        part = 100 * (metrics[visitors] or 0) / round(total) if total else None
        return [part if index == share else each for index, each in enumerate(metrics)]

    return shared


def _too_much() -> InvalidQuery:
    detail = "too many rows to compare: a lower limit, fewer dimensions or fewer filters"
    return InvalidQuery(errors=[{"pointer": "/include/comparisons", "code": "too_many", "detail": detail}])
