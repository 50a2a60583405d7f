"""What a period is compared with. As long as it, but for months and years; when it includes now, only as far as it has
come, so that a day that has just begun is not compared with a whole one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from reports import periods
from reports.date_ranges import DateRange
from tracking.storage.spec import Period

PREVIOUS_PERIOD, YEAR_OVER_YEAR, CUSTOM = "previous_period", "year_over_year", "custom"
MODES = (PREVIOUS_PERIOD, YEAR_OVER_YEAR, CUSTOM)
_WEEK = 7


def compared(asked: DateRange, mode: str, now: datetime, *, match_day_of_week: bool = False) -> Period:
    """The period before it, or the same a year earlier. With `match_day_of_week` it begins on the same day of the week:
    whole weeks earlier, as many as come closest without an overlap."""
    other = _by_week(asked, mode) if match_day_of_week else _before(asked, mode)
    return periods.as_far_as(asked.period, other, now)


def _before(asked: DateRange, mode: str) -> Period:
    period = asked.period
    if mode == YEAR_OVER_YEAR:
        if asked.days is not None:
            return periods.of_days(_year_before(asked.days.first), _year_before(asked.days.last), period.zone)
        return _moved(period, lambda shown: datetime.combine(_year_before(shown.date()), shown.time()))
    if asked.days is not None:
        return asked.days.previous
    start = period.start.astimezone(UTC) - (period.end.astimezone(UTC) - period.start.astimezone(UTC))
    return Period(start.astimezone(period.zone), period.start, period.zone)


def _by_week(asked: DateRange, mode: str) -> Period:
    period, other = asked.period, _before(asked, mode)
    first, last = period.first_day, (period.end - timedelta(microseconds=1)).astimezone(period.zone).date()
    length = (last - first).days + 1
    away = (first - other.first_day).days
    earlier = timedelta(weeks=max(round(away / _WEEK), -(-length // _WEEK)))
    if asked.days is not None:
        return periods.of_days(first - earlier, last - earlier, period.zone)
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
