"""Names of periods as time in a project's zone. Days are the zone's days, so one of them may have 23 or 25 hours."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from reports import day_labels
from tracking.storage.spec import Period

CUSTOM = "custom"
DEFAULT = "30d"
ALL = "all"
LAST_24_HOURS = "24h"
# The periods that have a name, which an address or a question may say.
NAMES = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "7d": _("Last 7 days"),
    "30d": _("Last 30 days"),
    "90d": _("Last 90 days"),
    "12mo": _("Last 12 months"),
    LAST_24_HOURS: _("Last 24 hours"),
    "28d": _("Last 28 days"),
    "91d": _("Last 91 days"),
    "month": _("This month"),
    "last_month": _("Last month"),
    "6mo": _("Last 6 months"),
    "year": _("This year"),
    ALL: _("All time"),
}
# "day": what Plausible calls today.
ALIASES = {"day": "today"}
DAYS = {"today": 1, "7d": 7, "28d": 28, "30d": 30, "90d": 90, "91d": 91}
# Whole months, the last of them being the one that is not over.
MONTHS = {"month": 1, "6mo": 6, "12mo": 12}
HOURS = {"minute": 1 / 60, "hour": 1, "day": 24, "week": 7 * 24, "month": 28 * 24}
INTERVALS = tuple(HOURS)
# More buckets than this are no picture any more, and no answer that a page should wait for.
MAX_BUCKETS = 750
MAX_DAYS = 5 * 366
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
# A comparison ends as far into its last day as the period is into today. To this step, so that it can be cached.
COMPARISON_STEP_S = 300
_MINUTE = timedelta(minutes=1)
# No zone of this century moves its clocks by less.
_SMALLEST_SHIFT = timedelta(minutes=15)

# When the first event of a project occurred; None without any.
Since = Callable[[], datetime | None]


class PeriodError(ValueError):
    """Not a period. `parameter` is the one at fault, `code` says how; str() is a sentence for a person."""

    def __init__(self, parameter: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter
        self.code = code


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """What a report is about, and the same length before it.

    `first` and `last`: the days of the zone that it touches, both included. `is_of_days`: it is all of them; otherwise
    it begins or ends within a day. `previous` ends where `period` begins.
    """

    name: str
    first: date
    last: date
    period: Period
    previous: Period
    includes_now: bool
    is_of_days: bool = True

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def hours(self) -> float:
        """Of days 24 each, whatever the clocks do."""
        if self.is_of_days:
            return self.days * 24
        return (self.period.end.astimezone(UTC) - self.period.start.astimezone(UTC)) / timedelta(hours=1)

    @property
    def label(self) -> str:
        if self.name in NAMES:
            return str(NAMES[self.name])
        return day_labels.of_period(self.period)

    @property
    def interval(self) -> str:
        """The bucket that draws this period best."""
        if self.hours <= 48:
            return "hour" if self.hours > 3 else "minute"
        if self.days > (92 if self.name in ("12mo", "year") else 366):
            return "month"
        return "day" if self.days <= 92 else "week"

    @property
    def intervals(self) -> tuple[str, ...]:
        """The buckets that this period can be counted in, finest first."""
        return tuple(name for name in INTERVALS if self.hours // HOURS[name] <= MAX_BUCKETS)

    @property
    def drawn_intervals(self) -> tuple[str, ...]:
        """Those of them that make a line: at least two buckets."""
        return tuple(name for name in self.intervals if self.hours >= 2 * HOURS[name])


def named(name: str, zone: ZoneInfo, now: datetime, *, since: Since | None = None) -> ReportPeriod:
    """The period of this name at `now`. `since` is asked only for all time; without an answer that is today.
    Raises PeriodError."""
    today = now.astimezone(zone).date()
    name = ALIASES.get(name, name)
    if name == "yesterday":
        yesterday = today - timedelta(days=1)
        return _between(name, yesterday, yesterday, zone, now)
    if name == LAST_24_HOURS:
        # To the full minute, so that whoever asks in the same one asks the same.
        end = (now.astimezone(UTC) + _MINUTE).replace(second=0, microsecond=0)
        return of_moments(end - timedelta(days=1), end, zone, now, name=name)
    if name == "last_month":
        first = months_before(today.replace(day=1), 1)
        return _between(name, first, today.replace(day=1) - timedelta(days=1), zone, now)
    if name in MONTHS:
        return _between(name, months_before(today.replace(day=1), MONTHS[name] - 1), today, zone, now)
    if name == "year":
        return _between(name, today.replace(month=1, day=1), today, zone, now)
    if name == ALL:
        first_event_at = since() if since else None
        first = first_event_at.astimezone(zone).date() if first_event_at else today
        return _between(name, min(max(first, today - timedelta(days=MAX_DAYS - 1)), today), today, zone, now)
    if name not in DAYS:
        raise PeriodError("period", "unknown_period", f"one of {', '.join((*NAMES, CUSTOM))}")
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


def of_moments(start: datetime, end: datetime, zone: ZoneInfo, now: datetime, *, name: str = CUSTOM) -> ReportPeriod:
    """From one moment to another, which is not included any more. Raises PeriodError."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        raise PeriodError("to", "before_start", "the end is not after the start")
    if end - start > timedelta(days=MAX_DAYS):
        raise PeriodError("from", "too_long", f"at most {MAX_DAYS} days")
    period = Period(start.astimezone(zone), end.astimezone(zone), zone)
    first, last = period.first_day, last_day(period)
    if is_of_days(period):
        return _between(name, first, last, zone, now)
    previous = Period((start - (end - start)).astimezone(zone), period.start, zone)
    return ReportPeriod(name, first, last, period, previous, start <= now < end, is_of_days=False)


def buckets(period: Period, interval: str) -> list[datetime]:
    """The start of every bucket of a period, aware in its zone. Weeks begin on Monday, the first maybe before it."""
    zone = period.zone
    if interval in ("minute", "hour"):
        return list(_pieces(period, timedelta(hours=1) if interval == "hour" else _MINUTE))
    day, starts = period.first_day, []
    if interval == "week":
        day -= timedelta(days=day.weekday())
    elif interval == "month":
        day = day.replace(day=1)
    while (start := midnight(day, zone)) < period.end:
        starts.append(start)
        day = _next(day, interval)
    return starts


def following(start: datetime, interval: str) -> datetime:
    """The start of the day, week or month after the one that begins then, aware in its zone."""
    assert isinstance(start.tzinfo, ZoneInfo)
    return midnight(_next(start.date(), interval), start.tzinfo)


def count(period: Period, interval: str) -> int:
    """About how many buckets a period has, and never fewer than that by more than two. At once, however many."""
    length = period.end.astimezone(UTC) - period.start.astimezone(UTC)
    return -(-length // (_MINUTE if interval == "minute" else timedelta(hours=HOURS[interval])))


def label(start: datetime, interval: str) -> str:
    """A bucket as answers name it: its day, or its moment for what is shorter than a day."""
    return start.date().isoformat() if interval in ("day", "week", "month") else start.isoformat()


def _pieces(period: Period, size: timedelta) -> Iterator[datetime]:
    """Hours or minutes, which pass in UTC: in the zone one may be missing or there twice. They begin where the zone's
    clock shows a full one, which is not where it does in UTC, and may move with a change of the clocks by half an hour.
    """
    moment, end, last = period.start.astimezone(UTC), period.end.astimezone(UTC), None
    while moment < end:
        local = moment.astimezone(period.zone)
        into = timedelta(minutes=local.minute if size > _MINUTE else 0, seconds=local.second)
        start = moment - into - timedelta(microseconds=local.microsecond)
        if start != last:
            yield start.astimezone(period.zone)
        last = start
        moment = max(start + size, moment + min(size, _SMALLEST_SHIFT))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _between(name: str, first: date, last: date, zone: ZoneInfo, now: datetime) -> ReportPeriod:
    if name in MONTHS:
        before = months_before(first, MONTHS[name])
    elif name == "last_month":
        before = months_before(first, 1)
    elif name == "year":
        before = first.replace(year=first.year - 1)
    else:
        before = first - (last - first) - timedelta(days=1)
    period = of_days(first, last, zone)
    previous = Period(midnight(before, zone), period.start, zone)
    return ReportPeriod(name, first, last, period, previous, period.start <= now < period.end)


def of_days(first: date, last: date, zone: ZoneInfo) -> Period:
    """The days from `first` to `last`, both included."""
    return Period(midnight(first, zone), midnight(last + timedelta(days=1), zone), zone)


def is_of_days(period: Period) -> bool:
    """Whether it begins and ends with a day."""
    ends = (moment.astimezone(period.zone) for moment in (period.start, period.end))
    return all(midnight(end.date(), period.zone).astimezone(UTC) == end.astimezone(UTC) for end in ends)


def last_day(period: Period) -> date:
    """The last day that it touches."""
    return (period.end.astimezone(UTC) - timedelta(microseconds=1)).astimezone(period.zone).date()


def as_far_as(period: Period, other: Period, now: datetime) -> Period:
    """`other`, when now is within `period` only as far as that has come: as many days, and to the same time of day,
    rounded up to the comparison's step. Never nothing, and never longer than it was."""
    if not period.start <= now < period.end:
        return other
    elapsed = wall(now, period.zone) - wall(period.start, period.zone)
    steps = max(1, -(-elapsed // timedelta(seconds=COMPARISON_STEP_S)))
    end = on_the_clock(wall(other.start, other.zone) + timedelta(seconds=steps * COMPARISON_STEP_S), other.zone)
    # In UTC: two times of one zone are compared by what its clocks show. And where they are changed, the step may be an
    # hour that is not there.
    shortest = other.start.astimezone(UTC) + timedelta(seconds=COMPARISON_STEP_S)
    end = min(other.end.astimezone(UTC), max(end.astimezone(UTC), shortest))
    return Period(other.start, end.astimezone(other.zone), other.zone)


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the zone's clocks show, without the zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def on_the_clock(shown: datetime, zone: ZoneInfo) -> datetime:
    """When the zone's clocks show this, the first time they do; what they leave out is as much later."""
    return shown.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def months_before(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _next(day: date, interval: str) -> date:
    if interval == "month":
        return months_before(day, -1)
    return day + timedelta(days=7 if interval == "week" else 1)
