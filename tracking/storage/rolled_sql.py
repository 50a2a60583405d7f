"""Tallies of a question from the days that are added up: from sums of days, or from facts of visits."""

from collections.abc import Iterable

from tracking.storage.conditions_sql import ConditionsSql
from tracking.storage.dimensions import find
from tracking.storage.parameters import Parameters
from tracking.storage.plan import BREAKDOWN, FACTS, HOURLY, Reading, only_value
from tracking.storage.raw_sql import counts_days
from tracking.storage.shape import Home, shape
from tracking.storage.spans import on_days
from tracking.storage.spec import StatsQuery
from tracking.storage.tallies_sql import Rows, combination

# The values beyond those that are kept of each day.
OTHER = "(other)"
# What a question about visits alone counts of whole visits, as analytics_daily and analytics_visits have it.
_WHOLE_VISITS = {"visitors": "starters", "pageviews": "views", "events": "visit_events"}


class RolledSql:
    """Of one question, by its keys or all together."""

    def __init__(self, query: StatsQuery, params: Parameters, *, has_keys: bool = True) -> None:
        self.query, self.params, self.has_keys = query, params, has_keys
        self.dimensions = [found for name in query.dimensions if (found := find(name))] if has_keys else []
        self.is_alone = shape(query).home is Home.VISITS

    def rows(self, reading: Reading, tallies: Iterable[str]) -> Rows:
        """What is to be added up for these tallies."""
        names = list(tallies)
        return self._facts(reading, names) if reading.rollup == FACTS else self._sums(reading, names)

    def _sums(self, reading: Reading, names: list[str]) -> Rows:
        conditions = [f"f.project_id = {self._project()}", on_days("f.day", reading.days, self.params)]
        keys = self._bucket("f.starts_at" if reading.rollup == HOURLY else "")
        columns = dict(zip(names, names, strict=True))
        if reading.rollup == BREAKDOWN:
            if only := only_value(self.query):
                conditions.append(f"NOT f.is_other AND f.value = {self.params.add(only.values[0])}")
            name = only.dimension if only else self.query.dimensions[0]
            conditions.append(f"f.dimension = {self.params.add(name)}")
            if self.dimensions:
                keys["d0"] = f"CASE WHEN f.is_other THEN {self.params.add(OTHER)} ELSE f.value END"
        elif self.is_alone:
            columns |= {name: column for name, column in _WHOLE_VISITS.items() if name in names}
        return Rows(
            source=f"{reading.rollup} f WHERE {' AND '.join(conditions)}",
            keys=keys,
            tallies={name: combination(name, f"f.{column}") for name, column in columns.items()},
        )

    def _facts(self, reading: Reading, names: list[str]) -> Rows:
        conditions = ConditionsSql(self.query, self.params)
        where = conditions.where(self.query.filters, "f")
        every = [f"f.project_id = {self._project()}", on_days("f.day", reading.days, self.params), *where.conditions]
        columns = {name: name for name in names if name != "visitors"}
        if self.is_alone:  # of the day on which the visit started
            every.append("f.visits > 0")
            columns |= {name: column for name, column in _WHOLE_VISITS.items() if name in columns}
        keys = self._bucket("")
        keys |= {f"d{number}": conditions.value(each, "f") for number, each in enumerate(self.dimensions)}
        has_visitors = "visitors" in names
        return Rows(
            source=f"{FACTS} f {' '.join(where.joins)} WHERE {' AND '.join(every)}",
            keys=keys,
            tallies={name: combination(name, f"f.{column}") for name, column in columns.items()},
            visitor="f.visitor_id" if has_visitors else "",
            day="f.day" if has_visitors and counts_days(self.query, has_keys=self.has_keys) else "",
            counts="" if self.is_alone else "f.visitors > 0",
            values={name: f"f.{column}" for name, column in columns.items()},
        )

    def _bucket(self, moment: str) -> dict[str, str]:
        """moment: the start of an hour; "": the row is of a day."""
        interval = self.query.interval if self.has_keys else None
        if not interval:
            return {}
        if moment:
            return {"bucket": moment}
        zone = self.params.add(self.query.project.zone.key)
        return {"bucket": f"date_trunc('{interval}', f.day::timestamp) AT TIME ZONE {zone}"}

    def _project(self) -> str:
        return self.params.add(self.query.project.id)
