"""From a funnel to SQL. Pure: a FunnelQuery in, the parts of a statement and its parameters out.

touched: the events that are a step. Most actors leave after the first one, so chains are sought for those alone that
have an event of the first and of the second step (`actors`), in their `rows`; in strict order these are read once
more, with what may lie between. From the last step back to the first, each event of a step gets its chain: itself, and
the chain of the next event of the step after it. A chain is an array, of each of its events the number and the moment;
events are numbered from the actor's last one on, so that of those that follow an event the next one has the largest
number, and the largest array. further: of each actor who got further than the first step, the chain that counts.
entered: of the others too, where they came in; it sorts all events of the first step, and is made only when asked for.
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
_SECOND = 1_000_000  # in microseconds
_LINK = "ARRAY[number, us]"
_FOLLOWING = "OVER (PARTITION BY actor ORDER BY at DESC, event_id DESC)"
_ALL_FOLLOWING = f"{_FOLLOWING[:-1]} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
_ACTORS_SQL = (
    "SELECT actor, bool_or(is_1) AS has_begun, bool_or(is_1) AND bool_or(is_2) AS may_go_on FROM touched GROUP BY actor"
)
# Where each came in first.
_ENTERED = """
SELECT DISTINCT ON (actor) touched.actor, touched.session_id, touched.at, touched.event_id, touched.value
FROM touched WHERE is_1 ORDER BY actor, at, event_id
"""


class FunnelSql:
    """Of one query. `params`: the values of its statements."""

    def __init__(self, query: FunnelQuery) -> None:
        self.query, self.params = query, Parameters()
        asked = StatsQuery(query.project, ("visitors",), query.period, filters=query.filters)
        self._conditions = ConditionsSql(asked, self.params)
        self._count = len(query.steps)

    def parts(self) -> dict[str, str]:
        """Of a WITH. actors: who has_begun. further: actor, value (of the breakdown), reached, chain, and session_id,
        at and event_id of the chain's first event. entered: the same without reached and chain, of everybody."""
        touched = self._events()
        rows = "SELECT touched.* FROM touched JOIN actors ON actors.actor = touched.actor AND may_go_on"
        if self.query.is_strict:
            rows = self._events(only="JOIN actors ON actors.actor = {actor} AND actors.may_go_on", and_between=True)
        steps = {f"step_{self._count}": self._last_step()}
        steps |= {f"step_{number}": self._step(number) for number in range(self._count - 1, 0, -1)}
        further = (
            f"SELECT DISTINCT ON (actor) *, chain_1 AS chain"
            f" FROM (SELECT *, {self._reached()} AS reached FROM step_1 WHERE cardinality(chain_1) > 2) chains"
            " WHERE reached > 1 ORDER BY actor, reached DESC, number DESC"
        )
        return {
            "touched": touched,
            "actors": _ACTORS_SQL,
            "rows": rows,
            **steps,
            "further": further,
            "entered": _ENTERED,
        }

    def _events(self, *, only: str = "", and_between: bool = False) -> str:
        """The events of steps, with which of them each is; and those between them."""
        query, conditions, actor = self.query, self._conditions, _ACTORS[self.query.by]
        joins = [only.format(actor=actor)] if only else []
        if self._reads_visits():
            joins.append(conditions.join_visits())
        steps = []
        for number, step in enumerate(query.steps):
            where = conditions.where((step, *(() if number else query.filters)), "e")
            joins += where.joins
            types = self.params.add(REACHES_GOALS if is_about_goals(step) else COUNTS_VISITOR)
            steps.append(" AND ".join([f"e.event_type = ANY({types}::text[])", *where.conditions]))
        wanted = [
            _taken_for_rare(sql) if is_about_goals(step) else f"({sql})"
            for step, sql in zip(query.steps, steps, strict=True)
        ]
        if and_between:
            wanted.append(f"e.event_type IN {HAPPENINGS}")
        breakdown = find(query.breakdown)
        columns = [
            f"{actor} AS actor",
            "e.session_id",
            "e.occurred_at AS at",
            "e.event_id",
            f"{conditions.value(breakdown, 'e') if breakdown else 'NULL::text'} AS value",
            *(f"({step}) AS is_{number}" for number, step in enumerate(steps, 1)),
        ]
        return (
            f"SELECT {', '.join(columns)} FROM events e {' '.join(joins)} WHERE e.project_id = {conditions.project}"
            f" AND {within('e.occurred_at', (conditions.period,), self.params)} AND e.session_id <> 0"
            f" AND ({' OR '.join(wanted)})"
        )

    def _reads_visits(self) -> bool:
        asked = list(own_dimensions((*self.query.filters, *self.query.steps)))
        breakdown = find(self.query.breakdown)
        return any(not dimension.in_events for dimension in (*asked, *([breakdown] if breakdown else ())))

    def _last_step(self) -> str:
        """The number of each row, and the chains that begin with the last step."""
        return (
            f"SELECT *, CASE WHEN is_{self._count} THEN {_LINK} END AS chain_{self._count}"
            f" FROM (SELECT *, row_number() {_FOLLOWING} AS number,"
            f" (date_part('epoch', at) * {_SECOND})::int8 AS us FROM rows) numbered"
        )

    def _step(self, number: int) -> str:
        next_chain = f"chain_{number + 1}"
        rest = f"lag({next_chain}) {_FOLLOWING}" if self.query.is_strict else f"max({next_chain}) {_ALL_FOLLOWING}"
        return f"SELECT *, CASE WHEN is_{number} THEN {_LINK} || {rest} END AS chain_{number} FROM step_{number + 1}"

    def _reached(self) -> str:
        """How many steps a chain has within the window."""
        if self.query.window is None:
            return "cardinality(chain_1) / 2"
        window = self.params.add(round(self.query.window.total_seconds() * _SECOND))
        steps = range(self._count, 1, -1)
        cases = " ".join(f"WHEN chain_1[{2 * n}] - chain_1[2] <= {window} THEN {n}" for n in steps)
        return f"CASE {cases} ELSE 1 END"


def numbers(count: int, entered: str) -> str:
    """What is counted of chains: who reached each step, and the middle of the times to the next one, in seconds.

    entered: how many reached the first one.
    """
    columns = [entered, *(f"count(*) FILTER (WHERE reached >= {step})" for step in range(2, count + 1))]
    for step in range(1, count):
        took = f"chain[{2 * step + 2}] - chain[{2 * step}]"
        columns.append(
            f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {took}) FILTER (WHERE reached > {step}) / {_SECOND}"
        )
    return ", ".join(columns)


def _taken_for_rare(condition: str) -> str:
    """The same, of which the planner expects one row in 200. Of a goal that was joined it expects every row, and then
    takes no parallel workers to find the few: measured at 10 M events, 3 times as long."""
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END = 1"
