"""A query string as a question. The same words for the dashboard's pages and the API's routes."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.http import QueryDict

from analytics_pulse.problems import Problem
from projects.access import Principal
from projects.models import IdentityMode, Project
from reports import conditions, names, period_address, periods, segments
from reports.comparison import Comparison
from reports.faults import Faults, shown
from reports.goal_names import GOAL, GoalNames
from reports.periods import PeriodError, ReportPeriod
from reports.segments import AppliedSegment
from tracking.storage.conditions import MAX_PATTERN_CHARS, OPERATORS
from tracking.storage.spec import METRICS, Condition, Filter, Period, ProjectRef, StatsQuery

MAX_FILTERS = 20
MAX_SEGMENTS = 5
# As people look for a part of a text.
ANY_CASE = frozenset({"contains", "contains_not"})
MAX_VALUE_CHARS = 2048
MAX_LIMIT = 1000
MAX_OFFSET = 100_000
# On the dashboard, and in the API's older routes.
INTERVAL = ("interval", "granularity")


class InvalidParams(Problem):
    code = "invalid_parameters"
    title = "Some parameters are not valid"


@dataclass(frozen=True, slots=True)
class Question:
    """What a request asks about: whose data, when, and which part of it: its own filters, and those of segments.

    fixed: what holds whatever is asked, since a shared link shows no more than that; no address says it.
    comparison: what the numbers are compared with; None: with nothing.
    least_visitors: what fewer visitors did is folded, see folding.py; 0: nothing is.
    """

    project: ProjectRef
    period: ReportPeriod
    filters: tuple[Condition, ...] = ()
    segments: tuple[AppliedSegment, ...] = ()
    fixed: tuple[Condition, ...] = ()
    comparison: Comparison | None = None
    least_visitors: int = 0

    @property
    def compared(self) -> Period | None:
        """What the numbers of the period so far are compared with."""
        return self.comparison.so_far if self.comparison else None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that must hold."""
        of_segments = (condition for each in self.segments for condition in each.conditions)
        return (*self.fixed, *self.filters, *of_segments)

    def query(
        self,
        metrics: Sequence[str],
        *,
        dimensions: tuple[str, ...] = (),
        period: Period | None = None,
        interval: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> StatsQuery:
        """The question put to the store; of `period` instead of its own where one is given."""
        return StatsQuery(
            project=self.project,
            metrics=tuple(metrics),
            period=period or self.period.period,
            dimensions=dimensions,
            filters=self.conditions,
            interval=interval,
            limit=limit,
            offset=offset,
            least_visitors=self.least_visitors,
        )


def ref(project: Project) -> ProjectRef:
    return ProjectRef(project.pk, project.zone, project.identity_mode == IdentityMode.COOKIELESS)


def question(
    params: QueryDict,
    project: Project,
    now: datetime,
    *,
    who: Principal | None = None,
    default: str = periods.DEFAULT,
    knows_goals: bool = True,
) -> Question:
    """The question of a query string. `who` asks: there are only segments that they may see. knows_goals: goals may be
    named.

    Raises InvalidParams with every fault that was found, and StaleSegment.
    """
    faults: list[dict[str, str]] = []
    try:
        period = period_address.period(params, project, now, default)
        compared = period_address.compared(params, project, period, now)
    except PeriodError as error:
        faults.append(fault(error.parameter, error.code, str(error)))
    segment = None if who is None else partial(segments.conditions_of, project, who)
    goals = GoalNames(project.pk) if knows_goals else None
    filters = (
        *_filters(params.getlist("f"), faults, goals),
        *_json_filters(params.getlist("filters"), faults, segment, goals),
    )
    applied = tuple(_segments(params.getlist("segment"), project, who, faults))
    if faults:
        raise InvalidParams(errors=faults)
    asked = Question(ref(project), period, filters, applied, comparison=compared)
    if conditions.is_too_much(asked.conditions):  # each was not, all of them are
        raise InvalidParams(errors=[fault("filters", "too_many", conditions.LIMITS)])
    return asked


def interval(params: QueryDict, period: ReportPeriod) -> str:
    """The size of the buckets of a time series. Raises InvalidParams."""
    parameter, value = period_address.either(params, INTERVAL)
    if not value:
        return period.interval
    if value not in periods.INTERVALS:
        raise InvalidParams(errors=[fault(parameter, "unknown_interval", f"one of {', '.join(periods.INTERVALS)}")])
    if value not in period.intervals:
        detail = f"not for {period.label}: one of {', '.join(period.intervals)}"
        raise InvalidParams(errors=[fault(parameter, "interval_not_possible", detail)])
    return value


def metrics(params: QueryDict, default: Sequence[str], *, without: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of metrics, separated by commas; those `without` are not possible here. Raises InvalidParams."""
    possible = [name for name in METRICS if name not in without]
    names = tuple(dict.fromkeys(name.strip() for name in params.get("metrics", "").split(",") if name.strip()))
    for name in names:
        if name not in possible:
            detail = f"“{shown(name)}”: one of {', '.join(possible)}"
            raise InvalidParams(errors=[fault("metrics", "unknown_metric", detail)])
    return names or tuple(default)


def dimension(params: QueryDict) -> str:
    """Raises InvalidParams."""
    name = params.get("dimension", "")
    found = names.dimension(name)
    if found is None:
        raise InvalidParams(errors=[fault("dimension", "unknown_dimension", f"“{shown(name)}”: {names.POSSIBLE}")])
    return found.name


def integer(params: QueryDict, name: str, default: int, *, at_least: int, at_most: int) -> int:
    """Raises InvalidParams."""
    try:
        value = int(params.get(name, default))
    except ValueError:
        value = at_least - 1
    if not at_least <= value <= at_most:
        raise InvalidParams(errors=[fault(name, "out_of_range", f"a whole number from {at_least} to {at_most}")])
    return value


def fault(parameter: str, code: str, detail: str) -> dict[str, str]:
    return {"parameter": parameter, "code": code, "detail": detail}


def _filters(texts: Sequence[str], faults: list[dict[str, str]], goals: GoalNames | None) -> Iterator[Filter]:
    """`dimension:operator:value` texts as filters. The same dimension and operator again: any of the values."""
    values: dict[tuple[str, str], list[str]] = {}
    for text in texts[:MAX_FILTERS]:
        name, operator, value = _parts(text)
        dimension = names.dimension(name)
        if dimension is None:
            faults.append(fault("f", "unknown_dimension", f"“{shown(name)}”: {names.POSSIBLE}"))
        elif operator not in OPERATORS:
            faults.append(fault("f", "unknown_operator", f"“{shown(operator)}”: one of {', '.join(OPERATORS)}"))
        elif len(value) > (longest := _longest(operator)) or not names.is_text(value):
            faults.append(fault("f", "invalid_value", f"a text of at most {longest} characters"))
        elif goals and dimension.name == GOAL and operator in ("is", "is_not"):
            if (goal_id := goals.id_of(value)) is None:
                detail = f"“{shown(value)}” is neither the name of a goal nor an id"
                faults.append(fault("f", "unknown_goal", detail))
            else:
                values.setdefault((dimension.name, operator), []).append(goal_id)
        else:
            values.setdefault((dimension.name, operator), []).append(value)
    if len(texts) > MAX_FILTERS:
        faults.append(fault("f", "too_many", f"at most {MAX_FILTERS} filters"))
    for (of, operator), each in values.items():
        yield Filter(of, operator, tuple(each), case_sensitive=operator not in ANY_CASE)


def _longest(operator: str) -> int:
    return MAX_PATTERN_CHARS if operator.startswith("matches") else MAX_VALUE_CHARS


def _parts(text: str) -> tuple[str, str, str]:
    """Dimension, operator and value. The key of `prop:<key>`, and the value, may have colons."""
    words = text.split(":")
    first = 2 if words[0] == "prop" else 1
    at = next((index for index, word in enumerate(words) if index >= first and word in OPERATORS), 1)
    operator = words[at] if len(words) > at else ""
    return ":".join(words[:at]), operator, ":".join(words[at + 1 :])


def _json_filters(
    texts: Sequence[str],
    faults: list[dict[str, str]],
    segment: conditions.FindSegment | None,
    goals: GoalNames | None,
) -> Iterator[Condition]:
    """Each `filters` parameter: a list of conditions as JSON."""
    for text in texts[:MAX_FILTERS]:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            faults.append(fault("filters", "not_json", 'JSON such as [["is", "country", ["DE"]]]'))
            continue
        found = Faults()
        yield from conditions.parse(value, "", found, segment=segment, goals=goals)
        faults.extend(found.of_parameter("filters"))


def _segments(
    ids: Sequence[str], project: Project, who: Principal | None, faults: list[dict[str, str]]
) -> Iterator[AppliedSegment]:
    for each in list(dict.fromkeys(ids))[:MAX_SEGMENTS]:
        found = segments.applied(project, who, each) if who is not None else None
        if found is None:
            faults.append(fault("segment", "unknown_segment", "it was deleted, or is somebody else's own"))
        else:
            yield found
