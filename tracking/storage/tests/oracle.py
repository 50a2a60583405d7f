"""The slow and obvious way to answer a question: from a list of events, in plain Python, one definition a function."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby

from tracking.event_types import EVENT_TYPES
from tracking.storage.rows import EventRow
from tracking.storage.spec import DIMENSIONS, METRICS, Dimension, Filter, Row, Source, StatsQuery


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

    def value(self, dimension: Dimension) -> str:
        if dimension.in_events:
            return getattr(self.first, dimension.column)
        return getattr(self, dimension.column)


def holds(each: Filter, value: str) -> bool:
    match each.operator:
        case "is":
            return value in each.values
        case "is_not":
            return value not in each.values
        case "contains":
            return any(part.lower() in value.lower() for part in each.values)
        case "contains_not":
            return not any(part.lower() in value.lower() for part in each.values)
    raise AssertionError(each.operator)


class Oracle:
    def __init__(self, events: Iterable[EventRow], query: StatsQuery) -> None:
        self.query = query
        mine = [event for event in events if event.project_id == query.project.id]
        by_session = sorted(mine, key=lambda event: event.session_id)
        self.visit_of = {key: Visit(group) for key, group in groupby(by_session, key=lambda event: event.session_id)}
        self.events = [event for event in mine if EVENT_TYPES[event.event_type].counts_visitor]

    # --- Which events and visits a question is about ----------------------------------------------------------------
    def value(self, event: EventRow, name: str) -> str:
        dimension = DIMENSIONS[name]
        return getattr(event, dimension.column) if dimension.in_events else self.visit(event).value(dimension)

    def visit(self, event: EventRow) -> Visit:
        return self.visit_of[event.session_id]

    def is_within(self, moment: datetime) -> bool:
        return self.query.period.start <= moment < self.query.period.end

    def matching_events(self) -> list[EventRow]:
        return [
            event
            for event in self.events
            if self.is_within(event.occurred_at)
            and all(holds(each, self.value(event, each.dimension)) for each in self.query.filters)
            and ("event_name" not in self.query.dimensions or event.event_name)
        ]

    def matching_visits(self) -> list[Visit]:
        of_visits = [each for each in self.query.filters if DIMENSIONS[each.dimension].in_visits]
        of_events = [each for each in self.query.filters if not DIMENSIONS[each.dimension].in_visits]

        def has_event(visit: Visit) -> bool:
            return not of_events or any(
                all(holds(each, self.value(event, each.dimension)) for each in of_events)
                for event in visit.all
                if EVENT_TYPES[event.event_type].counts_visitor and event.occurred_at >= self.query.period.start
            )

        return [
            visit
            for visit in self.visit_of.values()
            if self.is_within(visit.started_at)
            and all(holds(each, visit.value(DIMENSIONS[each.dimension])) for each in of_visits)
            and has_event(visit)
        ]

    # --- Buckets ----------------------------------------------------------------------------------------------------
    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.query.project.zone).date()

    def bucket(self, moment: datetime) -> str:
        local = moment.astimezone(self.query.project.zone)
        match self.query.interval:
            case "minute":
                return local.replace(second=0, microsecond=0).isoformat()
            case "hour":
                return local.replace(minute=0, second=0, microsecond=0).isoformat()
            case "day":
                return local.date().isoformat()
            case "week":
                return (local.date() - timedelta(days=local.weekday())).isoformat()
            case "month":
                return local.date().replace(day=1).isoformat()
        raise AssertionError(self.query.interval)

    def keys_of_event(self, event: EventRow) -> tuple[str, ...]:
        bucket = (self.bucket(event.occurred_at),) if self.query.interval else ()
        return bucket + tuple(self.value(event, name) for name in self.query.dimensions)

    def keys_of_visit(self, visit: Visit) -> tuple[str, ...]:
        bucket = (self.bucket(visit.started_at),) if self.query.interval else ()
        return bucket + tuple(visit.value(DIMENSIONS[name]) for name in self.query.dimensions)

    # --- The answer -------------------------------------------------------------------------------------------------
    def homes(self) -> set[Source]:
        dimensions = [DIMENSIONS[name] for name in self.query.dimensions]
        filtered = [DIMENSIONS[each.dimension] for each in self.query.filters]
        for asked in (dimensions, filtered):
            if any(not dimension.in_visits for dimension in asked):
                return {Source.EVENTS}
            if any(not dimension.in_events for dimension in asked):
                return {Source.VISITS}
        return {Source.EVENTS, Source.VISITS}

    def visitors(self, seen: Iterable[tuple[datetime, int]]) -> int:
        if self.query.project.is_cookieless:
            return len({(self.day(moment), visitor_id) for moment, visitor_id in seen})
        return len({visitor_id for _, visitor_id in seen})

    def rows(self) -> list[Row]:
        """Unordered, every row."""
        homes = self.homes()
        events: dict[tuple, list[EventRow]] = defaultdict(list)
        visits: dict[tuple, list[Visit]] = defaultdict(list)
        if homes != {Source.VISITS} and self.asks_for(Source.EVENTS, homes):
            for event in self.matching_events():
                events[self.keys_of_event(event)].append(event)
        if homes == {Source.EVENTS}:
            for keys, found in events.items():
                visits[keys] = list({event.session_id: self.visit(event) for event in found}.values())
        elif self.asks_for(Source.VISITS, homes):
            for visit in self.matching_visits():
                visits[self.keys_of_visit(visit)].append(visit)
        if not self.query.dimensions and not self.query.interval:
            events[()], visits[()]
        if homes == {Source.VISITS}:
            everyone = self.visitors((v.started_at, v.first.visitor_id) for group in visits.values() for v in group)
        else:
            everyone = self.visitors((e.occurred_at, e.visitor_id) for group in events.values() for e in group)
        return [
            Row(
                keys,
                tuple(self.metric(name, homes, events[keys], visits[keys], everyone) for name in self.query.metrics),
            )
            for keys in sorted(events.keys() | visits.keys())
        ]

    def asks_for(self, home: Source, homes: set[Source]) -> bool:
        return len(homes) == 1 or any(METRICS[name].home is home for name in self.query.metrics)

    def metric(
        self, name: str, homes: set[Source], events: list[EventRow], visits: list[Visit], everyone: int
    ) -> float | None:
        if homes == {Source.VISITS}:
            visitors = self.visitors((visit.started_at, visit.first.visitor_id) for visit in visits)
            pageviews = sum(visit.pageviews for visit in visits)
            custom_events = sum(visit.custom_events for visit in visits)
        else:
            visitors = self.visitors((event.occurred_at, event.visitor_id) for event in events)
            pageviews = sum(event.event_type == "pageview" for event in events)
            custom_events = sum(event.event_type == "custom" for event in events)
        match name:
            case "visitors":
                return visitors
            case "pageviews":
                return pageviews
            case "events":
                return custom_events
            case "percentage":
                return 100 * visitors / everyone if everyone else None
            case "visits":
                return len(visits)
        if not visits:
            return None
        match name:
            case "bounce_rate":
                return 100 * sum(visit.is_bounce for visit in visits) / len(visits)
            case "visit_duration":
                return sum(visit.duration_s for visit in visits) / len(visits)
            case "views_per_visit":
                return sum(visit.pageviews for visit in visits) / len(visits)
        raise AssertionError(name)
