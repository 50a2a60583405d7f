"""Ranges of time in texts: a name, two dates, or two moments. The `date_range` of a question in JSON."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reports import periods
from reports.faults import Faults, kind, one_of, shown
from reports.periods import PeriodError, ReportPeriod, Since

NAMES = ("day", *periods.NAMES)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    _DATE.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)
_EXAMPLES = '["2026-11-01", "2026-11-30"] or ["2026-11-20T08:00:00+01:00", "2026-11-20T12:00:00+01:00"]'
POSSIBLE = f"{one_of(NAMES)}, or two dates or moments such as {_EXAMPLES}"


def parse(
    value: object, pointer: str, faults: Faults, *, zone: ZoneInfo, now: datetime, since: Since
) -> ReportPeriod | None:
    """The range, or None and a fault. Two dates are both included; of two moments the second is not."""
    try:
        if isinstance(value, str):
            return _named(value, zone, now, since)
        if not isinstance(value, list) or len(value) != 2 or not all(isinstance(each, str) for each in value):
            detail = shown(value) if isinstance(value, str) else kind(value)
            faults.add(pointer, "not_a_date_range", f"{POSSIBLE}; not {detail}")
            return None
        return between(value[0], value[1], zone, now)
    except PeriodError as error:
        place = {"from": "/0", "to": "/1"}.get(error.parameter, "")
        faults.add(pointer + place, error.code, str(error))
        return None


def _named(name: str, zone: ZoneInfo, now: datetime, since: Since) -> ReportPeriod:
    if name not in NAMES:
        raise PeriodError("period", "unknown_date_range", f"“{shown(name)}”: {POSSIBLE}")
    return periods.named(name, zone, now, since=since)


def between(first: str, last: str, zone: ZoneInfo, now: datetime) -> ReportPeriod:
    """From one day or moment to another one, as texts. Raises PeriodError, whose parameter is `from` or `to`."""
    if _DATE.fullmatch(first) and _DATE.fullmatch(last):
        return periods.custom(_date("from", first), _date("to", last), zone, now)
    return periods.of_moments(_moment("from", first, zone), _moment("to", last, zone), zone, now)


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
