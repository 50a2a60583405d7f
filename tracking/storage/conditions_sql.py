"""From conditions to SQL: what must hold of a row, and the joins that it takes to know it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tracking.event_types import COUNTS_VISITOR, REACHES_GOALS
from tracking.storage.conditions import AllOf, AnyOf, Condition, Filter, HasDone, Not
from tracking.storage.dimensions import Dimension, find
from tracking.storage.parameters import Parameters
from tracking.storage.shape import is_about_goals, own_dimensions, wanted_goals
from tracking.storage.spans import LONGEST_VISIT, Span, within
from tracking.storage.spec import StatsQuery

# By operator and whether capitals count. ILIKE without wildcards is equality without them.
_TESTS = {
    ("is", True): "{value} = ANY({list})",
    ("is", False): "{value} ILIKE ANY({list})",
    ("is_not", True): "{value} <> ALL({list})",
    ("is_not", False): "{value} NOT ILIKE ALL({list})",
    ("contains", True): "{value} LIKE ANY({list})",
    ("contains", False): "{value} ILIKE ANY({list})",
    ("contains_not", True): "{value} NOT LIKE ALL({list})",
    ("contains_not", False): "{value} NOT ILIKE ALL({list})",
    ("matches", True): "{value} ~ ANY({list})",
    ("matches", False): "{value} ~* ANY({list})",
    ("matches_not", True): "{value} !~ ALL({list})",
    ("matches_not", False): "{value} !~* ALL({list})",
}
_POSITIVE = {"is_not": "is", "contains_not": "contains", "matches_not": "matches"}
LIKE_SPECIAL = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


@dataclass(slots=True)
class Where:
    """Conditions on a row of alias e (events, with v for its visit), v (visits) or f (facts of visits), and the joins
    that they need."""

    conditions: list[str] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)


class ConditionsSql:
    """Of one question: what its visitors have done is asked about its whole period, once."""

    def __init__(self, query: StatsQuery, params: Parameters) -> None:
        self.params = params
        self.project = params.add(query.project.id)
        self.period = Span(query.period.start, query.period.end)
        self._goals = wanted_goals(query.filters)
        self._joins = 0

    def where(self, conditions: Iterable[Condition], row: str) -> Where:
        """row: "e", "v" or "f", as which the table is read."""
        where = Where()
        where.conditions = [self._sql(each, row, where.joins) for each in conditions]
        return where

    def _sql(self, condition: Condition, row: str, joins: list[str]) -> str:
        match condition:
            case Filter():
                return self._filter(condition, row, joins)
            case AllOf(inner):
                return self._all(inner, row, joins, " AND ", "TRUE")
            case AnyOf(inner):
                return self._all(inner, row, joins, " OR ", "FALSE")
            case Not(one):
                return f"(NOT {self._sql(one, row, joins)})"
            case HasDone(one):
                return self._has_done(one, row, joins)

    def _all(self, inner: tuple[Condition, ...], row: str, joins: list[str], operator: str, empty: str) -> str:
        return f"({operator.join(self._sql(each, row, joins) for each in inner) or empty})"

    def _filter(self, each: Filter, row: str, joins: list[str]) -> str:
        dimension = find(each.dimension)
        assert dimension is not None, "possible.py refuses it"
        if each.dimension == "goal":
            return self._goal(each, dimension, joins)
        return self._test(each, self.value(dimension, row))

    def value(self, dimension: Dimension, row: str) -> str:
        """A dimension of visits alone is the joined visit's."""
        alias = "v" if row == "e" and not dimension.in_events else row
        return dimension.sql.format(row=alias, key=self.params.name(dimension.key) if dimension.key else "")

    def _test(self, each: Filter, value: str) -> str:
        values = each.values
        if each.operator.startswith("contains"):
            values = tuple(f"%{one.translate(LIKE_SPECIAL)}%" for one in values)
        elif each.operator.startswith("is") and not each.case_sensitive:
            values = tuple(one.translate(LIKE_SPECIAL) for one in values)
        return _TESTS[each.operator, each.case_sensitive].format(value=value, list=f"{self.params.add(values)}::text[]")

    def _goal(self, each: Filter, dimension: Dimension, joins: list[str]) -> str:
        """An event that reached such a goal. A join, since a NOT IN over many rows is not hashed."""
        is_negative = each.operator in _POSITIVE
        positive = Filter(each.dimension, _POSITIVE.get(each.operator, each.operator), each.values, each.case_sensitive)
        test = self._test(positive, self.value(dimension, "c"))
        times = within("c.occurred_at", (self.period,), self.params)
        alias = self._alias("reached")
        joins.append(
            f"LEFT JOIN (SELECT DISTINCT c.event_id, c.occurred_at FROM goal_completions c"
            f" WHERE c.project_id = {self.project} AND {times} AND {test}) {alias}"
            f" ON {alias}.event_id = e.event_id AND {alias}.occurred_at = e.occurred_at"
        )
        return f"{alias}.event_id IS {'' if is_negative else 'NOT '}NULL"

    def is_wanted(self, row: str) -> str:
        """Of a row of completions: whether it is of one of the goals that the question is about."""
        tests = (self._test(each, f"{row}.goal_id::text") for each in self._goals)
        return f"({' OR '.join(tests)})" if self._goals else "TRUE"

    def _has_done(self, condition: Condition, row: str, joins: list[str]) -> str:
        """The visitors are found once and joined: nothing is looked up per row, and a hash may be as large as it is."""
        part = self.params.part(condition, "done", lambda: self._doers(condition))
        alias = self._alias("who")
        joins.append(f"LEFT JOIN {part} {alias} ON {alias}.visitor_id = {row}.visitor_id")
        return f"{alias}.visitor_id IS NOT NULL"

    def _doers(self, condition: Condition) -> str:
        where = self.where((condition,), "e")
        if any(not dimension.in_events for dimension in own_dimensions((condition,))):
            where.joins.insert(0, self.join_visits())
        types = REACHES_GOALS if is_about_goals(condition) else COUNTS_VISITOR
        where.conditions.append("e.session_id <> 0")  # of no visit, it is of nobody
        return (
            f"SELECT DISTINCT e.visitor_id FROM events e {' '.join(where.joins)} WHERE e.project_id = {self.project}"
            f" AND {within('e.occurred_at', (self.period,), self.params)}"
            f" AND e.event_type = ANY({self.params.add(types)}::text[]) AND {' AND '.join(where.conditions)}"
        )

    def join_visits(self, spans: tuple[Span, ...] = (), *, session: str = "e.session_id", kind: str = "JOIN") -> str:
        """The visit of each event of these spans (of the period, when there are none)."""
        wide = tuple(span.widened(LONGEST_VISIT) for span in spans or (self.period,))
        times = within("v.started_at", wide, self.params)
        return f"{kind} visits v ON v.project_id = {self.project} AND {times} AND v.session_id = {session}"

    def _alias(self, prefix: str) -> str:
        self._joins += 1
        return f"{prefix}_{self._joins}"
