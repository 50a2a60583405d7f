"""Where an answer was read from, and why, in sentences: how many of its days from what is added up, and which not."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from reports import day_labels, periods
from reports.caveats import days_of
from tracking.storage.spec import Period, StatsQuery, StatsResult

# What the store's tables hold, to a reader. Those of days that are over, and are added up; and single rows.
_ADDED_UP = {
    "analytics_daily": "daily totals",
    "analytics_hourly": "hourly totals",
    "analytics_breakdown": "daily totals by value",
    "analytics_visits": "the visits of closed days",
}
_SINGLE = {"events": "single events", "visits": "single visits"}
MAX_DAYS_NAMED = 3


def sources_in_words(query: StatsQuery, result: StatsResult, now: datetime) -> list[str]:
    """Sentences. Of an answer without a plan, just the tables."""
    parts: dict[str, set[date]] = {}
    for each in result.meta.get("plan") or ():
        parts.setdefault(str(each["table"]), set()).update(_days(each, query.period))
    if not parts:
        return [f"Read from {str(result.meta.get('source', 'events')).replace('+', ' and ')}."]
    asked = days_of(query.period)
    said = [
        f"{_count(days, asked)} from {_ADDED_UP[table]} ({table})."
        for table, days in sorted(parts.items())
        if table in _ADDED_UP
    ]
    single = [table for table in sorted(parts) if table not in _ADDED_UP]
    if single:
        days = set().union(*(parts[table] for table in single))
        said.append(_single(days, single, asked, bool(said), now.astimezone(query.project.zone).date()))
    if rolled_up_at := result.meta.get("rolled_up_at"):
        day = _moment(rolled_up_at, query.period).astimezone(query.period.zone).date()
        said.append(f"Totals are made when a day is over, these on {day_labels.span(day, day)} or later.")
    return said


def _single(days: set[date], tables: list[str], asked: int, is_rest: bool, today: date) -> str:
    what = f"{' and '.join(_SINGLE.get(table, table) for table in tables)} ({', '.join(tables)})"
    others = sorted(days - {today})
    if not others:
        return f"Today from {what}: it is not over."
    if not is_rest:
        return f"{_count(days, asked)} from {what}: not added up yet, or not in the way that is asked here."
    named = [day_labels.span(day, day) for day in others[:MAX_DAYS_NAMED]]
    if len(others) > MAX_DAYS_NAMED:
        named = [f"{len(others)} other days"]
    listed = [*(["today"] if today in days else []), *named]
    text = listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
    return f"{text[0].upper()}{text[1:]} from {what}: not over, or changed since being added up."


def _count(days: set[date], asked: int) -> str:
    if asked == 1:
        return "The day"
    return f"All {asked} days" if len(days) >= asked else f"{len(days)} of {asked} days"


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
