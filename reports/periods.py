"""Names of periods as time in a project's zone. Days are the zone's days, so one of them may have 23 or 25 hours."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracking.storage.spec import Period

CUSTOM = "custom"
DEFAULT = "30d"
LABELS = {
    "today": "Today",
    "yesterday": "Yesterday",
    "7d": "Last 7 days",
    "30d": "Last 30 days",
    "90d": "Last 90 days",
    "12mo": "Last 12 months",
}
DAYS = {"today": 1, "7d": 7, "30d": 30, "90d": 90}
HOURS = {"hour": 1, "day": 24, "week": 7 * 24, "month": 28 * 24}
INTERVALS = tuple(HOURS)
# More buckets than this are no picture any more, and no answer that a page should wait for.
MAX_BUCKETS = 750
MAX_DAYS = 5 * 366
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
# A comparison ends as far into its last day as the period is into today. To this step, so that it can be cached.
COMPARISON_STEP_S = 300


class PeriodError(ValueError):
    """Not a period. `parameter` is the one at fault, `code` says how; str() is a sentence for a person."""

    def __init__(self, parameter: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter
        self.code = code


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """What a report is about: whole days of the zone, `last` included, and the same length before it.

    `period` ends at the midnight after `last`, and `previous` where it begins. `comparison` is `previous` up to the
    moment that `now` is in `period`, so that a day that has just begun is not compared with a whole one.
    """

    name: str
    first: date
    last: date
    period: Period
    previous: Period
    comparison: Period
    includes_now: bool

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def label(self) -> str:
        if self.name in LABELS:
            return LABELS[self.name]
        return span_label(self.first, self.last)

    @property
    def interval(self) -> str:
        """The bucket that draws this period best."""
        if self.days <= 2:
            return "hour"
        if self.name == "12mo" or self.days > 366:
            return "month"
        return "day" if self.days <= 92 else "week"

    @property
    def intervals(self) -> tuple[str, ...]:
        """The buckets that this period can be counted in, finest first."""
        return tuple(name for name in INTERVALS if self.days * 24 // HOURS[name] <= MAX_BUCKETS)

    @property
    def drawn_intervals(self) -> tuple[str, ...]:
        """Those of them that make a line: at least two buckets."""
        return tuple(name for name in self.intervals if self.days * 24 >= 2 * HOURS[name])


def named(name: str, zone: ZoneInfo, now: datetime) -> ReportPeriod:
    """The period of this name at `now`. Raises PeriodError."""
    today = now.astimezone(zone).date()
    if name == "yesterday":
        yesterday = today - timedelta(days=1)
        return _between(name, yesterday, yesterday, zone, now)
    if name == "12mo":
        return _between(name, _months_before(today.replace(day=1), 11), today, zone, now)
    if name not in DAYS:
        raise PeriodError("period", "unknown_period", f"one of {', '.join((*LABELS, CUSTOM))}")
    return _between(name, today - timedelta(days=DAYS[name] - 1), today, zone, now)


def custom(first: date, last: date, zone: ZoneInfo, now: datetime) -> ReportPeriod:
    """The days from `first` to `last`, both included. Raises PeriodError."""
    for parameter, day in (("from", first), ("to", last)):
        if not FIRST_DAY <= day <= LAST_DAY:
            raise PeriodError(parameter, "out_of_range", f"a day from {FIRST_DAY} to {LAST_DAY}")
    if first > last:
        raise PeriodError("to", "before_start", "the last day is before the first")
    if (last - first).days >= MAX_DAYS:
        raise PeriodError("from", "too_long", f"at most {MAX_DAYS} days")
    return _between(CUSTOM, first, last, zone, now)


def buckets(period: Period, interval: str) -> list[datetime]:
    """The start of every bucket of a period, aware in its zone. Weeks begin on Monday, the first maybe before it."""
    zone = period.zone
    if interval == "hour":
        # Hours pass in UTC: in the zone one may be missing or there twice.
        start, end = period.start.astimezone(UTC), period.end.astimezone(UTC)
        count = -((start - end) // timedelta(hours=1))
        return [(start + timedelta(hours=hour)).astimezone(zone) for hour in range(count)]
    day, starts = period.first_day, []
    if interval == "week":
        day -= timedelta(days=day.weekday())
    elif interval == "month":
        day = day.replace(day=1)
    while (start := midnight(day, zone)) < period.end:
        starts.append(start)
        day = _next(day, interval)
    return starts


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def span_label(first: date, last: date) -> str:
    """As short as it is clear: 3 Mar 2026; 3 – 9 Mar 2026; 3 Mar – 2 Apr 2026; 3 Dec 2025 – 2 Jan 2026."""
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return end
    if first.year != last.year:
        return f"{first.day} {first:%b %Y} – {end}"
    return f"{first.day} – {end}" if first.month == last.month else f"{first.day} {first:%b} – {end}"


def _between(name: str, first: date, last: date, zone: ZoneInfo, now: datetime) -> ReportPeriod:
    before = _months_before(first, 12) if name == "12mo" else first - (last - first) - timedelta(days=1)
    period = Period(midnight(first, zone), midnight(last + timedelta(days=1), zone), zone)
    previous = Period(midnight(before, zone), period.start, zone)
    includes_now = period.start <= now < period.end
    comparison = _up_to(previous, now - period.start) if includes_now else previous
    return ReportPeriod(name, first, last, period, previous, comparison, includes_now)


def _up_to(period: Period, elapsed: timedelta) -> Period:
    """The part of a period until `elapsed` after its start, rounded up to the comparison's step; never nothing."""
    steps = max(1, -(-elapsed // timedelta(seconds=COMPARISON_STEP_S)))
    end = (period.start.astimezone(UTC) + timedelta(seconds=steps * COMPARISON_STEP_S)).astimezone(period.zone)
    return Period(period.start, min(period.end, end), period.zone)


def _months_before(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _next(day: date, interval: str) -> date:
    if interval == "month":
        return _months_before(day, -1)
    return day + timedelta(days=7 if interval == "week" else 1)
