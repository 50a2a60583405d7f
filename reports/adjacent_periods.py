"""The period before and the one after: as long, and of the same kind, so that a month is followed by a month."""

from datetime import UTC, datetime, timedelta

from reports import periods
from reports.periods import ReportPeriod

_OF_DAYS = ("today", "yesterday", "7d", "28d", "30d", "90d")
_OF_MONTHS = ("month", "last_month", "year", "12mo", "6mo")


def earlier(asked: ReportPeriod, now: datetime) -> ReportPeriod | None:
    """None for all time, and at the beginning of it."""
    return _moved(asked, -1, now)


def later(asked: ReportPeriod, now: datetime) -> ReportPeriod | None:
    """Up to today; None for all time, and when that would begin in the future."""
    return _moved(asked, 1, now)


def _moved(asked: ReportPeriod, by: int, now: datetime) -> ReportPeriod | None:
    zone = asked.period.zone
    if asked.name == periods.ALL:
        return None
    if not asked.is_of_days:
        start, end = (moment.astimezone(UTC) for moment in (asked.period.start, asked.period.end))
        start, end = start + by * (end - start), end + by * (end - start)
        is_possible = start.date() > periods.FIRST_DAY and start < now
        return periods.of_moments(start, end, zone, now) if is_possible else None
    today, months = now.astimezone(zone).date(), _months(asked)
    if months:
        first = periods.months_before(asked.first, -by * months)
        last = periods.months_before(first, -months) - timedelta(days=1)
    else:
        away = timedelta(days=by * asked.days)
        first, last = asked.first + away, asked.last + away
    if first < periods.FIRST_DAY or first > today:
        return None
    last = min(last, today)
    known = (periods.named(name, zone, now) for name in (_OF_MONTHS if months else _OF_DAYS))
    same = (each for each in known if (each.first, each.last) == (first, last))
    return next(same, None) or periods.custom(first, last, zone, now)


def _months(asked: ReportPeriod) -> int:
    """How many months it is, 0 when it is not made of them. One that is not over counts as a whole one."""
    if asked.name == "year":
        return 12
    if asked.name in periods.MONTHS:
        return periods.MONTHS[asked.name]
    after = asked.last + timedelta(days=1)
    if (asked.first.day, after.day) != (1, 1):
        return 0
    return (after.year - asked.first.year) * 12 + after.month - asked.first.month
