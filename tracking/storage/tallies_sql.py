"""What each tally is, as an aggregate of events (alias e) and of visits (alias v)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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
    that can be said: rows that are few enough need not be added up twice.
    """

    source: str
    keys: dict[str, str]
    tallies: dict[str, str]
    visitor: str = ""
    day: str = ""
    counts: str = ""
    values: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Of the tallies that come out."""
        return [*(["visitors"] if self.visitor else []), *self.tallies]


def tallied(rows: Rows) -> str:
    """One row a key. Visitors by grouping twice, first by visitor: distinct aggregates would sort every row."""
    if rows.visitor:
        return _per_key(rows, by_visitor(rows, list(rows.tallies)), list(rows.tallies))
    selected = [f"{sql} AS {name}" for name, sql in (rows.keys | rows.tallies).items()]
    return f"SELECT {', '.join(selected)} FROM {rows.source}{group_by(rows.keys)}"


def tallied_together(several: Sequence[Rows]) -> tuple[str, list[str]]:
    """One row a key, a visitor who is in more than one of these counted once; and the names of the tallies."""
    first, *_ = several
    names = [name for name in TALLIES if any(name in rows.tallies for rows in several)]
    union = " UNION ALL ".join((_each if rows.values else by_visitor)(rows, names) for rows in several)
    by = _visitor_keys(first)
    inner = ", ".join([*by, *combined(names), "bool_or(counts) AS counts"])
    return _per_key(first, f"SELECT {inner} FROM ({union}) of_each{group_by(by)}", names), ["visitors", *names]


def by_visitor(rows: Rows, names: Iterable[str]) -> str:
    """One row a key and visitor, with the tallies of these names (null those that the rows have not) and `counts`."""
    keys = _visitor_keys(rows)
    counts = f"bool_or({rows.counts})" if rows.counts else "true"
    return f"SELECT {_columns(keys, rows.tallies, names, counts)} FROM {rows.source}{group_by(keys)}"


def _each(rows: Rows, names: Iterable[str]) -> str:
    """The same columns, of every row."""
    return f"SELECT {_columns(_visitor_keys(rows), rows.values, names, rows.counts or 'true')} FROM {rows.source}"


def _columns(keys: dict[str, str], tallies: dict[str, str], names: Iterable[str], counts: str) -> str:
    columns = keys | {name: tallies.get(name, f"NULL::{TALLIES[name].type}") for name in names} | {"counts": counts}
    return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())


def _per_key(rows: Rows, of_visitors: str, names: list[str]) -> str:
    outer = ", ".join([*rows.keys, "count(*) FILTER (WHERE counts) AS visitors", *combined(names)])
    return f"SELECT {outer} FROM ({of_visitors}) by_visitor{group_by(rows.keys)}"


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
