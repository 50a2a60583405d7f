"""Days, hours and spans of time as people read them, in their language."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils.dateformat import format as formatted
from django.utils.translation import gettext, pgettext

from tracking.storage.spec import Period


def day(of: date) -> str:
    """3 Mar 2026"""
    return formatted(of, pgettext("Format of a date: day, month, year", "j M Y"))


def _day_of_year(of: date) -> str:
    """3 Mar"""
    return formatted(of, pgettext("Format of a date: day, month", "j M"))


def span(first: date, last: date) -> str:
    """As short as it is clear: 3 Mar 2026; 3 – 9 Mar 2026; 3 Mar – 2 Apr 2026; 3 Dec 2025 – 2 Jan 2026; March 2026;
    2026."""
    if first == last:
        return day(first)
    after = last + timedelta(days=1)
    if (first.day, after.day) == (1, 1):
        if (first.year, first.month) == (last.year, last.month):
            return formatted(first, "F Y")
        if (first.month, after.month, after.year) == (1, 1, first.year + 1):
            return formatted(first, "Y")
    if first.year != last.year:
        begins = day(first)
    elif first.month != last.month:
        begins = _day_of_year(first)
    else:
        begins = formatted(first, pgettext("Format of a date: day of the month that follows", "j"))
    return gettext("%(first)s – %(last)s") % {"first": begins, "last": day(last)}


def moments(start: datetime, end: datetime) -> str:
    """20 Nov 2026, 08:00 – 12:00; 19 Nov 2026, 20:00 – 20 Nov 2026, 02:00. Both aware, in the zone they are told in."""
    first, last = f"{day(start.date())}, {start:%H:%M}", f"{end:%H:%M}"
    if (end.astimezone(UTC) - timedelta(microseconds=1)).astimezone(end.tzinfo).date() != start.date():
        last = f"{day(end.date())}, {last}"
    return gettext("%(first)s – %(last)s") % {"first": first, "last": last}


def of_period(period: Period) -> str:
    """Days where it is made of them, else moments."""
    start, end = (moment.astimezone(period.zone) for moment in (period.start, period.end))
    if (start.time(), end.time()) == (time(), time()):
        return span(start.date(), end.date() - timedelta(days=1))
    return moments(start, end)


def tick(start: datetime, interval: str) -> str:
    """The start of a bucket, as short as on the axis of a chart."""
    if interval in ("minute", "hour"):
        return f"{start:%H:%M}"
    if interval == "month":
        return formatted(start, "M Y" if start.month == 1 else "M")
    return _day_of_year(start.date())


def bucket(start: datetime, interval: str) -> str:
    """Fri 20 Nov 2026; Week of 16 Nov 2026; November 2026; Fri 20 Nov, 08:00–09:00; Fri 20 Nov, 08:15."""
    weekday = formatted(start, "D")
    if interval == "minute":
        return f"{weekday} {_day_of_year(start.date())}, {start:%H:%M}"
    if interval == "hour":
        end = (start.astimezone(UTC) + timedelta(hours=1)).astimezone(start.tzinfo)
        return f"{weekday} {_day_of_year(start.date())}, {start:%H:%M}–{end:%H:%M}"
    if interval == "month":
        return formatted(start, "F Y")
    if interval == "week":
        return gettext("Week of %(day)s") % {"day": day(start.date())}
    return f"{weekday} {day(start.date())}"
