"""What the rollups of a project must hold, in plain Python from its events and completions: a table a function."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from tracking.storage.rows import CompletionRow, EventRow
from tracking.storage.tests.oracle import COLUMNS, Visit, counts_visitor, screen_size

Tallies = dict[str, Any]
EVENT_ONLY = ("page", "title", "hostname", "event_name", "event_type", "currency")
ENGAGEMENT = ("engaged_ms", "engagements", "scroll_sum", "scrolls")
VISIT_TALLIES = ("visits", "known_visits", "bounces", "duration_s", "views", "converted")
SHARED = (
    "source", "referrer", "channel", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "country",
    "region", "city", "browser", "browser_version", "os", "os_version", "device", "screen_size", "language",
)  # fmt: skip


class AddedUp:
    """Of one project's events, all of them known."""

    def __init__(self, events: Iterable[EventRow], completions: Iterable[CompletionRow], zone: ZoneInfo) -> None:
        self.zone = zone
        self.events = [event for event in events if event.session_id]
        sessions = sorted(self.events, key=lambda event: event.session_id)
        self.visits = [Visit(group) for _, group in groupby(sessions, key=lambda event: event.session_id)]
        self.goals_of: dict[Any, list[str]] = defaultdict(list)
        for each in completions:
            self.goals_of[each.event_id].append(str(each.goal_id))

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def events_of(self, day: date) -> list[EventRow]:
        return [event for event in self.events if self.local(event.occurred_at).date() == day]

    def visits_of(self, day: date) -> list[Visit]:
        return [visit for visit in self.visits if self.local(visit.started_at).date() == day]

    # --- Tallies ----------------------------------------------------------------------------------------------------
    def of_events(self, events: Sequence[EventRow]) -> Tallies:
        paid = [event for event in events if event.value is not None]
        pages: dict[Any, list[EventRow]] = defaultdict(list)
        for event in events:
            if event.event_type == "engagement":
                pages[event.session_id, event.path].append(event)
        engaged = [[e.engaged_ms for e in page if e.engaged_ms is not None] for page in pages.values()]
        depths = [[e.scroll_depth for e in page if e.scroll_depth is not None] for page in pages.values()]
        return {
            "visitors": len({event.visitor_id for event in events if counts_visitor(event)}),
            "pageviews": sum(event.event_type == "pageview" for event in events),
            "events": sum(event.event_type == "custom" for event in events),
            "revenue": round(sum(event.value for event in paid), 6) if paid else None,
            "currency_low": min((event.currency for event in paid), default=None),
            "currency_high": max((event.currency for event in paid), default=None),
            "engaged_ms": sum(map(sum, engaged)) if pages else None,
            "engagements": sum(map(bool, engaged)) if pages else None,
            "scroll_sum": sum(max(page) for page in depths if page) if pages else None,
            "scrolls": sum(map(bool, depths)) if pages else None,
            "completions": sum(len(self.goals_of[event.event_id]) for event in events) if events else None,
        }

    def of_visits(self, visits: Sequence[Visit]) -> Tallies:
        return {
            "visits": len(visits),
            "known_visits": len(visits),
            "bounces": sum(visit.is_bounce for visit in visits),
            "duration_s": round(sum(visit.duration_s for visit in visits), 6),
            "views": sum(visit.pageviews for visit in visits),
            "converted": sum(any(self.goals_of[event.event_id] for event in visit.all) for visit in visits),
        }

    # --- Tables -----------------------------------------------------------------------------------------------------
    def daily(self, day: date) -> Tallies:
        visits = self.visits_of(day)
        starters = {
            "starters": len({visit.first.visitor_id for visit in visits}),
            "visit_events": sum(visit.custom_events for visit in visits),
        }
        return self.of_events(self.events_of(day)) | self.of_visits(visits) | starters

    def hourly(self, day: date) -> dict[datetime, Tallies]:
        def hour(moment: datetime) -> datetime:
            # Back by the minutes that the clock shows: an hour that a change repeats or cuts short is one of its own.
            local = self.local(moment)
            past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            return moment.astimezone(UTC) - past

        events, visits = defaultdict(list), defaultdict(list)
        for event in self.events_of(day):
            events[hour(event.occurred_at)].append(event)
        for visit in self.visits_of(day):
            visits[hour(visit.started_at)].append(visit)
        return {start: self.of_events(events[start]) | self.of_visits(visits[start]) for start in {*events, *visits}}

    def breakdown(self, day: date, dimension: str) -> dict[str, Tallies]:
        """By value, without a cap."""
        visits = self.visits_of(day)
        if dimension in ("entry_page", "exit_page"):
            return {
                value: dict.fromkeys(self.of_events([]))
                | self.of_visits(found)
                | {
                    "visitors": len({visit.first.visitor_id for visit in found}),
                    "pageviews": sum(visit.pageviews for visit in found),
                    "events": sum(visit.custom_events for visit in found),
                }
                for value, found in _by(visits, lambda visit: [getattr(visit, dimension)]).items()
            }
        events = _by(self.events_of(day), lambda event: self.values(event, dimension))
        if dimension in SHARED:
            started = _by(visits, lambda visit: self.values(visit.first, dimension))
            return {
                value: self.of_events(events.get(value, [])) | self.of_visits(started.get(value, []))
                for value in {*events, *started}
            }
        without = dict.fromkeys(VISIT_TALLIES) | ({} if dimension == "page" else dict.fromkeys(ENGAGEMENT))
        found = {value: self.of_events(rows) | without for value, rows in events.items()}
        if dimension == "goal":
            for value, sums in found.items():  # who reached it counts, by whatever event it was
                visitors = len({event.visitor_id for event in events[value]})
                found[value] = sums | {"completions": len(events[value]), "visitors": visitors}
        return found

    def values(self, event: EventRow, dimension: str) -> list[str]:
        if dimension == "goal":
            return self.goals_of[event.event_id]
        if dimension == "screen_size":
            return [screen_size(event.screen_width)]
        value = getattr(event, COLUMNS.get(dimension, dimension))
        return [] if dimension == "event_name" and not value else [value]


def _by(rows: Iterable[Any], values: Callable[[Any], list[str]]) -> dict[str, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        for value in values(row):
            found[value].append(row)
    return found


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
