"""The slow and obvious way to answer a question: from lists of events and completions, in plain Python.

It shares the registries' names with the store and nothing else: no formula, no SQL, no plan.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from tracking.event_types import EVENT_TYPES
from tracking.storage.rows import CompletionRow, EventRow
from tracking.storage.spec import AllOf, AnyOf, Condition, Filter, HasDone, Not, Row, StatsQuery

OF_EVENTS = {"page", "title", "hostname", "event_name", "event_type", "currency", "goal"}
OF_VISITS = {"entry_page", "exit_page"}
COLUMNS = {"page": "path", "device": "device_type"}
DATE_INTERVALS = {"day", "week", "month"}


class Visit:
    """A visit of these events; the order of the events in time decides, and of their ids at the same instant."""

    def __init__(self, events: Iterable[EventRow]) -> None:
        self.all = sorted(events, key=lambda event: (event.occurred_at, event.event_id))
        opening = [event for event in self.all if EVENT_TYPES[event.event_type].opens_visit]
        self.first = opening[0] if opening else self.all[0]
        self.entry_page = opening[0].path if opening else ""
        self.exit_page = opening[-1].path if opening else ""
        self.started_at = self.first.session_started_at
        self.pageviews = sum(event.event_type == "pageview" for event in self.all)
        self.custom_events = sum(event.event_type == "custom" for event in self.all)
        interactions = sum(EVENT_TYPES[event.event_type].is_interactive for event in self.all)
        self.is_bounce = self.pageviews <= 1 and interactions == 0
        began_at = opening[0].occurred_at if opening else self.started_at
        self.duration_s = (self.all[-1].occurred_at - began_at).total_seconds()


def counts_visitor(event: EventRow) -> bool:
    return EVENT_TYPES[event.event_type].counts_visitor


def is_about_goals(conditions: Iterable[Condition]) -> bool:
    return any("goal" in names_in(each) for each in conditions)


def is_of_events(name: str) -> bool:
    return name in OF_EVENTS or name.startswith("prop:")


def names_in(condition: Condition) -> set[str]:
    """The dimensions that an event itself must have."""
    match condition:
        case Filter(dimension):
            return {dimension}
        case AllOf(inner) | AnyOf(inner):
            return {name for each in inner for name in names_in(each)}
        case Not(one):
            return names_in(one)
    return set()


def is_about(text: str, each: Filter) -> bool:
    """What the operator without its negation says of a value."""
    how = each.operator.removesuffix("_not")
    if how == "matches":
        return any(re.search(value, text, 0 if each.case_sensitive else re.IGNORECASE) for value in each.values)
    values = each.values
    if not each.case_sensitive:
        text, values = text.lower(), tuple(value.lower() for value in values)
    if how == "contains":
        return any(value in text for value in values)
    return text in values


def property_text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value)


def screen_size(width: int | None) -> str:
    if width is None:
        return ""
    for limit, name in ((576, "Mobile"), (992, "Tablet"), (1440, "Laptop")):
        if width < limit:
            return name
    return "Desktop"


class Oracle:
    def __init__(
        self, events: Iterable[EventRow], query: StatsQuery, completions: Iterable[CompletionRow] = ()
    ) -> None:
        self.query = query
        self.events = [each for each in events if each.project_id == query.project.id and each.session_id]
        by_session = sorted(self.events, key=lambda event: event.session_id)
        self.visit_of = {key: Visit(group) for key, group in groupby(by_session, key=lambda event: event.session_id)}
        self.goals_of: dict[Hashable, list[str]] = defaultdict(list)
        for each in completions:
            if each.project_id == query.project.id:
                self.goals_of[each.event_id].append(str(each.goal_id))
        self.done: dict[tuple[Condition, int], bool] = {}

    # --- Values and conditions --------------------------------------------------------------------------------------
    def is_wanted(self, goal: str) -> bool:
        """Whether it is one of those that filters which must hold are about."""
        asked = [
            each
            for each in self.conjuncts(self.query.filters)
            if isinstance(each, Filter) and each.dimension == "goal" and not each.operator.endswith("_not")
        ]
        return not asked or any(is_about(goal, each) for each in asked)

    def wanted_goals(self, event: EventRow) -> list[str]:
        return [goal for goal in self.goals_of[event.event_id] if self.is_wanted(goal)]

    def counts(self, event: EventRow, *, is_total: bool = False) -> bool:
        """Whether it counts its visitor in this question; of all rows together it is asked without its dimensions."""
        is_of_goals = ("goal" in self.query.dimensions and not is_total) or is_about_goals(self.query.filters)
        return counts_visitor(event) or (is_of_goals and event.event_type == "engagement")

    def values(self, event: EventRow, name: str) -> list[str]:
        """One; of goals as many as the event reached."""
        visit = self.visit_of[event.session_id]
        if name == "goal":
            return self.goals_of[event.event_id]
        if name in OF_VISITS:
            return [getattr(visit, name)]
        if name.startswith("prop:"):
            return [property_text((event.custom_data or {}).get(name.removeprefix("prop:")))]
        if name == "screen_size":
            return [screen_size(event.screen_width)]
        return [getattr(event, COLUMNS.get(name, name))]

    def holds(self, condition: Condition, event: EventRow) -> bool:
        match condition:
            case Filter(dimension, operator):
                is_so = any(is_about(value, condition) for value in self.values(event, dimension))
                return is_so != operator.endswith("_not")
            case AllOf(inner):
                return all(self.holds(each, event) for each in inner)
            case AnyOf(inner):
                return any(self.holds(each, event) for each in inner)
            case Not(one):
                return not self.holds(one, event)
            case HasDone(one):
                return self.has_done(one, event.visitor_id)
        raise AssertionError(condition)

    def has_done(self, condition: Condition, visitor_id: int) -> bool:
        key = condition, visitor_id
        if key not in self.done:
            self.done[key] = any(
                self.holds(condition, event)
                for event in self.events
                if event.visitor_id == visitor_id
                and (counts_visitor(event) or (is_about_goals((condition,)) and event.event_type == "engagement"))
                and self.is_within(event.occurred_at)
            )
        return self.done[key]

    def fulfils(self, event: EventRow) -> bool:
        return all(self.holds(each, event) for each in self.query.filters)

    def visit_fulfils(self, visit: Visit) -> bool:
        if not any(is_of_events(name) for each in self.query.filters for name in names_in(each)):
            return self.fulfils(visit.first)
        return any(
            self.fulfils(event) for event in visit.all if self.counts(event) and self.is_within(event.occurred_at)
        )

    # --- Keys -------------------------------------------------------------------------------------------------------
    def is_within(self, moment: datetime) -> bool:
        return self.query.period.start <= moment < self.query.period.end

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.query.project.zone).date()

    def bucket(self, moment: datetime) -> str:
        local = moment.astimezone(self.query.project.zone)
        match self.query.interval:
            case "minute":
                return local.replace(second=0, microsecond=0).isoformat()
            case "hour":
                # Back by the minutes that the clock shows: an hour that a change cuts short is one of its own.
                past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
                return (moment.astimezone(UTC) - past).astimezone(self.query.project.zone).isoformat()
            case "day":
                return local.date().isoformat()
            case "week":
                return (local.date() - timedelta(days=local.weekday())).isoformat()
            case "month":
                return local.date().replace(day=1).isoformat()
        raise AssertionError(self.query.interval)

    def keys(self, event: EventRow, moment: datetime) -> list[tuple[str, ...]]:
        """The rows that an event is in: one, but by goal as many as it reached."""
        found: list[tuple[str, ...]] = [(self.bucket(moment),) if self.query.interval else ()]
        for name in self.query.dimensions:
            values = self.wanted_goals(event) if name == "goal" else self.values(event, name)
            found = [(*keys, value) for keys in found for value in values]
        return found

    # --- The answer -------------------------------------------------------------------------------------------------
    def home(self) -> str:
        for names in (set(self.query.dimensions), {name for each in self.query.filters for name in names_in(each)}):
            if any(is_of_events(name) for name in names):
                return "events"
            if names & OF_VISITS:
                return "visits"
        return "both"

    def rows(self) -> list[Row]:
        """Unordered, every row."""
        home = self.home()
        events: dict[tuple, list[EventRow]] = defaultdict(list)
        visits: dict[tuple, list[Visit]] = defaultdict(list)
        matching: list[EventRow] = []
        if home != "visits":
            matching = [event for event in self.events if self.is_within(event.occurred_at) and self.fulfils(event)]
            for event in matching:
                if "event_name" not in self.query.dimensions or event.event_name:
                    for keys in self.keys(event, event.occurred_at):
                        events[keys].append(event)
        if home == "events":
            for keys, found in events.items():
                visits[keys] = list(
                    {e.session_id: self.visit_of[e.session_id] for e in found if self.counts(e)}.values()
                )
        else:
            for visit in self.visit_of.values():
                if self.is_within(visit.started_at) and self.visit_fulfils(visit):
                    for keys in self.keys(visit.first, visit.started_at):
                        visits[keys].append(visit)
        if not self.query.dimensions and not self.query.interval:
            events[()], visits[()]
        whole = Figures(self, home, matching, [visit for group in visits.values() for visit in group])
        everyone, all_visits = whole.visitors(is_total=True), self.all_visits()
        found = []
        for keys in sorted(events.keys() | visits.keys()):
            figures = Figures(self, home, events[keys], visits[keys], everyone, all_visits(keys))
            if not keys or any(figures.is_something(name) for name in self.query.metrics):
                found.append(Row(keys, tuple(figures.metric(name) for name in self.query.metrics)))
        return found

    def all_visits(self) -> Callable[[tuple[str, ...]], int | None]:
        """By the keys of a row: the visits that the question leaves when it does not speak of goals."""
        query = self.query
        conjuncts = self.conjuncts(query.filters)
        left = tuple(each for each in conjuncts if "goal" not in names_in(each))
        if len(left) == len(conjuncts) and "goal" not in query.dimensions:
            return lambda keys: None
        dimensions = tuple(name for name in query.dimensions if name != "goal")
        other = replace(query, metrics=("visits",), dimensions=dimensions, filters=left)
        oracle = Oracle(self.events, other, ())
        oracle.goals_of = self.goals_of
        visits = {row.dimensions: int(row.metrics[0] or 0) for row in oracle.rows()}
        names = (["interval"] if query.interval else []) + list(query.dimensions)
        return lambda keys: visits.get(tuple(key for name, key in zip(names, keys, strict=True) if name != "goal"), 0)

    def conjuncts(self, conditions: Sequence[Condition]) -> list[Condition]:
        return [
            one
            for each in conditions
            for one in (self.conjuncts(each.conditions) if isinstance(each, AllOf) else [each])
        ]


class Figures:
    """The numbers of one row. home: which of its events and visits it is about."""

    def __init__(
        self,
        oracle: Oracle,
        home: str,
        events: list[EventRow],
        visits: list[Visit],
        everyone: int = 0,
        all_visits: int | None = None,
    ) -> None:
        self.oracle, self.visits, self.everyone = oracle, visits, everyone
        self.is_alone = home == "visits"
        self.events = [event for visit in visits for event in visit.all] if self.is_alone else events
        self.all_visits = len(visits) if all_visits is None else all_visits

    def metric(self, name: str) -> float | None:
        # The fields have the names of two metrics.
        return getattr(self, {"events": "custom_events", "visits": "number_of_visits"}.get(name, name))()

    def is_something(self, name: str) -> bool:
        if name in {"views_per_visit", "bounce_rate", "visit_duration", "conversion_rate"}:
            return bool(self.visits)
        if name == "revenue":
            return bool(self.paid())
        if name == "percentage":
            return bool(self.visitors())
        return bool(self.metric(name)) or (name in {"time_on_page", "scroll_depth"} and self.metric(name) is not None)

    def visitors(self, *, is_total: bool = False) -> int:
        if self.is_alone:
            seen = [(visit.started_at, visit.first.visitor_id) for visit in self.visits]
        else:
            counted = (event for event in self.events if self.oracle.counts(event, is_total=is_total))
            seen = [(event.occurred_at, event.visitor_id) for event in counted]
        if self.oracle.query.project.is_cookieless:
            return len({(self.oracle.day(moment), visitor_id) for moment, visitor_id in seen})
        return len({visitor_id for _, visitor_id in seen})

    def pageviews(self) -> int:
        return sum(event.event_type == "pageview" for event in self.events)

    def custom_events(self) -> int:
        return sum(event.event_type == "custom" for event in self.events)

    def percentage(self) -> float | None:
        return 100 * self.visitors() / self.everyone if self.everyone else None

    def paid(self) -> list[EventRow]:
        return [event for event in self.events if event.value is not None]

    def revenue(self) -> float | None:
        if len({event.currency for event in self.paid()}) != 1:
            return None
        return sum(event.value or 0 for event in self.paid())

    def completions(self) -> int:
        if "goal" in self.oracle.query.dimensions:
            return len(self.events)
        return sum(len(self.oracle.wanted_goals(event)) for event in self.events)

    def page_visits(self, field: str) -> list[list[int]]:
        """What is known of each page in each visit and on each day."""
        found = defaultdict(list)
        for event in self.events:
            if event.event_type == "engagement" and getattr(event, field) is not None:
                page = self.oracle.day(event.occurred_at), event.session_id, event.path
                found[page].append(getattr(event, field))
        return list(found.values())

    def time_on_page(self) -> float | None:
        known = self.page_visits("engaged_ms")
        return sum(map(sum, known)) / 1000 / len(known) if known else None

    def scroll_depth(self) -> float | None:
        known = self.page_visits("scroll_depth")
        return sum(map(max, known)) / len(known) if known else None

    def number_of_visits(self) -> int:
        return len(self.visits)

    def views_per_visit(self) -> float | None:
        return sum(visit.pageviews for visit in self.visits) / len(self.visits) if self.visits else None

    def bounce_rate(self) -> float | None:
        return 100 * sum(visit.is_bounce for visit in self.visits) / len(self.visits) if self.visits else None

    def visit_duration(self) -> float | None:
        return sum(visit.duration_s for visit in self.visits) / len(self.visits) if self.visits else None

    def converted_visits(self) -> int:
        return sum(any(map(self.oracle.wanted_goals, visit.all)) for visit in self.visits)

    def conversion_rate(self) -> float | None:
        return 100 * self.converted_visits() / self.all_visits if self.all_visits else None
