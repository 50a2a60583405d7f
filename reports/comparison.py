"""What a period is compared with. As long as it, but for months and years; when it includes now, only as far as it has
come, so that a day that has just begun is not compared with a whole one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from reports import periods
from reports.periods import ReportPeriod
from tracking.storage.spec import Period

PREVIOUS_PERIOD, YEAR_OVER_YEAR, CUSTOM = "previous_period", "year_over_year", "custom"
MODES = (PREVIOUS_PERIOD, YEAR_OVER_YEAR, CUSTOM)
# What an address says to have no comparison; a question in JSON has none unless it asks for one.
NONE = "none"
LABELS = {PREVIOUS_PERIOD: _("Previous period"), YEAR_OVER_YEAR: _("A year earlier")}
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Comparison:
    """`whole`: the period that is compared with; `so_far`: as much of it as the one that is asked about has come."""

    mode: str
    whole: Period
    so_far: Period
    match_weekday: bool = False


def comparison(asked: ReportPeriod, mode: str, now: datetime, *, match_weekday: bool = False) -> Comparison:
    """With the period before it, or the same a year earlier. With `match_weekday` it begins on the same day of the
    week: whole weeks earlier, as many as come closest without an overlap."""
    other = _by_week(asked, mode) if match_weekday else _before(asked, mode)
    return Comparison(mode, other, periods.as_far_as(asked.period, other, now), match_weekday)


def with_custom(other: ReportPeriod) -> Comparison:
    """With a period of one's choice: all of it, whatever the time is."""
    return Comparison(CUSTOM, other.period, other.period)


def _before(asked: ReportPeriod, mode: str) -> Period:
    if mode != YEAR_OVER_YEAR:
        return asked.previous
    if asked.is_of_days:
        return periods.of_days(_year_before(asked.first), _year_before(asked.last), asked.period.zone)
    return _moved(asked.period, lambda shown: datetime.combine(_year_before(shown.date()), shown.time()))


def _by_week(asked: ReportPeriod, mode: str) -> Period:
    period, other = asked.period, _before(asked, mode)
    away = (asked.first - other.first_day).days
    earlier = timedelta(weeks=max(round(away / _WEEK), -(-asked.days // _WEEK)))
    if asked.is_of_days:
        return periods.of_days(asked.first - earlier, asked.last - earlier, period.zone)
    return _moved(period, lambda shown: shown - earlier)


def _moved(period: Period, move: Callable[[datetime], datetime]) -> Period:
    """By what the clocks show, so that an hour stays the same hour of the day."""
    ends = (periods.on_the_clock(move(periods.wall(moment, period.zone)), period.zone)
            for moment in (period.start, period.end))  # fmt: skip
    start, end = ends
    if end.astimezone(UTC) <= start.astimezone(UTC):  # an hour that the clocks left out
        end = (start.astimezone(UTC) + timedelta(hours=1)).astimezone(period.zone)
    return Period(start, end, period.zone)


def _year_before(day: date) -> date:
    """The same day of the month; the last of February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
