"""What each tally is, as an aggregate of events (alias e) and of visits (alias v)."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracking.storage.tallies import TALLIES

# Of the events of a visit only: what belongs to none (engagement without a visit) is of nobody.
OF_EVENTS = {
    "pageviews": "count(*) FILTER (WHERE e.event_type = 'pageview')",
    "events": "count(*) FILTER (WHERE e.event_type = 'custom')",
    "revenue": "sum(e.value)",
    "currency_low": "min(e.currency) FILTER (WHERE e.value IS NOT NULL)",
    "currency_high": "max(e.currency) FILTER (WHERE e.value IS NOT NULL)",
    "completions": "sum(done.number)::int8",  # joined: goals reached by each event
}
# These count all events, the others those that count visitors.
OF_ALL_TYPES = frozenset({"revenue", "currency_low", "currency_high", "completions"})
# Of rows that are a page, seen in a visit on a day each.
OF_PAGE_VISITS = {
    "engaged_ms": "sum(page.engaged_ms)::int8",
    "engagements": "count(page.engaged_ms)",
    "scroll_sum": "sum(page.scroll_depth)::int8",
    "scrolls": "count(page.scroll_depth)",
}
PAGE_VISIT = "sum(e.engaged_ms)::int8 AS engaged_ms, max(e.scroll_depth) AS scroll_depth"
OF_VISITS = {
    "visits": "count(*)",
    "known_visits": "count(v.session_id)",
    "bounces": "count(*) FILTER (WHERE v.is_bounce)",
    "duration_s": "sum(extract(epoch FROM v.ended_at - coalesce(v.first_event_at, v.started_at))::float8)",
    "views": "sum(v.pageviews)::int8",
    "converted": "count(reached.session_id)",  # joined: goals reached in each visit
}
# When a question is about visits alone, what is else of events is of all the events of those visits.
OF_VISITS_ALONE = OF_VISITS | {
    "pageviews": "sum(v.pageviews)::int8",
    "events": "sum(v.custom_events)::int8",
    "completions": "sum(reached.number)::int8",
    "revenue": "sum(paid.revenue)",
    "currency_low": "min(paid.currency_low)",
    "currency_high": "max(paid.currency_high)",
    "engaged_ms": "sum(engaged.engaged_ms)::int8",
    "engagements": "sum(engaged.engagements)::int8",
    "scroll_sum": "sum(engaged.scroll_sum)::int8",
    "scrolls": "sum(engaged.scrolls)::int8",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to be tallied: FROM and WHERE, and what stands for each key (by name), for the visitor and for their day.

    tallies: an aggregate each. visitor: "" when visitors are not counted one by one; day: "" when a visitor counts
    once. counts: whether a row counts its visitor; "" when each does. values: what the tallies are of one row, where
    that can be said: rows that are few enough need not be added up twice. None: it cannot.
    """

    source: str
    keys: dict[str, str]
    tallies: dict[str, str]
    visitor: str = ""
    day: str = ""
    counts: str = ""
    values: dict[str, str] | None = None


# Those of which a visitor may be in more than one are tallied together, the others each by itself.
Group = tuple[Rows, ...]


def names_of(group: Group) -> list[str]:
    """Of the tallies that come out."""
    return [*(["visitors"] if group[0].visitor else []), *_summed(group)]


def tallied(group: Group, of_visitors: str = "") -> str:
    """One row a key. Visitors by grouping twice, first by visitor: distinct aggregates would sort every row.

    of_visitors: a table that holds by_visitor() of these rows; "": it is made here.
    """
    first, names = group[0], _summed(group)
    if not first.visitor:
        selected = [f"{sql} AS {name}" for name, sql in (first.keys | first.tallies).items()]
        return f"SELECT {', '.join(selected)} FROM {first.source}{group_by(first.keys)}"
    if not (of_visitors or first.keys or first.day or all(rows.values is None for rows in group)):
        # But not of millions of visitors, whose hash outgrows the memory: sorting them was twice as fast.
        outer = ", ".join(["count(DISTINCT visitor) FILTER (WHERE counts) AS visitors", *combined(names)])
        return f"SELECT {outer} FROM ({_of_each(group, names)}) of_each"
    outer = ", ".join([*first.keys, "count(*) FILTER (WHERE counts) AS visitors", *combined(names)])
    return f"SELECT {outer} FROM {of_visitors or f'({by_visitor(group)})'} by_visitor{group_by(first.keys)}"


def by_visitor(group: Group) -> str:
    """One row a key and visitor, with the tallies of all the rows (null those that some have not) and `counts`."""
    names = _summed(group)
    if len(group) == 1:
        return _grouped(group[0], names)
    by = _visitor_keys(group[0])
    inner = ", ".join([*by, *combined(names), "bool_or(counts) AS counts"])
    return f"SELECT {inner} FROM ({_of_each(group, names)}) of_each{group_by(by)}"


def whose(group: Group) -> tuple[tuple[str, ...], ...]:
    """What says which visitors are counted, by whatever keys: groups of which it is the same read the same rows."""
    return tuple((rows.source, rows.visitor, rows.day, rows.counts) for rows in group)


def all_visitors(group: Group, of_visitors: str) -> str:
    """`visitors` of all keys together, out of a table that holds by_visitor() of the group by any keys."""
    by = ", ".join(["visitor", *(["visitor_day"] if group[0].day else [])])
    counted = f"SELECT {by}, bool_or(counts) AS counts FROM {of_visitors} GROUP BY {by}"
    return f"SELECT count(*) FILTER (WHERE counts) AS visitors FROM ({counted}) of_all"


def _summed(group: Group) -> list[str]:
    return [name for name in TALLIES if any(name in rows.tallies for rows in group)]


def _of_each(group: Group, names: Iterable[str]) -> str:
    """The same columns as by_visitor()'s, in any number of rows a key and visitor."""
    return " UNION ALL ".join((_grouped if rows.values is None else _each)(rows, names) for rows in group)


def _grouped(rows: Rows, names: Iterable[str]) -> str:
    keys = _visitor_keys(rows)
    counts = f"bool_or({rows.counts})" if rows.counts else "true"
    return f"SELECT {_columns(keys, rows.tallies, names, counts)} FROM {rows.source}{group_by(keys)}"


def _each(rows: Rows, names: Iterable[str]) -> str:
    columns = _columns(_visitor_keys(rows), rows.values or {}, names, rows.counts or "true")
    return f"SELECT {columns} FROM {rows.source}"


def _columns(keys: dict[str, str], tallies: dict[str, str], names: Iterable[str], counts: str) -> str:
    columns = keys | {name: tallies.get(name, f"NULL::{TALLIES[name].type}") for name in names} | {"counts": counts}
    return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())


def _visitor_keys(rows: Rows) -> dict[str, str]:
    return rows.keys | {"visitor": rows.visitor} | ({"visitor_day": rows.day} if rows.day else {})


def combined(names: Iterable[str]) -> list[str]:
    """The sums of tallies over several rows."""
    return [f"{combination(name, name)} AS {name}" for name in names]


def combination(name: str, value: str) -> str:
    """The sum of a tally over rows that have it as this value."""
    tally = TALLIES[name]
    return f"{tally.combine}({value}){'::int8' if tally.type == 'int8' else ''}"


def group_by(keys: Iterable[str]) -> str:
    return f" GROUP BY {', '.join(keys)}" if keys else ""
