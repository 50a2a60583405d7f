"""Where a question is read from: its events, its visits, or both. Pure.

- From events alone, when a dimension or a condition exists only there (page, event_name ...). Its visits are those of
  the matching events.
- From visits alone, when one exists only there (entry_page, exit_page). Its visitors, pageviews, revenue ... are those
  of the visits.
- Else from both: what is counted of events by the events of the period, what is counted of visits by the visits that
  started in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tracking.storage.conditions import AllOf, AnyOf, Condition, Filter, HasDone, Not
from tracking.storage.dimensions import Dimension, find
from tracking.storage.spec import StatsQuery

GOAL = "goal"


class Home(StrEnum):
    EVENTS = "events"
    VISITS = "visits"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Shape:
    """home: see above. has_visits_of_events: events are read with their visits, since something exists only there."""

    home: Home
    has_visits_of_events: bool


def shape(query: StatsQuery) -> Shape:
    dimensions = [dimension for name in query.dimensions if (dimension := find(name))]
    filtered = list(own_dimensions(query.filters))
    for asked in (dimensions, filtered):
        if any(not dimension.in_visits for dimension in asked):
            is_joined = any(not dimension.in_events for dimension in (*dimensions, *filtered))
            return Shape(Home.EVENTS, is_joined)
        if any(not dimension.in_events for dimension in asked):
            return Shape(Home.VISITS, False)
    return Shape(Home.BOTH, False)


def own_dimensions(conditions: tuple[Condition, ...]) -> Iterator[Dimension]:
    """The dimensions that an event or visit itself is filtered by: what its visitor has done is asked elsewhere."""
    for each in conditions:
        match each:
            case Filter():
                if dimension := find(each.dimension):
                    yield dimension
            case AllOf(inner) | AnyOf(inner):
                yield from own_dimensions(inner)
            case Not(inner):
                yield from own_dimensions((inner,))
            case HasDone():
                pass


def conjuncts(conditions: tuple[Condition, ...]) -> list[Condition]:
    """The conditions each of which must hold, those that stand together taken apart."""
    found: list[Condition] = []
    for each in conditions:
        found += conjuncts(each.conditions) if isinstance(each, AllOf) else [each]
    return found


def is_about_goals(condition: Condition) -> bool:
    """Of the event itself, not by what its visitor has done."""
    return any(dimension.name == GOAL for dimension in own_dimensions((condition,)))


def wanted_goals(conditions: tuple[Condition, ...]) -> list[Filter]:
    """The filters that say which goals a question is about: completions are of those for which one of them holds."""
    return [
        each
        for each in conjuncts(conditions)
        if isinstance(each, Filter) and each.dimension == GOAL and not each.operator.endswith("_not")
    ]


def is_of_visits(condition: Condition) -> bool:
    """Whether a visit's row alone says if this holds."""
    return all(dimension.in_visits for dimension in own_dimensions((condition,)))
