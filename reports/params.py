"""A query string as a question. The same words for the dashboard's pages and the API's routes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict

from analytics_pulse.problems import Problem
from projects.models import IdentityMode, Project
from reports import periods
from reports.periods import PeriodError, ReportPeriod
from tracking.storage.spec import DIMENSIONS, METRICS, Filter, Period, ProjectRef, StatsQuery

OPERATORS = ("is", "is_not", "contains", "contains_not")
MAX_FILTERS = 20
MAX_VALUE_CHARS = 2048
MAX_LIMIT = 1000
MAX_OFFSET = 100_000
# Each parameter has one name on the dashboard and another one in the API's older routes.
FIRST_DAY = ("from", "startDate")
LAST_DAY = ("to", "endDate")
INTERVAL = ("interval", "granularity")


class InvalidParams(Problem):
    code = "invalid_parameters"
    title = "Some parameters are not valid"


@dataclass(frozen=True, slots=True)
class Question:
    """What a request asks about: whose data, when, and which part of it."""

    project: ProjectRef
    period: ReportPeriod
    filters: tuple[Filter, ...] = ()

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
            filters=self.filters,
            interval=interval,
            limit=limit,
            offset=offset,
        )


def ref(project: Project) -> ProjectRef:
    return ProjectRef(project.pk, project.zone, project.identity_mode == IdentityMode.COOKIELESS)


def question(params: QueryDict, project: Project, now: datetime, *, default: str = periods.DEFAULT) -> Question:
    """The question of a query string. Raises InvalidParams with every fault that was found."""
    faults: list[dict[str, str]] = []
    try:
        period = _period(params, project, now, default)
    except PeriodError as error:
        faults.append(fault(error.parameter, error.code, str(error)))
    filters = tuple(_filters(params.getlist("f"), faults))
    if faults:
        raise InvalidParams(errors=faults)
    return Question(ref(project), period, filters)


def interval(params: QueryDict, period: ReportPeriod) -> str:
    """The size of the buckets of a time series. Raises InvalidParams."""
    parameter, value = _either(params, INTERVAL)
    if not value:
        return period.interval
    if value not in periods.INTERVALS:
        raise InvalidParams(errors=[fault(parameter, "unknown_interval", f"one of {', '.join(periods.INTERVALS)}")])
    if value not in period.intervals:
        detail = f"not for a period of {period.days} days: one of {', '.join(period.intervals)}"
        raise InvalidParams(errors=[fault(parameter, "interval_not_possible", detail)])
    return value


def metrics(params: QueryDict, default: Sequence[str], *, without: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of metrics, separated by commas; those `without` are not possible here. Raises InvalidParams."""
    possible = [name for name in METRICS if name not in without]
    names = tuple(dict.fromkeys(name.strip() for name in params.get("metrics", "").split(",") if name.strip()))
    for name in names:
        if name not in possible:
            raise InvalidParams(errors=[fault("metrics", "unknown_metric", f"“{name}”: one of {', '.join(possible)}")])
    return names or tuple(default)


def dimension(params: QueryDict) -> str:
    """Raises InvalidParams."""
    name = params.get("dimension", "")
    if name not in DIMENSIONS:
        detail = f"“{name}”: one of {', '.join(DIMENSIONS)}"
        raise InvalidParams(errors=[fault("dimension", "unknown_dimension", detail)])
    return name


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


def _period(params: QueryDict, project: Project, now: datetime, default: str) -> ReportPeriod:
    first_name, first = _either(params, FIRST_DAY)
    last_name, last = _either(params, LAST_DAY)
    name = params.get("period") or (periods.CUSTOM if first or last else default)
    if name != periods.CUSTOM:
        return periods.named(name, project.zone, now)
    return periods.custom(_date(first_name, first), _date(last_name, last), project.zone, now)


def _date(parameter: str, value: str) -> date:
    # An API client may send a whole timestamp: its day is meant.
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise PeriodError(parameter, "invalid_date", "a date such as 2026-03-01") from None


def _either(params: QueryDict, names: Iterable[str]) -> tuple[str, str]:
    """The first of these parameters that is there, with its name; else the first name and nothing."""
    names = list(names)
    for name in names:
        if params.get(name):
            return name, str(params[name])
    return names[0], ""


def _filters(texts: Sequence[str], faults: list[dict[str, str]]) -> Iterator[Filter]:
    """`dimension:operator:value` texts as filters. The same dimension and operator again: any of the values."""
    values: dict[tuple[str, str], list[str]] = {}
    for text in texts[:MAX_FILTERS]:
        dimension, _, rest = text.partition(":")
        operator, _, value = rest.partition(":")
        if dimension not in DIMENSIONS:
            faults.append(fault("f", "unknown_dimension", f"“{dimension}”: one of {', '.join(DIMENSIONS)}"))
        elif operator not in OPERATORS:
            faults.append(fault("f", "unknown_operator", f"“{operator}”: one of {', '.join(OPERATORS)}"))
        elif len(value) > MAX_VALUE_CHARS or "\0" in value:
            faults.append(fault("f", "invalid_value", f"a text of at most {MAX_VALUE_CHARS} characters"))
        else:
            values.setdefault((dimension, operator), []).append(value)
    if len(texts) > MAX_FILTERS:
        faults.append(fault("f", "too_many", f"at most {MAX_FILTERS} filters"))
    for (dimension, operator), each in values.items():
        yield Filter(dimension, operator, tuple(each))
