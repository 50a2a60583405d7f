"""From a question to SQL. Pure: a StatsQuery in, a statement and its parameters out.

Nothing a user wrote stands in the SQL: names are looked up in registries, values are parameters.

Each source (see shape.py and plan.py) gives rows of keys and tallies. They are added by key, and the metrics are made
of the sums by the formulas of metrics.py. A row of which everything that was asked for is nothing is left out, so that
an answer is the same wherever it was read.
"""

from dataclasses import dataclass, replace
from typing import Any

from tracking.storage.conditions import AllOf, Condition
from tracking.storage.metrics import METRICS
from tracking.storage.parameters import Parameters
from tracking.storage.plan import tallies_of
from tracking.storage.possible import impossible
from tracking.storage.raw_sql import Part, RawSql
from tracking.storage.shape import own_dimensions
from tracking.storage.spans import Span
from tracking.storage.spec import StatsQuery
from tracking.storage.tallies import TALLIES
from tracking.storage.tallies_sql import combined, group_by

GOAL = "goal"
_BY_GOAL = "100.0::float8 * converted / nullif(all_visits, 0)"


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with named parameters. Its rows: the bucket (aware, with an interval only), the dimensions, the metrics, and
    the number of rows without limit and offset."""

    sql: str
    params: dict[str, Any]


def statement(query: StatsQuery) -> Statement:
    """Raises ValueError for what possible.py lists."""
    if faults := impossible(query):
        raise ValueError("; ".join(f"{fault.part} {fault.what}: {fault.why}" for fault in faults))
    params = Parameters()
    sql = _Answer(query, params).sql()
    parts = "".join(f",\n{name} AS ({part})" for name, part in params.parts.items()).removeprefix(",")
    return Statement(f"WITH{parts}\n{sql}" if parts else sql, params.values)


class _Answer:
    def __init__(self, query: StatsQuery, params: Parameters) -> None:
        self.query, self.params = query, params
        self.keys = (["bucket"] if query.interval else []) + [f"d{n}" for n in range(len(query.dimensions))]
        self.tallies = tallies_of(query.metrics)
        self.is_by_goal = "conversion_rate" in query.metrics and (
            GOAL in query.dimensions or any(map(_is_about_goals, query.filters))
        )

    def sql(self) -> str:
        formulas = {name: METRICS[name].formula for name in self.query.metrics}
        source = f"({self._rows(self.tallies)}) answer"
        if self.is_by_goal:
            formulas["conversion_rate"] = _BY_GOAL
            source += self._join_all_visits()
        metrics = [f"{formula} AS m{n}" for n, formula in enumerate(formulas.values())]
        keys = [f"answer.{key}" for key in self.keys]
        sql = f"SELECT {', '.join([*keys, *metrics, 'count(*) OVER ()'])}\nFROM {source}"
        if self.keys:
            sql += f"\nWHERE {' OR '.join(map(_is_something, self.tallies))}"
        sql += f"\nORDER BY {self._order()}\n"
        sql += f"LIMIT {self.params.add(self.query.limit)} OFFSET {self.params.add(self.query.offset)}"
        if "percentage" in self.query.metrics:
            self.params.parts["total"] = self._rows(["visitors"], has_keys=False)
        return sql

    def _rows(self, tallies: list[str], *, has_keys: bool = True) -> str:
        """One row a key with these tallies; without keys exactly one."""
        keys = self.keys if has_keys else []
        whole = (Span(self.query.period.start, self.query.period.end),)
        parts = RawSql(self.query, self.params, has_keys=has_keys).parts(tallies, whole, whole)
        aligned = [_aligned(part, keys, tallies) for part in parts]
        if len(aligned) == 1:
            return aligned[0]
        union = "\nUNION ALL ".join(aligned)
        return f"SELECT {', '.join([*keys, *combined(tallies)])} FROM ({union}) part{group_by(keys)}"

    def _join_all_visits(self) -> str:
        """Joined to each row: the visits that the question leaves when it does not speak of goals."""
        query = self.query
        without = replace(
            query,
            metrics=("conversion_rate",),
            dimensions=tuple(name for name in query.dimensions if name != GOAL),
            filters=tuple(each for each in _conjuncts(query.filters) if not _is_about_goals(each)),
            order_by=(),
        )
        rows = _Answer(without, self.params)._rows(["known_visits"])
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
            for name, is_descending in self.query.order_by
        ]
        if not order:
            order = (["answer.bucket"] if self.query.interval else []) + ["m0 DESC NULLS LAST"]
        # The keys last, so that pages neither repeat nor skip a row.
        keys = ("answer.bucket" if key == "bucket" else f'answer.{key} COLLATE "C"' for key in self.keys)
        return ", ".join([*order, *keys])


def _aligned(part: Part, keys: list[str], tallies: list[str]) -> str:
    """The part with these tallies in this order; those that it has not are null."""
    sql, has = part
    columns = [name if name in has else f"NULL::{TALLIES[name].type} AS {name}" for name in tallies]
    return f"SELECT {', '.join([*keys, *columns])} FROM ({sql}) of_source"


def _is_something(tally: str) -> str:
    return f"{tally} IS NOT NULL" if TALLIES[tally].type == "text" else f"{tally} <> 0"


def _conjuncts(conditions: tuple[Condition, ...]) -> list[Condition]:
    found: list[Condition] = []
    for each in conditions:
        found += _conjuncts(each.conditions) if isinstance(each, AllOf) else [each]
    return found


def _is_about_goals(condition: Condition) -> bool:
    """Of the event itself, not by what its visitor has done."""
    return any(dimension.name == GOAL for dimension in own_dimensions((condition,)))
