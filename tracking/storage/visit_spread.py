"""How far the visits of several values lie apart from each other: what it takes to tell a difference from chance."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracking.storage.parameters import Parameters
from tracking.storage.possible import impossible
from tracking.storage.raw_sql import RawSql
from tracking.storage.reading import fetch
from tracking.storage.spans import Span
from tracking.storage.spec import StatsQuery

_SECONDS = "extract(epoch FROM v.ended_at - coalesce(v.first_event_at, v.started_at))::float8"
_SPREAD = f"""
SELECT {{value}}, count(v.session_id), count(*) FILTER (WHERE v.is_bounce), count(reached.session_id),
       sum({_SECONDS}), sum({_SECONDS} ^ 2), sum(v.pageviews)::float8, sum(v.pageviews::float8 ^ 2)
FROM {{visits}} GROUP BY {{value}}
"""


@dataclass(frozen=True, slots=True)
class Spread:
    """visits: those of which it is known how they went; bounces, converted: of them. Then the sums, and the sums of the
    squares, of how many seconds each took and how many pages it saw."""

    value: str
    visits: int
    bounces: int
    converted: int
    seconds: float
    seconds_squared: float
    views: float
    views_squared: float


def visit_spread(query: StatsQuery) -> Sequence[Spread]:
    """Of the visits that started in [start, end) and which the filters leave, by the value of the one dimension. Reads
    visits, and events where a filter is about them. Raises ValueError for what cannot be asked, and what EventStore.run
    does."""
    if faults := impossible(query):
        raise ValueError("; ".join(f"{fault.part} {fault.what}: {fault.why}" for fault in faults))
    params = Parameters()
    span = Span(query.period.start, query.period.end)
    (rows,) = RawSql(query, params).rows(("known_visits", "converted"), events=(), visits=(span,))
    sql = _SPREAD.format(value=rows.keys["d0"], visits=rows.source)
    found = fetch(params.statement(sql), params.values | {"project_id": query.project.id})
    return [Spread(*values) for values in found if values[1]]
