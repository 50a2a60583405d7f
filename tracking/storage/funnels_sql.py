"""From a funnel to SQL. Pure: a FunnelQuery in, a statement and its parameters out.

rows: the events that are a step of somebody (and, in strict order, those that may lie between), with what is known of
each. Then, from the last step back to the first, each event of a step gets its chain: itself, and the chain of the
next event of the step after it. A chain is an array, of each of its events the number and the moment; events are
numbered from the actor's last one on, so that of those that follow the next one has the largest number, and the
largest array. best: of each actor the chain that gets furthest, or of several the one that begins first.
"""

from tracking.event_types import COUNTS_VISITOR, REACHES_GOALS
from tracking.storage.conditions_sql import ConditionsSql
from tracking.storage.dimensions import find
from tracking.storage.funnel_query import FunnelQuery
from tracking.storage.parameters import Parameters
from tracking.storage.shape import is_about_goals, own_dimensions
from tracking.storage.spans import within
from tracking.storage.spec import StatsQuery

# What happens next, and what lies between two steps.
HAPPENINGS = "('pageview', 'custom')"

_ACTORS = {"visit": "e.session_id", "visitor": "e.visitor_id"}
_MICROSECONDS = 1_000_000
# The row after all that follow a row, in the order that they are numbered in.
_BEFORE = "OVER (PARTITION BY actor ORDER BY at DESC, event_id DESC{frame})"
_FRAME = " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"


class FunnelSql:
    """Of one query. `params`: the values of its statements."""

    def __init__(self, query: FunnelQuery) -> None:
        self.query, self.params = query, Parameters()
        asked = StatsQuery(query.project, ("visitors",), query.period, filters=query.filters)
        self._conditions = ConditionsSql(asked, self.params)
        self._count = len(query.steps)

    def best(self) -> dict[str, str]:
        """The parts of a WITH. The last one, best: actor, value (of the breakdown), reached, chain (see times())."""
        rows = self._rows()
        parts = self.params.parts | {"rows": rows, f"step_{self._count}": self._last_step()}
        for number in range(self._count - 1, 0, -1):
            parts[f"step_{number}"] = self._step(number)
        best = (
            f"SELECT DISTINCT ON (actor) actor, value, {self._reached()} AS reached, chain_1 AS chain FROM step_1"
            " WHERE chain_1 IS NOT NULL ORDER BY actor, reached DESC, number DESC"
        )
        return parts | {"best": best}

    def _rows(self) -> str:
        query, sql = self.query, self._conditions
        joins = [sql.join_visits()] if self._reads_visits() else []
        steps = []
        for number, step in enumerate(query.steps):
            where = sql.where((step, *(() if number else query.filters)), "e")
            joins += where.joins
            types = self.params.add(REACHES_GOALS if is_about_goals(step) else COUNTS_VISITOR)
            steps.append(" AND ".join([f"e.event_type = ANY({types}::text[])", *where.conditions]))
        wanted = [f"({step})" for step in steps]
        if query.is_strict:
            wanted.append(f"e.event_type IN {HAPPENINGS}")
        breakdown = find(query.breakdown)
        columns = [
            f"{_ACTORS[query.by]} AS actor",
            "e.session_id",
            "e.occurred_at AS at",
            "e.event_id",
            f"{sql.value(breakdown, 'e') if breakdown else 'NULL::text'} AS value",
            *(f"({step}) AS is_{number}" for number, step in enumerate(steps, 1)),
        ]
        return (
            f"SELECT {', '.join(columns)} FROM events e {' '.join(joins)} WHERE e.project_id = {sql.project}"
            f" AND {within('e.occurred_at', (sql.period,), self.params)} AND e.session_id <> 0"
            f" AND ({' OR '.join(wanted)})"
        )

    def _reads_visits(self) -> bool:
        asked = list(own_dimensions((*self.query.filters, *self.query.steps)))
        breakdown = find(self.query.breakdown)
        return any(not dimension.in_events for dimension in (*asked, *([breakdown] if breakdown else ())))

    def _last_step(self) -> str:
        """The number of each row, and the chains that begin with the last step."""
        numbered = _BEFORE.format(frame="")
        last = self._count
        return (
            f"SELECT *, CASE WHEN is_{last} THEN {_LINK} END AS chain_{last}"
            f" FROM (SELECT *, row_number() {numbered} AS number,"
            f" (date_part('epoch', at) * {_MICROSECONDS})::int8 AS us FROM rows) numbered"
        )

    def _step(self, number: int) -> str:
        following = f"chain_{number + 1}"
        if self.query.is_strict:
            rest = f"lag({following}) {_BEFORE.format(frame='')}"
        else:
            rest = f"max({following}) {_BEFORE.format(frame=_FRAME)}"
        return f"SELECT *, CASE WHEN is_{number} THEN {_LINK} || {rest} END AS chain_{number} FROM step_{number + 1}"

    def _reached(self) -> str:
        """How many steps a chain has within the window."""
        if self.query.window is None:
            return "cardinality(chain_1) / 2"
        window = self.params.add(round(self.query.window.total_seconds() * _MICROSECONDS))
        steps = range(self._count, 1, -1)
        cases = " ".join(f"WHEN chain_1[{2 * n}] - chain_1[2] <= {window} THEN {n}" for n in steps)
        return f"CASE {cases} ELSE 1 END"


_LINK = "ARRAY[number, us]"


def moment(step: int) -> str:
    """When a chain got to a step, in microseconds."""
    return f"chain[{2 * step}]"


def numbers(count: int) -> str:
    """What is counted of chains: who reached each step, and the middle of the times to the next one, in seconds."""
    columns = [f"count(*) FILTER (WHERE reached >= {step})" for step in range(1, count + 1)]
    for step in range(1, count):
        took = f"{moment(step + 1)} - {moment(step)}"
        columns.append(
            f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {took}) FILTER (WHERE reached > {step}) / {_MICROSECONDS}"
        )
    return ", ".join(columns)
