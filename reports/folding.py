"""k-anonymity of what shared links show: what fewer than N visitors did is not told apart.

Here and nowhere else, on every answer on its way out of results.run: a section that is written tomorrow has no other
numbers to show. Rows of a list with fewer visitors are added to one row at its end, which has no name; when even all of
them together are too few, the next larger row is added to them: a list says its total by its shares, and what the shown
rows lack of that must be enough as well. A bucket of a time series, or a total, is there without numbers. So many
visitors may be enough, and those of them who reached a goal too few: then it is not told how many did, nor how often.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from tracking.storage.spec import METRICS, Family, Row, StatsQuery, StatsResult

# Stands in place of the values of the rows that were folded; labels.py has the words. No value of a dimension is this,
# and no filter takes it: PostgreSQL keeps no NUL.
FOLDED = "\0"
# A list is read as a whole, since the rows that are folded are its last ones; of longer ones no more than this shows.
MAX_ROWS = 5000
# What is told of goals, and the visits by which it is guarded.
CONVERTED = "converted_visits"
OF_GOALS = frozenset({"completions", CONVERTED, "conversion_rate"})

Number = float | int | None


def folded(query: StatsQuery, ask: Callable[[StatsQuery], StatsResult]) -> StatsResult:
    """The answer to `query`, by way of one question to `ask` that is not folded. Raises what it raises."""
    # A bounce rate is of visits, of which there may be fewer than visitors: those who began theirs an hour before.
    guards = ["visitors"]
    if any(_is_of_visits(name) for name in query.metrics):
        guards.append("visits")
    if not OF_GOALS.isdisjoint(query.metrics):
        guards.append(CONVERTED)
    whole = replace(query, metrics=tuple(dict.fromkeys((*query.metrics, *guards))), order_by=(), least_visitors=0)
    if query.dimensions or query.interval:
        whole = replace(whole, limit=MAX_ROWS, offset=0)
    if query.dimensions:
        whole = replace(whole, order_by=(("visitors", True),))
    result, least = ask(whole), query.least_visitors
    if query.dimensions:
        is_whole = result.meta.get("total_rows", 0) <= len(result.rows)
        rows = _list(query, whole.metrics, result.rows, is_whole=is_whole)
    else:
        hidden = _hidden(whole.metrics, result.rows, least)
        rows = [_nothing(row) if row.dimensions in hidden else row for row in result.rows]
    total_rows, untold = len(rows), _reached_by_few(whole.metrics, rows, least)
    if query.dimensions or query.interval:
        rows = rows[query.offset : query.offset + query.limit]
    told = [
        _told(row, whole.metrics, least, len(query.metrics), is_goal_told=row.dimensions not in untold) for row in rows
    ]
    return StatsResult(told, {**result.meta, "total_rows": total_rows})


def _list(query: StatsQuery, metrics: Sequence[str], rows: Sequence[Row], *, is_whole: bool) -> list[Row]:
    """Every row that has enough visitors, in the order that was asked for, and then the others as one."""
    least, visitors = query.least_visitors, metrics.index("visitors")
    shown = [row for row in rows if (row.metrics[visitors] or 0) >= least]
    others = [row for row in rows if (row.metrics[visitors] or 0) < least]
    together = sum(row.metrics[visitors] or 0 for row in others)
    if shown and 0 < together < least:
        others.append(shown.pop())  # the smallest: the most visitors come first
        together += others[-1].metrics[visitors] or 0
    found = _in_order(query, metrics, shown)
    # By time and value there is no one row that could stand for the others.
    if not query.interval and is_whole and together >= least:
        sums = tuple(_sum(name, [row.metrics[at] for row in others]) for at, name in enumerate(metrics))
        found.append(Row((FOLDED,) * len(query.dimensions), sums))
    return found


def _in_order(query: StatsQuery, metrics: Sequence[str], rows: list[Row]) -> list[Row]:
    found = list(rows)
    keys = ("interval", *query.dimensions) if query.interval else query.dimensions
    for name, is_descending in reversed(query.order):
        if name in keys:
            found.sort(key=partial(_key, keys.index(name)), reverse=is_descending)
        else:
            found.sort(key=partial(_size, metrics.index(name), -1 if is_descending else 1))
    return found


def _key(at: int, row: Row) -> str:
    return row.dimensions[at]


def _size(at: int, sign: int, row: Row) -> tuple[bool, float]:
    """What has no number comes last, whatever the order."""
    return row.metrics[at] is None, sign * (row.metrics[at] or 0)


def _hidden(metrics: Sequence[str], rows: Sequence[Row], least: int) -> set[tuple[str, ...]]:
    """The rows with too few visitors, and further ones with them."""
    return _smallest([row for row in rows if any(row.metrics)], metrics.index("visitors"), least)


def _reached_by_few(metrics: Sequence[str], rows: Sequence[Row], least: int) -> set[tuple[str, ...]]:
    """The rows of whose visits too few reached a goal, and further ones with them. That none did is told."""
    if CONVERTED not in metrics:
        return set()
    places = [at for at, name in enumerate(metrics) if name in OF_GOALS]
    reached = [row for row in rows if any(row.metrics[at] for at in places)]
    return _smallest(reached, metrics.index(CONVERTED), least)


def _smallest(rows: Sequence[Row], at: int, least: int) -> set[tuple[str, ...]]:
    """Those with too little of the metric at this place. Further ones with them, the smallest first, until all that are
    hidden have enough together: else what the others lack of the total would tell the number of a single one."""
    together = 0.0
    hidden: set[tuple[str, ...]] = set()
    for row in sorted(rows, key=lambda row: row.metrics[at] or 0):
        number = row.metrics[at] or 0
        if number >= least and (not hidden or together >= least):
            break
        hidden.add(row.dimensions)
        together += number
    return hidden


def _told(row: Row, metrics: Sequence[str], least: int, count: int, *, is_goal_told: bool) -> Row:
    """The metrics that were asked for; of too few visits nothing that is made of them."""
    visits = row.metrics[metrics.index("visits")] if "visits" in metrics else None
    are_few = visits is not None and 0 < visits < least
    return Row(row.dimensions, tuple(
        None if (are_few and _is_of_visits(name)) or (name in OF_GOALS and not is_goal_told) else value
        for name, value in list(zip(metrics, row.metrics, strict=True))[:count]
    ))  # fmt: skip


def _sum(name: str, values: Sequence[Number]) -> Number:
    """Of counts, and of shares of one whole; a ratio has none."""
    if METRICS[name].unit not in ("count", "amount") and name != "percentage":
        return None
    known = [value for value in values if value is not None]
    total = sum(known) if len(known) == len(values) or METRICS[name].unit == "count" else None
    return None if name == "percentage" and total is not None and total > 100 else total  # visitors of several rows


def _nothing(row: Row) -> Row:
    return Row(row.dimensions, (None,) * len(row.metrics))


def _is_of_visits(name: str) -> bool:
    return METRICS[name].family is Family.VISITS
