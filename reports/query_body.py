"""The JSON body of a question, in the shape of Plausible's Stats API v2, as one question that the store answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics_pulse.problems import Problem
from reports import comparison, conditions, date_ranges, names, params, periods
from reports.conditions import FindSegment
from reports.faults import Faults, kind, one_of, shown, step
from reports.goal_names import GoalNames
from reports.periods import ReportPeriod, Since
from tracking.storage.possible import impossible
from tracking.storage.spec import INTERVALS, METRICS, Condition, Period, ProjectRef, StatsQuery

KEYS = ("metrics", "date_range", "dimensions", "filters", "order_by", "include", "pagination")
INCLUDABLE = ("time_labels", "total_rows", "comparisons", "explain")
TIME = "time"
TIMES = (TIME, *(f"{TIME}:{interval}" for interval in INTERVALS))
MAX_DIMENSIONS = 5
MAX_LIMIT = 10_000
DIRECTIONS = {"asc": False, "desc": True}
# The store calls it so in an order.
_INTERVAL = "interval"


class InvalidQuery(Problem):
    code = "invalid_query"
    title = "This question cannot be asked"


@dataclass(frozen=True, slots=True)
class Compared:
    """`period`: what is compared with."""

    mode: str
    period: Period
    match_day_of_week: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was understood. `dimensions`: in the order they were asked for, time among them as time:day;
    `query` has it as its interval."""

    query: StatsQuery
    dimensions: tuple[str, ...]
    range: ReportPeriod
    compared: Compared | None = None
    time_labels: bool = False
    total_rows: bool = False
    explain: bool = False

    @property
    def time_at(self) -> int | None:
        """Where time stands among the dimensions."""
        return next((index for index, name in enumerate(self.dimensions) if name in TIMES), None)


def asked(
    body: object, project: ProjectRef, now: datetime, *, since: Since, segment: FindSegment | None = None
) -> Asked:
    """The question of a body. `since`: when the project's events begin. Raises InvalidQuery with every fault."""
    faults = Faults()
    found = _Body(faults, project, now, since, segment).read(body)
    if found is None or faults:
        raise InvalidQuery(errors=faults.found)
    _refuse_the_impossible(found.query, faults)
    if faults:
        raise InvalidQuery(errors=faults.found)
    return found


class _Body:
    def __init__(
        self, faults: Faults, project: ProjectRef, now: datetime, since: Since, segment: FindSegment | None
    ) -> None:
        self.faults = faults
        self.project = project
        self.now = now
        self.since = since
        self.segment = segment

    def read(self, body: object) -> Asked | None:
        found = self._object(body, "", KEYS)
        if found is None:
            return None
        for key in ("metrics", "date_range"):
            if key not in found:
                self.faults.add(step(key), "missing", "every question needs metrics and a date_range")
        metrics = self._metrics(found.get("metrics", []), is_given="metrics" in found)
        asked_range = self._range(found["date_range"], "/date_range") if "date_range" in found else None
        dimensions = self._dimensions(found.get("dimensions", []), asked_range)
        filters = self._filters(found.get("filters", []))
        order_by = self._order(found.get("order_by", []), metrics, dimensions)
        limit, offset = self._pagination(found.get("pagination", {}))
        include = self._include(found.get("include", {}), dimensions)
        if asked_range is None or not metrics:
            return None
        interval = next((name.partition(":")[2] for name in dimensions if name in TIMES), None)
        query = StatsQuery(
            project=self.project,
            metrics=metrics,
            period=asked_range.period,
            dimensions=tuple(name for name in dimensions if name not in TIMES),
            filters=filters,
            interval=interval,
            order_by=order_by,
            limit=limit,
            offset=offset,
        )
        return Asked(
            query,
            dimensions,
            asked_range,
            compared=self._compared(include.get("comparisons"), asked_range),
            time_labels=include.get("time_labels") is True,
            total_rows=include.get("total_rows") is True,
            explain=include.get("explain") is True,
        )

    def _object(self, value: object, pointer: str, keys: Iterable[str]) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            self.faults.add(pointer, "not_an_object", f"an object with {', '.join(keys)}, not {kind(value)}")
            return None
        for key in value:
            if key not in keys:
                self.faults.add(pointer + step(key), "unknown_key", one_of(keys))
        return value

    def _list(self, value: object, pointer: str, of: str, at_most: int) -> list[Any]:
        if not isinstance(value, list):
            self.faults.add(pointer, "not_a_list", f"a list of {of}, not {kind(value)}")
            return []
        if len(value) > at_most:
            self.faults.add(pointer, "too_many", f"at most {at_most}")
            return []
        return value

    def _metrics(self, value: object, *, is_given: bool) -> tuple[str, ...]:
        found: list[str] = []
        for index, name in enumerate(self._list(value, "/metrics", "metrics", len(METRICS))):
            if not isinstance(name, str) or name not in METRICS:
                self.faults.add(f"/metrics/{index}", "unknown_metric", f"“{shown(name)}”: {one_of(METRICS)}")
            elif name in found:
                self.faults.add(f"/metrics/{index}", "repeated", "each metric once")
            else:
                found.append(name)
        if value == [] and is_given:
            self.faults.add("/metrics", "missing", f"at least {one_of(METRICS)}")
        return tuple(found)

    def _range(self, value: object, pointer: str) -> ReportPeriod | None:
        zone = self.project.zone
        return date_ranges.parse(value, pointer, self.faults, zone=zone, now=self.now, since=self.since)

    def _dimensions(self, value: object, asked_range: ReportPeriod | None) -> tuple[str, ...]:
        found: list[str] = []
        for index, name in enumerate(self._list(value, "/dimensions", "dimensions", MAX_DIMENSIONS)):
            pointer = f"/dimensions/{index}"
            if isinstance(name, str) and name in TIMES:
                if set(found) & set(TIMES):
                    self.faults.add(pointer, "repeated", "time once")
                elif asked_range is not None:
                    found.append(self._time(name, pointer, asked_range))
                continue
            dimension = names.dimension(name)
            if dimension is None:
                possible = f"{names.POSSIBLE}, {', '.join(TIMES)}"
                self.faults.add(pointer, "unknown_dimension", f"“{shown(name)}”: {possible}")
            elif dimension.name in found:
                self.faults.add(pointer, "repeated", "each dimension once")
            else:
                found.append(dimension.name)
        return tuple(found)

    def _time(self, name: str, pointer: str, asked_range: ReportPeriod) -> str:
        """time:day for time, with a fault when there were more buckets than an answer may have rows."""
        possible = [each for each in INTERVALS if periods.count(asked_range.period, each) <= MAX_LIMIT]
        interval = asked_range.interval if name == TIME else name.partition(":")[2]
        if interval not in possible:
            detail = f"more than {MAX_LIMIT:,} buckets: {one_of(f'{TIME}:{each}' for each in possible)}"
            self.faults.add(pointer, "interval_not_possible", detail)
        return f"{TIME}:{interval}"

    def _filters(self, value: object) -> tuple[Condition, ...]:
        goals = GoalNames(self.project.id)
        return conditions.parse(value, "/filters", self.faults, segment=self.segment, goals=goals)

    def _order(
        self, value: object, metrics: tuple[str, ...], dimensions: tuple[str, ...]
    ) -> tuple[tuple[str, bool], ...]:
        found: dict[str, bool] = {}
        times = {name: _INTERVAL for name in TIMES if any(each in TIMES for each in dimensions)}
        possible = {name: name for name in (*metrics, *dimensions) if name not in TIMES} | times
        listed = self._list(value, "/order_by", 'pairs such as ["visitors", "desc"]', len(METRICS) + MAX_DIMENSIONS)
        for index, pair in enumerate(listed):
            pointer = f"/order_by/{index}"
            if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(each, str) for each in pair):
                self.faults.add(pointer, "not_a_pair", 'what to order by and how, such as ["visitors", "desc"]')
                continue
            name, direction = names.normalised(pair[0]), pair[1]
            if name not in possible:
                detail = f"“{shown(pair[0])}” is not asked for: one of {', '.join((*metrics, *dimensions))}"
                self.faults.add(f"{pointer}/0", "unknown_order", detail)
            elif possible[name] in found:
                self.faults.add(f"{pointer}/0", "repeated", "each once")
            elif direction not in DIRECTIONS:
                self.faults.add(f"{pointer}/1", "unknown_direction", f"“{shown(direction)}”: {one_of(DIRECTIONS)}")
            else:
                found[possible[name]] = DIRECTIONS[direction]
        return tuple(found.items())

    def _pagination(self, value: object) -> tuple[int, int]:
        found = self._object(value, "/pagination", ("limit", "offset")) or {}
        return (
            self._integer(found, "limit", MAX_LIMIT, at_least=1, at_most=MAX_LIMIT),
            self._integer(found, "offset", 0, at_least=0, at_most=params.MAX_OFFSET),
        )

    def _integer(self, values: dict[str, Any], key: str, default: int, *, at_least: int, at_most: int) -> int:
        value = values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not at_least <= value <= at_most:
            detail = f"a whole number from {at_least} to {at_most:,}"
            self.faults.add(f"/pagination/{key}", "out_of_range", detail)
            return default
        return value

    def _include(self, value: object, dimensions: tuple[str, ...]) -> dict[str, Any]:
        found = self._object(value, "/include", INCLUDABLE) or {}
        for key in ("time_labels", "total_rows", "explain"):
            if not isinstance(found.get(key, False), bool):
                self.faults.add(f"/include/{key}", "not_a_boolean", f"true or false, not {kind(found[key])}")
        if found.get("time_labels") is True and not set(dimensions) & set(TIMES):
            self.faults.add("/include/time_labels", "no_time", f"only with a dimension of time: {one_of(TIMES)}")
        return found

    def _compared(self, value: object, asked_range: ReportPeriod) -> Compared | None:
        """Nothing when null, as if it were left out."""
        if value is None:
            return None
        pointer = "/include/comparisons"
        found = self._object(value, pointer, ("mode", "date_range", "match_day_of_week"))
        if found is None:
            return None
        mode, by_week = found.get("mode"), found.get("match_day_of_week", False)
        if not isinstance(mode, str) or mode not in comparison.MODES:
            self.faults.add(f"{pointer}/mode", "unknown_mode", one_of(comparison.MODES))
            return None
        if not isinstance(by_week, bool):
            self.faults.add(f"{pointer}/match_day_of_week", "not_a_boolean", f"true or false, not {kind(by_week)}")
            return None
        if mode != comparison.CUSTOM:
            if "date_range" in found:
                self.faults.add(f"{pointer}/date_range", "not_possible", "only with the mode custom")
            period = comparison.comparison(asked_range, mode, self.now, match_weekday=by_week).so_far
            return Compared(mode, period, by_week)
        if by_week:
            self.faults.add(f"{pointer}/match_day_of_week", "not_possible", "not with the mode custom")
        if "date_range" not in found:
            self.faults.add(f"{pointer}/date_range", "missing", "the mode custom needs a date_range")
            return None
        custom = self._range(found["date_range"], f"{pointer}/date_range")
        return Compared(mode, custom.period) if custom else None


def _refuse_the_impossible(query: StatsQuery, faults: Faults) -> None:
    """What the store cannot answer, at the place where it was asked for."""
    for each in impossible(query):
        listed: tuple[str, ...] = getattr(query, each.part) if each.part in ("metrics", "dimensions") else ()
        place = f"/{listed.index(each.what)}" if each.what in listed else ""
        # Of the dimensions one may stand elsewhere in the body, where time stands before it.
        faults.add(f"/{each.part}" + (place if each.part == "metrics" else ""), each.code, each.why)
