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

    tallies: an aggregate each. visitor: "" when visitors are not counted here; day: "" when a visitor counts once.
    counts: whether a row counts its visitor; "" when each does.
    """

    source: str
    keys: dict[str, str]
    tallies: dict[str, str]
    visitor: str = ""
    day: str = ""
    counts: str = ""


def tallied(rows: Rows) -> tuple[str, frozenset[str]]:
    """One row a key, and the tallies that it has. Visitors by grouping twice, first by visitor: distinct aggregates
    would sort every row."""
    selected = [f"{sql} AS {key}" for key, sql in rows.keys.items()]
    if not rows.visitor:
        sums = [f"{sql} AS {name}" for name, sql in rows.tallies.items()]
        return f"SELECT {', '.join([*selected, *sums])} FROM {rows.source}{group_by(rows.keys)}", frozenset(
            rows.tallies
        )
    by = {"visitor": rows.visitor} | ({"visitor_day": rows.day} if rows.day else {})
    selected += [f"{sql} AS {key}" for key, sql in by.items()]
    selected += [f"{sql} AS {name}" for name, sql in rows.tallies.items()]
    visitors = "count(*)"
    if rows.counts:
        selected.append(f"bool_or({rows.counts}) AS counts")
        visitors = "count(*) FILTER (WHERE counts)"
    inner = f"SELECT {', '.join(selected)} FROM {rows.source}{group_by([*rows.keys, *by])}"
    outer = ", ".join([*rows.keys, f"{visitors} AS visitors", *combined(rows.tallies)])
    return f"SELECT {outer} FROM ({inner}) by_visitor{group_by(rows.keys)}", frozenset(rows.tallies) | {"visitors"}


def combined(names: Iterable[str]) -> list[str]:
    """The sums of tallies over several rows."""
    tallies = [TALLIES[name] for name in names]
    return [
        f"{tally.combine}({tally.name}){'::int8' if tally.type == 'int8' else ''} AS {tally.name}" for tally in tallies
    ]


def group_by(keys: Iterable[str]) -> str:
    return f" GROUP BY {', '.join(keys)}" if keys else ""
