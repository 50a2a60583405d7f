"""Period and comparison in a query string, read and written. The dashboard and the API have the same words."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.http import QueryDict

from projects.models import Project
from reports import comparison, date_ranges, periods
from reports.comparison import Comparison
from reports.periods import PeriodError, ReportPeriod
from tracking.storage import get_store
from tracking.storage.spec import Period

# Each has one name on the dashboard and other ones in the API's older routes.
FIRST_DAY = ("from", "startDate", "startTime")
LAST_DAY = ("to", "endDate", "endTime")

Parts = list[tuple[str, str]]


def period(params: QueryDict, project: Project, now: datetime, default: str) -> ReportPeriod:
    """Raises PeriodError, which names the parameter."""
    first_name, first = either(params, FIRST_DAY)
    last_name, last = either(params, LAST_DAY)
    name = params.get("period") or (periods.CUSTOM if first or last else default)
    if name != periods.CUSTOM:
        return periods.named(name, project.zone, now, since=lambda: get_store().first_event_at(project.pk))
    if first_name == FIRST_DAY[0] and "T" in first + last:
        return date_ranges.between(first, last, project.zone, now)
    return periods.custom(_date(first_name, first), _date(last_name, last), project.zone, now)


def compared(params: QueryDict, project: Project, asked: ReportPeriod, now: datetime) -> Comparison | None:
    """What is said to compare with; else the period before, where there is one. Raises PeriodError."""
    mode = params.get("compare") or _default(asked)
    if mode == comparison.NONE:
        return None
    if mode not in comparison.MODES:
        raise PeriodError("compare", "unknown_mode", f"one of {', '.join((*comparison.MODES, comparison.NONE))}")
    if mode != comparison.CUSTOM:
        return comparison.comparison(asked, mode, now, match_weekday=params.get("match_weekday") == "1")
    try:
        first, last = params.get("compare_from", ""), params.get("compare_to", "")
        return comparison.with_custom(date_ranges.between(first, last, project.zone, now))
    except PeriodError as error:
        raise PeriodError(f"compare_{error.parameter}", error.code, str(error)) from None


def parts_of_period(asked: ReportPeriod) -> Parts:
    if asked.name != periods.CUSTOM:
        return [("period", asked.name)]
    return ends_of(asked.period, is_of_days=asked.is_of_days)


def parts_of_comparison(found: Comparison | None, asked: ReportPeriod) -> Parts:
    """Nothing where it goes without saying."""
    if found is None:
        return [] if _default(asked) == comparison.NONE else [("compare", comparison.NONE)]
    if found.mode == comparison.CUSTOM:
        ends = ends_of(found.whole, is_of_days=periods.is_of_days(found.whole))
        return [("compare", found.mode), *((f"compare_{name}", value) for name, value in ends)]
    more = [("match_weekday", "1")] if found.match_weekday else []
    return [] if found.mode == _default(asked) and not more else [("compare", found.mode), *more]


def ends_of(period: Period, *, is_of_days: bool) -> Parts:
    """`from` and `to`: days, both included, or moments."""
    if is_of_days:
        return [("from", period.first_day.isoformat()), ("to", periods.last_day(period).isoformat())]
    return [("from", _moment(period.start, period)), ("to", _moment(period.end, period))]


def either(params: QueryDict, names: Iterable[str]) -> tuple[str, str]:
    """The first of these parameters that is there, with its name; else the first name and nothing."""
    names = list(names)
    for name in names:
        if params.get(name):
            return name, str(params[name])
    return names[0], ""


def _default(asked: ReportPeriod) -> str:
    """Before all time there is nothing."""
    return comparison.NONE if asked.name == periods.ALL else comparison.PREVIOUS_PERIOD


def _date(parameter: str, value: str) -> date:
    # An API client may send a whole timestamp: its day is meant.
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise PeriodError(parameter, "invalid_date", "a date such as 2026-03-01") from None


def _moment(moment: datetime, period: Period) -> str:
    """What the zone's clocks show; with the offset where they show it twice."""
    shown = periods.wall(moment, period.zone)
    is_clear = periods.on_the_clock(shown, period.zone).astimezone(UTC) == moment.astimezone(UTC)
    exact = "seconds" if shown.second else "minutes"
    return (shown if is_clear else moment.astimezone(period.zone)).isoformat(timespec=exact)
