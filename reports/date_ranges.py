"""The `date_range` of a question in JSON: a name, two dates, or two moments."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reports import periods
from reports.faults import Faults, kind, one_of, shown
from reports.periods import PeriodError, ReportPeriod, Since
from tracking.storage.spec import Period

LAST_24_HOURS = "24h"
NAMES = ("day", *periods.NAMES, LAST_24_HOURS)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    _DATE.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)
_EXAMPLES = '["2026-11-01", "2026-11-30"] or ["2026-11-20T08:00:00+01:00", "2026-11-20T12:00:00+01:00"]'
POSSIBLE = f"{one_of(NAMES)}, or two dates or moments such as {_EXAMPLES}"


@dataclass(frozen=True, slots=True)
class DateRange:
    """`days`: the same as days of the zone, None when it is not made of whole ones."""

    name: str
    period: Period
    days: ReportPeriod | None
    includes_now: bool

    @property
    def interval(self) -> str:
        """The bucket that draws it best."""
        if self.days is not None:
            return self.days.interval
        hours = (self.period.end.astimezone(UTC) - self.period.start.astimezone(UTC)) / timedelta(hours=1)
        if hours <= 3:
            return "minute"
        return "hour" if hours <= 48 else "day" if hours <= 92 * 24 else "week" if hours <= 366 * 24 else "month"


def parse(
    value: object, pointer: str, faults: Faults, *, zone: ZoneInfo, now: datetime, since: Since
) -> DateRange | None:
    """The range, or None and a fault. Two dates are both included; of two moments the second is not."""
    try:
        if isinstance(value, str):
            return _named(value, zone, now, since)
        if not isinstance(value, list) or len(value) != 2 or not all(isinstance(each, str) for each in value):
            detail = shown(value) if isinstance(value, str) else kind(value)
            faults.add(pointer, "not_a_date_range", f"{POSSIBLE}; not {detail}")
            return None
        return _between(value, zone, now)
    except PeriodError as error:
        place = {"from": "/0", "to": "/1"}.get(error.parameter, "")
        faults.add(pointer + place, error.code, str(error))
        return None


def _named(name: str, zone: ZoneInfo, now: datetime, since: Since) -> DateRange:
    if name == LAST_24_HOURS:
        # To the full minute, so that whoever asks in the same one asks the same.
        end = (now + timedelta(minutes=1)).replace(second=0, microsecond=0)
        start = end - timedelta(days=1)
        return DateRange(name, Period(start.astimezone(zone), end.astimezone(zone), zone), None, True)
    if name not in NAMES:
        raise PeriodError("period", "unknown_date_range", f"“{shown(name)}”: {POSSIBLE}")
    return of_days(periods.named(name, zone, now, since=since))


def of_days(days: ReportPeriod) -> DateRange:
    return DateRange(days.name, days.period, days, days.includes_now)


def _between(value: list[Any], zone: ZoneInfo, now: datetime) -> DateRange:
    texts = list(zip(("from", "to"), value, strict=True))
    if all(_DATE.fullmatch(text) for text in value):
        first, last = (_date(parameter, text) for parameter, text in texts)
        return of_days(periods.custom(first, last, zone, now))
    start, end = (_moment(parameter, text, zone) for parameter, text in texts)
    if end.astimezone(UTC) <= start.astimezone(UTC):
        raise PeriodError("to", "before_start", "the end is not after the start")
    if end - start > timedelta(days=periods.MAX_DAYS):
        raise PeriodError("from", "too_long", f"at most {periods.MAX_DAYS} days")
    first, after = start.date(), end.date()
    if (periods.midnight(first, zone), periods.midnight(after, zone)) == (start, end):
        return of_days(periods.custom(first, after - timedelta(days=1), zone, now))
    return DateRange(periods.CUSTOM, Period(start, end, zone), None, start <= now < end)


def _date(parameter: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PeriodError(parameter, "invalid_date", f"“{text}”: no such day") from None


def _moment(parameter: str, text: str, zone: ZoneInfo) -> datetime:
    """Aware, in the zone; without an offset it is what the zone's clocks show."""
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        detail = f"“{shown(text)}”: both a date (2026-11-01) or both a moment (2026-11-20T08:00:00+01:00)"
        raise PeriodError(parameter, "invalid_date", detail) from None
    if not periods.FIRST_DAY <= moment.date() <= periods.LAST_DAY:
        raise PeriodError(parameter, "out_of_range", f"a day from {periods.FIRST_DAY} to {periods.LAST_DAY}")
    return moment.astimezone(zone) if moment.tzinfo else periods.on_the_clock(moment, zone)
