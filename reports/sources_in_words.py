"""Where an answer was read from, and why, in sentences: how many of its days from what is added up, and which not."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from reports import day_labels, periods
from reports.caveats import days_of
from tracking.storage.spec import Period, StatsQuery, StatsResult

# What the store's tables hold, to a reader. Those of days that are over, and are added up; and single rows.
_ADDED_UP = {
    "analytics_daily": _("daily totals"),
    "analytics_hourly": _("hourly totals"),
    "analytics_breakdown": _("daily totals by value"),
    "analytics_visits": _("the visits of closed days"),
}
_SINGLE = {"events": _("single events"), "visits": _("single visits")}
MAX_DAYS_NAMED = 3


def sources_in_words(query: StatsQuery, result: StatsResult, now: datetime) -> list[str]:
    """Sentences. Of an answer without a plan, just the tables."""
    parts: dict[str, set[date]] = {}
    for each in result.meta.get("plan") or ():
        parts.setdefault(str(each["table"]), set()).update(_days(each, query.period))
    if not parts:
        return [
            gettext("Read from %(tables)s.") % {"tables": _listed(str(result.meta.get("source", "events")).split("+"))}
        ]
    asked = days_of(query.period)
    said = [
        gettext("%(days)s from %(what)s.") % {"days": _count(days, asked), "what": _what([table], _ADDED_UP)}
        for table, days in sorted(parts.items())
        if table in _ADDED_UP
    ]
    single = [table for table in sorted(parts) if table not in _ADDED_UP]
    if single:
        days = set().union(*(parts[table] for table in single))
        said.append(_single(days, single, asked, bool(said), now.astimezone(query.project.zone).date()))
    if rolled_up_at := result.meta.get("rolled_up_at"):
        day = _moment(rolled_up_at, query.period).astimezone(query.period.zone).date()
        told = gettext("Totals are made when a day is over, these on %(day)s or later.")
        said.append(told % {"day": day_labels.day(day)})
    return said


def _single(days: set[date], tables: list[str], asked: int, is_rest: bool, today: date) -> str:
    what = _what(tables, _SINGLE)
    others = sorted(days - {today})
    if not others:
        return gettext("Today from %(what)s: it is not over.") % {"what": what}
    if not is_rest:
        said = gettext("%(days)s from %(what)s: not added up yet, or not in the way that is asked here.")
        return said % {"days": _count(days, asked), "what": what}
    named = [day_labels.day(day) for day in others]
    if len(others) > MAX_DAYS_NAMED:
        named = [ngettext("%(count)s other day", "%(count)s other days", len(others)) % {"count": len(others)}]
    text = _listed([*([gettext("today")] if today in days else []), *named])
    said = gettext("%(days)s from %(what)s: not over, or changed since being added up.")
    return said % {"days": f"{text[0].upper()}{text[1:]}", "what": what}


def _count(days: set[date], asked: int) -> str:
    if asked == 1:
        return gettext("The day")
    said = gettext("All %(asked)s days") if len(days) >= asked else gettext("%(count)s of %(asked)s days")
    return said % {"count": len(days), "asked": asked}


def _what(tables: list[str], names: Mapping[str, str]) -> str:
    """single events and single visits (events, visits)"""
    return f"{_listed([gettext(names.get(table, table)) for table in tables])} ({', '.join(tables)})"


def _listed(words: list[str]) -> str:
    """today, 3 Mar 2026 and 4 Mar 2026"""
    *first, last = words
    return gettext("%(first)s and %(second)s") % {"first": ", ".join(first), "second": last} if first else last


def _days(part: Mapping[str, Any], period: Period) -> set[date]:
    """The days of the zone that a part of the plan touches."""
    start, end = _moment(part["from"], period), _moment(part["to"], period)
    if start >= end:
        return set()
    span = Period(start, end, period.zone)
    return {span.first_day + timedelta(days=index) for index in range(days_of(span))}


def _moment(text: str, period: Period) -> datetime:
    """A bound of a plan's part: a moment, or a day, which begins at its midnight."""
    if "T" in text:
        return datetime.fromisoformat(text).astimezone(UTC)
    return periods.midnight(date.fromisoformat(text), period.zone).astimezone(UTC)
