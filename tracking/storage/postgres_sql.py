"""From a question to SQL. Pure: a StatsQuery in, a statement and its parameters out.

Nothing a user wrote stands in the SQL: names are looked up in the registries of spec.py, values are parameters.

A question is read from `events`, from `visits`, or from both and merged by its dimensions:

- From events alone, when a dimension or a filter exists only there (page, event_name ...). Its visits are those of the
  matching events.
- From visits alone, when one exists only there (entry_page, exit_page). Its visitors and pageviews are the visits'.
- Else from both: visitors, pageviews and events of the events in the period; visits and what is made of them of the
  visits that started in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tracking.event_types import COUNTS_VISITOR
from tracking.storage.spec import DIMENSIONS, INTERVALS, METRICS, Dimension, Filter, Source, StatsQuery

# A visit goes on for as long as its visitor is active; none is expected to reach this.
LONGEST_VISIT = timedelta(days=2)
_OPERATORS = {
    "is": "{column} = ANY(%({name})s::text[])",
    "is_not": "{column} <> ALL(%({name})s::text[])",
    "contains": "{column} ILIKE ANY(%({name})s::text[])",
    "contains_not": "{column} NOT ILIKE ALL(%({name})s::text[])",
}
_LIKE_SPECIAL = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})
# What each metric needs, as sums that both kinds of source compute, and how it is made of them.
_EXPRESSIONS = {
    "visitors": "coalesce(visitors, 0)",
    "pageviews": "coalesce(pageviews, 0)",
    "events": "coalesce(events, 0)",
    "percentage": "100.0::float8 * coalesce(visitors, 0) / nullif((SELECT visitors FROM total), 0)",
    "visits": "coalesce(visits, 0)",
    "bounce_rate": "100.0::float8 * bounces / nullif(known_visits, 0)",
    "visit_duration": "duration_s / nullif(known_visits, 0)",
    "views_per_visit": "views::float8 / nullif(known_visits, 0)",
}
_OF_VISITORS = frozenset({"visitors", "percentage"})
_VISIT_SUMS = """
    count(*) FILTER (WHERE v.is_bounce) AS bounces,
    sum(extract(epoch FROM v.ended_at - coalesce(v.first_event_at, v.started_at))::float8) AS duration_s,
    sum(v.pageviews)::int8 AS views,
    count(v.session_id) AS known_visits"""
_OF_EVENTS = "project_id = %(project_id)s AND e.occurred_at >= %(start)s AND e.occurred_at < %(end)s"
_OF_VISITS = "project_id = %(project_id)s AND v.started_at >= %(start)s AND v.started_at < %(end)s"
_VISIT_OF_EVENT = (
    "v.project_id = %(project_id)s AND v.started_at >= %(visits_start)s AND v.started_at < %(end)s AND v.session_id = "
)


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with named parameters. Its rows: the bucket (aware, with an interval only), the dimensions, the metrics, and
    the number of rows without limit and offset. sources: the tables it reads."""

    sql: str
    params: dict[str, Any]
    sources: tuple[Source, ...]


def statement(query: StatsQuery) -> Statement:
    """Raises ValueError for a name that is in no registry."""
    _check(query)
    return _Compiler(query).statement()


def _check(query: StatsQuery) -> None:
    unknown = [
        *(name for name in query.metrics if name not in METRICS),
        *(name for name in query.dimensions if name not in DIMENSIONS),
        *(condition.dimension for condition in query.filters if condition.dimension not in DIMENSIONS),
        *(condition.operator for condition in query.filters if condition.operator not in _OPERATORS),
        *(name for name, _ in query.order_by if name not in (*query.metrics, *query.dimensions, "interval")),
    ]
    if query.interval is not None and query.interval not in INTERVALS:
        unknown.append(query.interval)
    if unknown:
        raise ValueError(f"not in the vocabulary of this question: {', '.join(unknown)}")
    if not query.metrics:
        raise ValueError("a question needs a metric")


class _Compiler:
    def __init__(self, query: StatsQuery) -> None:
        self.query = query
        self.dimensions = [DIMENSIONS[name] for name in query.dimensions]
        self.filters = [(DIMENSIONS[each.dimension], each, f"filter_{n}") for n, each in enumerate(query.filters)]
        asked = [*self.dimensions, *(dimension for dimension, _, _ in self.filters)]
        of_events_only = any(not dimension.in_visits for dimension in asked)
        of_visits_only = any(not dimension.in_events for dimension in asked)
        if any(not dimension.in_visits for dimension in self.dimensions):
            homes = {Source.EVENTS}
        elif any(not dimension.in_events for dimension in self.dimensions):
            homes = {Source.VISITS}
        elif of_events_only:
            homes = {Source.EVENTS}
        elif of_visits_only:
            homes = {Source.VISITS}
        else:
            homes = {METRICS[name].home for name in query.metrics}
        self.homes = homes
        self.is_merged = not (of_events_only or of_visits_only)
        self.needs_join = of_visits_only  # of events with their visits, when read from events
        self.keys = (["bucket"] if query.interval else []) + [f"d{n}" for n in range(len(self.dimensions))]

    def statement(self) -> Statement:
        parts = [f"{name} AS ({sql})" for name, sql in self._parts()]
        metrics = ", ".join(f"{_EXPRESSIONS[name]} AS m{n}" for n, name in enumerate(self.query.metrics))
        outputs = ", ".join([*self.keys, metrics, "count(*) OVER ()"])
        sql = f"WITH {', '.join(parts)}\nSELECT {outputs} FROM {self._merged()}\nORDER BY {self._order()}"
        sql += "\nLIMIT %(limit)s OFFSET %(offset)s"
        return Statement(sql, self._params(), tuple(sorted(self._sources())))

    def _parts(self) -> Iterable[tuple[str, str]]:
        if Source.EVENTS in self.homes:
            yield "of_events", self._of_events(self.keys)
            if not self.is_merged and self._asks_for_visits():
                yield "of_their_visits", self._of_their_visits()
        if Source.VISITS in self.homes:
            yield "of_visits", self._of_visits(self.keys, is_alone=not self.is_merged)
        if "percentage" in self.query.metrics:
            yield "total", self._of_events([]) if Source.EVENTS in self.homes else self._of_visits([], is_alone=True)

    def _asks_for_visits(self) -> bool:
        return any(METRICS[name].home is Source.VISITS for name in self.query.metrics)

    def _merged(self) -> str:
        names = [name for name, _ in self._parts() if name != "total"]
        if len(names) == 1:
            return names[0]
        first, second = names
        if not self.keys:  # each side is exactly one row
            return f"{first} CROSS JOIN {second}"
        return f"{first} FULL JOIN {second} USING ({', '.join(self.keys)})"

    def _of_events(self, keys: list[str]) -> str:
        sums = """
    count(*) FILTER (WHERE e.event_type = 'pageview') AS pageviews,
    count(*) FILTER (WHERE e.event_type = 'custom') AS events"""
        outer = "sum(pageviews)::int8 AS pageviews, sum(events)::int8 AS events"
        return self._counted(keys, "e.occurred_at", "e.visitor_id", sums, outer, self._events_from())

    def _of_visits(self, keys: list[str], *, is_alone: bool) -> str:
        sums = f"count(*) AS visits,{_VISIT_SUMS}"
        outer = (
            "sum(visits)::int8 AS visits, sum(bounces)::int8 AS bounces, sum(duration_s) AS duration_s,"
            " sum(views)::int8 AS views, sum(known_visits)::int8 AS known_visits"
        )
        if is_alone:  # else visitors, pageviews and events are the events'
            sums += ", sum(v.pageviews)::int8 AS pageviews, sum(v.custom_events)::int8 AS events"
            outer += ", sum(pageviews)::int8 AS pageviews, sum(events)::int8 AS events"
        return self._counted(
            keys, "v.started_at", "v.visitor_id" if is_alone else None, sums, outer, self._visits_from()
        )

    def _counted(self, keys: list[str], time: str, visitor: str | None, sums: str, outer: str, source: str) -> str:
        """One row a key. Visitors by grouping twice, first by visitor: distinct aggregates would sort every row."""
        selected = self._selected(keys, time)
        if visitor is None or not _OF_VISITORS & set(self.query.metrics):
            return f"SELECT {', '.join([*selected, sums])} FROM {source}{_group_by(keys)}"
        by = [f"{visitor} AS visitor"]
        inner_keys = [*keys, "visitor"]
        if self._counts_days(keys):
            by.append(f"({time} AT TIME ZONE %(zone)s)::date AS visitor_day")
            inner_keys.append("visitor_day")
        inner = f"SELECT {', '.join([*selected, *by, sums])} FROM {source}{_group_by(inner_keys)}"
        return f"SELECT {', '.join([*keys, 'count(*) AS visitors', outer])} FROM ({inner}) by_visitor{_group_by(keys)}"

    def _of_their_visits(self) -> str:
        """The visits of the matching events, each once a key."""
        selected = [*self._selected(self.keys, "e.occurred_at"), "e.session_id AS visit"]
        sessions = f"SELECT {', '.join(selected)} FROM {self._events_from()}{_group_by([*self.keys, 'visit'])}"
        return (
            f"SELECT {', '.join([*self.keys, 'count(*) AS visits', _VISIT_SUMS])} FROM ({sessions}) s"
            f" LEFT JOIN visits v ON {_VISIT_OF_EVENT} s.visit{_group_by(self.keys)}"
        )

    def _counts_days(self, keys: list[str]) -> bool:
        """Whether a visitor counts once a day here: not when each bucket, or the whole period, is within a day."""
        period, zone = self.query.period, self.query.project.zone
        last = period.end - timedelta(microseconds=1)
        is_one_day = period.start.astimezone(zone).date() == last.astimezone(zone).date()
        is_within_day = "bucket" in keys and self.query.interval in {"minute", "hour", "day"}
        return self.query.project.is_cookieless and not is_within_day and not is_one_day

    def _selected(self, keys: list[str], time: str) -> list[str]:
        if not keys:
            return []
        table = time.partition(".")[0]
        selected = [f"date_trunc('{self.query.interval}', {time}, %(zone)s) AS bucket"] if self.query.interval else []
        return selected + [f"{_column(each, table)} AS d{n}" for n, each in enumerate(self.dimensions)]

    def _events_from(self) -> str:
        join = f" JOIN visits v ON {_VISIT_OF_EVENT} e.session_id" if self.needs_join else ""
        conditions = [f"e.{_OF_EVENTS}", "e.event_type = ANY(%(visitor_types)s::text[])"]
        if "event_name" in self.query.dimensions:
            conditions.append("e.event_name <> ''")
        conditions += [_condition(dimension, each, name, "e") for dimension, each, name in self.filters]
        return f"events e{join} WHERE {' AND '.join(conditions)}"

    def _visits_from(self) -> str:
        conditions = [f"v.{_OF_VISITS}"]
        conditions += [_condition(*each, "v") for each in self.filters if each[0].in_visits]
        of_events = [_condition(*each, "e") for each in self.filters if not each[0].in_visits]
        if of_events:
            conditions.append(
                "v.session_id IN (SELECT e.session_id FROM events e WHERE e.project_id = %(project_id)s"
                " AND e.occurred_at >= %(start)s AND e.occurred_at < %(events_end)s"
                f" AND e.event_type = ANY(%(visitor_types)s::text[]) AND {' AND '.join(of_events)})"
            )
        return f"visits v WHERE {' AND '.join(conditions)}"

    def _order(self) -> str:
        columns = {name: f"m{n}" for n, name in enumerate(self.query.metrics)}
        columns |= {name: f'd{n} COLLATE "C"' for n, name in enumerate(self.query.dimensions)}
        columns |= {"interval": "bucket"} if self.query.interval else {}
        order = [f"{columns[name]} {'DESC' if is_descending else 'ASC'} NULLS LAST"
                 for name, is_descending in self.query.order_by]  # fmt: skip
        if not order:
            order = (["bucket"] if self.query.interval else []) + ["m0 DESC NULLS LAST"]
        # The keys last, so that pages neither repeat nor skip a row.
        return ", ".join([*order, *(key if key == "bucket" else f'{key} COLLATE "C"' for key in self.keys)])

    def _params(self) -> dict[str, Any]:
        query = self.query
        return {
            "project_id": query.project.id,
            "start": query.period.start,
            "end": query.period.end,
            "visits_start": query.period.start - LONGEST_VISIT,
            "events_end": query.period.end + LONGEST_VISIT,
            "zone": query.project.zone.key,
            "visitor_types": list(COUNTS_VISITOR),
            "limit": query.limit,
            "offset": query.offset,
        } | {name: _values(each) for _, each, name in self.filters}

    def _sources(self) -> set[Source]:
        joined = self.needs_join or (not self.is_merged and self._asks_for_visits())
        if Source.EVENTS in self.homes and joined:
            return self.homes | {Source.VISITS}
        if any(not dimension.in_visits for dimension, _, _ in self.filters):
            return self.homes | {Source.EVENTS}
        return self.homes


def _group_by(keys: list[str]) -> str:
    return f" GROUP BY {', '.join(keys)}" if keys else ""


def _column(dimension: Dimension, table: str) -> str:
    """Where the dimension stands when `table` (e or v) is read: a dimension of visits alone is the joined visit's."""
    return f"{table if dimension.in_events or table == 'v' else 'v'}.{dimension.column}"


def _condition(dimension: Dimension, each: Filter, name: str, table: str) -> str:
    return _OPERATORS[each.operator].format(column=_column(dimension, table), name=name)


def _values(each: Filter) -> list[str]:
    if each.operator in {"contains", "contains_not"}:
        return [f"%{value.translate(_LIKE_SPECIAL)}%" for value in each.values]
    return list(each.values)
