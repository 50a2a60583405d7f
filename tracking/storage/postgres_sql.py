"""From a question to SQL. Pure: a StatsQuery in, a statement and its parameters out.

Nothing a user wrote stands in the SQL: names are looked up in registries, values are parameters.

Each source (see shape.py and plan.py) gives rows of keys and tallies. They are added by key, and the metrics are made
of the sums by the formulas of metrics.py. A row of which everything that was asked for is nothing is left out, so that
an answer is the same wherever it was read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from tracking.storage.metrics import METRICS
from tracking.storage.parameters import Parameters
from tracking.storage.plan import BREAKDOWN, ROLLUPS, Plan, Reading, plan, tallies_of, visitors_add_up
from tracking.storage.possible import impossible
from tracking.storage.raw_sql import RawSql
from tracking.storage.rolled_sql import RolledSql
from tracking.storage.shape import GOAL, conjuncts, is_about_goals
from tracking.storage.spec import StatsQuery
from tracking.storage.tallies import TALLIES
from tracking.storage.tallies_sql import Group, all_visitors, by_visitor, combined, group_by, names_of, tallied, whose

_BY_GOAL = "100.0::float8 * coalesce(converted, 0) / nullif(all_visits, 0)"


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with named parameters. Its rows: the bucket (aware, with an interval only), the dimensions, the metrics; then
    the number of rows without limit and offset, whether values were left to (other), and whether an amount is of
    several currencies. plans: what it is read from; the first is of the rows, the others of what they are compared to.
    """

    sql: str
    params: dict[str, Any]
    plans: tuple[Plan, ...]


def statement(
    query: StatsQuery,
    clean_days: Sequence[date] = (),
    *,
    rollups: frozenset[str] = ROLLUPS,
    kept_days: Sequence[date] = (),
) -> Statement:
    """clean_days: of the period, which are added up; kept_days: of those; see plan(). Raises ValueError for what
    possible.py lists."""
    if faults := impossible(query):
        raise ValueError("; ".join(f"{fault.part} {fault.what}: {fault.why}" for fault in faults))
    params = Parameters()
    answer = _Answer(query, params, partial(plan, clean_days=clean_days, kept_days=kept_days), rollups)
    sql = answer.sql()
    values = params.values | {"project_id": query.project.id}
    return Statement(params.statement(sql), values, tuple(answer.plans))


class _Answer:
    def __init__(
        self, query: StatsQuery, params: Parameters, planned: Callable[..., Plan], rollups: frozenset[str]
    ) -> None:
        """planned: plan() with the days that there are."""
        self.query, self.params, self.planned, self.rollups = query, params, planned, rollups
        self.plans: list[Plan] = []
        self.keys = (["bucket"] if query.interval else []) + [f"d{n}" for n in range(len(query.dimensions))]
        self.tallies = tallies_of(query.metrics)
        self.is_by_goal = "conversion_rate" in query.metrics and (
            GOAL in query.dimensions or any(map(is_about_goals, query.filters))
        )

    def sql(self) -> str:
        formulas = {name: METRICS[name].formula for name in self.query.metrics}
        groups = self._groups(self.tallies)
        totals = self._groups(["visitors"], has_keys=False) if "percentage" in formulas else []
        shared = self._shared(groups, totals)
        source = f"({self._added(groups, self.tallies, shared)}) answer"
        if self.is_by_goal:
            formulas["conversion_rate"] = _BY_GOAL
            source += self._join_all_visits()
        keys = [f"answer.{key}" for key in self.keys]
        metrics = [f"{formulas[name]} AS m{n}" for n, name in enumerate(self.query.metrics)]
        capped = "bool_or(answer.d0 = '(other)') OVER ()" if self._is_capped() else "false"
        mixed = "bool_or(currency_low <> currency_high) OVER ()" if "revenue" in formulas else "false"
        sql = f"SELECT {', '.join([*keys, *metrics, 'count(*) OVER ()', capped, mixed])}\nFROM {source}"
        if self.keys:
            sql += f"\nWHERE {' OR '.join(map(_is_something, self.tallies))}"
        sql += f"\nORDER BY {self._order()}\n"
        sql += f"LIMIT {self.params.add(self.query.limit)} OFFSET {self.params.add(self.query.offset)}"
        if totals:
            self.params.parts["total"] = self._added(totals, ["visitors"], shared, is_total=True)
        return sql

    def _added(self, groups: list[Group], tallies: list[str], shared: dict[Any, str], *, is_total: bool = False) -> str:
        """One row a key with these tallies; without keys exactly one. shared: see _shared()."""
        keys = [] if is_total else self.keys
        parts = []
        for group in groups:
            table = shared.get(whose(group), "")
            sql = all_visitors(group, table) if is_total and table else tallied(group, table)
            parts.append(_aligned(sql, names_of(group), keys, tallies))
        if len(parts) == 1:
            return parts[0]
        union = "\nUNION ALL ".join(parts)
        return f"SELECT {', '.join([*keys, *combined(tallies)])} FROM ({union}) part{group_by(keys)}"

    def _shared(self, groups: list[Group], totals: list[Group]) -> dict[Any, str]:
        """The WITH parts that hold the visitors of those groups which the total counts too, so that they are read once:
        by what whose() says of a group, their names."""
        counted = {whose(group) for group in totals if group[0].visitor}
        found = {}
        for group in groups:
            if (of := whose(group)) in counted:
                found[of] = self.params.part(("visitors", of), "visitors", partial(by_visitor, group))
        return found

    def _groups(self, tallies: list[str], *, has_keys: bool = True) -> list[Group]:
        """What is to be added up for these tallies."""
        found = self.planned(self.query, tallies, has_keys=has_keys, rollups=self.rollups)
        self.plans.append(found)
        raw = RawSql(self.query, self.params, has_keys=has_keys)
        rolled = RolledSql(self.query, self.params, has_keys=has_keys)
        rows = raw.rows(
            tallies,
            events=found.of_events.raw if found.of_events else (),
            visits=found.of_visits.raw if found.of_visits else (),
        )
        rows += [rolled.rows(reading, names) for reading, names in _rolled_readings(found, tallies)]
        overlapping: Group = ()
        if not visitors_add_up(self.query, has_keys=has_keys):
            overlapping = tuple(each for each in rows if each.visitor)
        if len(overlapping) < 2:
            return [(each,) for each in rows]
        return [overlapping, *((each,) for each in rows if not each.visitor)]

    def _is_capped(self) -> bool:
        if self.query.filters:  # of whose one value all is known
            return False
        return any(reading.rollup == BREAKDOWN for reading in self.plans[0].readings)

    def _join_all_visits(self) -> str:
        """Joined to each row: the visits that the question leaves when it does not speak of goals."""
        query = self.query
        without = replace(
            query,
            metrics=("conversion_rate",),
            dimensions=tuple(name for name in query.dimensions if name != GOAL),
            filters=tuple(each for each in conjuncts(query.filters) if not is_about_goals(each)),
            order_by=(),
        )
        # A value that a day leaves to (other) has all of its visits here all the same.
        rollups = self.rollups - {BREAKDOWN} if without.dimensions else self.rollups
        answer = _Answer(without, self.params, self.planned, rollups)
        rows = answer._added(answer._groups(["known_visits"]), ["known_visits"], {})
        self.plans += answer.plans
        kept = [n for n, name in enumerate(query.dimensions) if name != GOAL]
        pairs = [("bucket", "bucket")] if query.interval else []
        pairs += [(f"d{theirs}", f"d{ours}") for theirs, ours in enumerate(kept)]
        columns = ", ".join([*(f"{theirs} AS of_{ours}" for theirs, ours in pairs), "known_visits AS all_visits"])
        on = " AND ".join(f"of_{ours} = answer.{ours}" for _, ours in pairs) or "TRUE"
        return f" LEFT JOIN (SELECT {columns} FROM ({rows}) without_goals) all_visits_by ON {on}"

    def _order(self) -> str:
        columns = {name: f"m{n}" for n, name in enumerate(self.query.metrics)}
        columns |= {name: f'answer.d{n} COLLATE "C"' for n, name in enumerate(self.query.dimensions)}
        columns |= {"interval": "answer.bucket"} if self.query.interval else {}
        order = [
            f"{columns[name]} {'DESC' if is_descending else 'ASC'} NULLS LAST"
            for name, is_descending in self.query.order
        ]
        # The keys last, so that pages neither repeat nor skip a row.
        keys = ("answer.bucket" if key == "bucket" else f'answer.{key} COLLATE "C"' for key in self.keys)
        return ", ".join([*order, *keys])


def _rolled_readings(found: Plan, tallies: list[str]) -> list[tuple[Reading, list[str]]]:
    """What is read from which rollup. Events and visits at once, when both are read from the same days of it."""
    readings = [reading for reading in found.readings if reading.days]
    if found.of_events is None:
        return [(reading, tallies) for reading in readings]
    named = [(each, [name for name in tallies if TALLIES[name].family is each.family]) for each in readings]
    if len(named) == 2 and (readings[0].rollup, readings[0].days) == (readings[1].rollup, readings[1].days):
        return [(readings[0], tallies)]
    return named


def _aligned(sql: str, has: list[str], keys: list[str], tallies: list[str]) -> str:
    """The part with these tallies in this order; those that it has not are null."""
    columns = [name if name in has else f"NULL::{TALLIES[name].type} AS {name}" for name in tallies]
    return f"SELECT {', '.join([*keys, *columns])} FROM ({sql}) of_source"


def _is_something(tally: str) -> str:
    return f"{tally} IS NOT NULL" if TALLIES[tally].type == "text" else f"{tally} <> 0"
