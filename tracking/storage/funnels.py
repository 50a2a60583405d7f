"""How far visits or visitors get on a way of several steps, and what those do next who leave it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tracking.storage.funnel_query import MAX_STEPS, MIN_STEPS, FunnelQuery, impossible
from tracking.storage.funnels_sql import HAPPENINGS, FunnelSql, numbers
from tracking.storage.reading import fetch
from tracking.storage.spans import Span, within

__all__ = [
    "MAX_STEPS",
    "MIN_STEPS",
    "DropOuts",
    "FunnelAnswer",
    "FunnelGroup",
    "FunnelQuery",
    "FunnelStep",
    "NextStep",
    "drop_outs",
    "funnel",
    "impossible",
]

_TOTAL = "SELECT NULL, NULL, {numbers} FROM further"
_BEGAN = "(SELECT count(*) FROM actors WHERE has_begun)"
# Of all, which comes first, and of each value of the breakdown; those beyond the first ones together.
_GROUPS = """
SELECT is_listed, value, {numbers}
FROM (SELECT best.reached, best.chain, top.value IS NOT NULL AS is_listed, top.value
      FROM best LEFT JOIN (SELECT value FROM best GROUP BY value ORDER BY count(*) DESC, value LIMIT {groups}) top
           USING (value)) grouped
GROUP BY GROUPING SETS ((), (is_listed, value))
ORDER BY grouping(value) DESC, is_listed DESC, count(*) DESC, value
"""
_BEST = """
SELECT coalesce(further.reached, 1) AS reached, further.chain,
       CASE WHEN further.actor IS NULL THEN entered.value ELSE further.value END AS value
FROM entered LEFT JOIN further ON further.actor = entered.actor
"""

# Where those who stopped were last, and what came after that in the same visit.
_STOPPED_AT_ONCE = """
SELECT entered.* FROM entered LEFT JOIN further ON further.actor = entered.actor WHERE further.actor IS NULL
"""
_STOPPED = """
SELECT row.actor, row.session_id, row.at, row.event_id
FROM further JOIN step_1 row ON row.actor = further.actor AND row.number = further.chain[2 * {step} - 1]
WHERE further.reached = {step}
"""
_NEXT = """
SELECT DISTINCT ON (stopped.actor) e.event_type,
       CASE WHEN e.event_type = 'pageview' THEN e.path ELSE e.event_name END AS value
FROM stopped JOIN events e ON e.session_id = stopped.session_id
     AND (e.occurred_at, e.event_id) > (stopped.at, stopped.event_id)
WHERE e.project_id = {project} AND {times} AND e.event_type IN {happenings}
ORDER BY stopped.actor, e.occurred_at, e.event_id
"""
_COUNTED = """
SELECT NULL, NULL, count(*) FROM stopped
UNION ALL SELECT NULL, '', count(*) FROM next
UNION ALL (SELECT event_type, value, count(*) FROM next GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT {limit})
"""


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """reached: how many got here. continued: of these, to the next step (0 of the last one). median_s: of those who
    continued, the middle of the times from here to there; None: nobody did."""

    reached: int
    continued: int
    median_s: float | None


@dataclass(frozen=True, slots=True)
class FunnelGroup:
    """value: of the breakdown; None stands for all the values that are not listed together."""

    value: str | None
    steps: Sequence[FunnelStep]


@dataclass(frozen=True, slots=True)
class FunnelAnswer:
    """steps: of all. groups: with a breakdown, those that most entered first."""

    steps: Sequence[FunnelStep]
    groups: Sequence[FunnelGroup] = ()


@dataclass(frozen=True, slots=True)
class NextStep:
    """kind: "pageview" or "custom". value: the page, or the event's name."""

    kind: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class DropOuts:
    """Of those who reached a step and not the next: what they did next in the same visit, the most frequent first;
    left: how many did nothing more."""

    total: int
    left: int
    rows: Sequence[NextStep]


def funnel(query: FunnelQuery) -> FunnelAnswer:
    """Raises ValueError for what funnel_query.impossible() lists, and what EventStore.run does.

    Reads the events of the period once, and sorts those of the steps; in strict order every pageview and custom event.
    """
    sql = _possible(query)
    parts, count = sql.parts(), len(query.steps)
    asked = _TOTAL.format(numbers=numbers(count, _BEGAN))
    if query.breakdown:
        parts["best"] = _BEST
        asked = _GROUPS.format(numbers=numbers(count, "count(*)"), groups=sql.params.add(query.groups))
    rows = _fetch(query, sql, asked, parts)
    steps, *groups = (FunnelGroup(value, _steps(counts)) for _, value, *counts in rows)
    return FunnelAnswer(steps.steps, groups)


def drop_outs(query: FunnelQuery, step: int, *, limit: int) -> DropOuts:
    """step: 1 for the first one; of the last one everybody who got there. What comes after the period does not count.

    Raises what funnel() does, and ValueError for a step that there is not. Reads the events of the period twice.
    """
    if not 1 <= step <= len(query.steps):
        raise ValueError(f"step {step} of {len(query.steps)}")
    sql = _possible(query)
    parts, add = sql.parts(), sql.params.add
    times = within("e.occurred_at", (Span(query.period.start, query.period.end),), sql.params)
    parts["stopped"] = _STOPPED_AT_ONCE if step == 1 else _STOPPED.format(step=add(step))
    parts["next"] = _NEXT.format(project=add(query.project.id), times=times, happenings=HAPPENINGS)
    (_, _, total), (_, _, went_on), *rows = _fetch(query, sql, _COUNTED.format(limit=add(limit)), parts)
    return DropOuts(total, total - went_on, [NextStep(*row) for row in rows])


def _possible(query: FunnelQuery) -> FunnelSql:
    if faults := impossible(query):
        raise ValueError("; ".join(f"{fault.part} {fault.what}: {fault.why}" for fault in faults))
    return FunnelSql(query)


def _fetch(query: FunnelQuery, sql: FunnelSql, asked: str, parts: dict[str, str]) -> list[tuple]:
    return fetch(sql.params.statement(asked, **parts), sql.params.values | {"project_id": query.project.id})


def _steps(counts: Sequence[Any]) -> list[FunnelStep]:
    """counts: how many reached each step, then the middle of the times from each to the next."""
    steps = (len(counts) + 1) // 2
    reached: Iterable[int] = counts[:steps]
    return [FunnelStep(*each) for each in zip(reached, [*counts[1:steps], 0], [*counts[steps:], None], strict=True)]
