"""What a question about a funnel is, and what about it cannot be asked. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from tracking.storage.conditions import AllOf, AnyOf, Condition, HasDone, Not
from tracking.storage.dimensions import find
from tracking.storage.possible import Impossible, faults_of_conditions
from tracking.storage.shape import GOAL
from tracking.storage.spec import Period, ProjectRef

MIN_STEPS, MAX_STEPS = 2, 10
MAX_GROUPS = 100
VISIT, VISITOR = "visit", "visitor"


@dataclass(frozen=True, slots=True)
class FunnelQuery:
    """How far visits or visitors get within [start, end) on a way of several steps.

    Who goes it is an actor: a visit, or a visitor, by their number (of a cookieless project that number is of a day).
    The actor's events are in order of time, and of their ids at the same instant. A chain begins at any event of step
    1. Its next event is the first one after that for which the condition of the next step holds, and so on; the same
    event is never two steps. It ends where there is none, or none within `window` of its first event (exactly so long
    after it is within). What counts is the actor's chain that gets furthest; of several the one that begins first.

    steps: conditions on an event, without HasDone. An event of a step is one that counts visitors (engagement, vitals
    and identify do not); of a step about a goal it may also be an engagement event, since that can reach one.
    is_strict: nothing may lie between two steps: no pageview, no custom event, and no event of any of the steps.
    filters: what must hold besides of the event of the first step, or of its visit or visitor, as of any question.
    breakdown: a dimension, of the event of the first step; "" for none; not the goal, of which an event has several.
    groups: how many of its values, those that most began with first.
    """

    project: ProjectRef
    period: Period
    steps: tuple[Condition, ...]
    by: str = VISIT
    window: timedelta | None = None
    is_strict: bool = False
    filters: tuple[Condition, ...] = ()
    breakdown: str = ""
    groups: int = 10


def impossible(query: FunnelQuery) -> list[Impossible]:
    """Everything about it that cannot be answered; empty: it can. part: the field of FunnelQuery."""
    found = [*faults_of_conditions(query.filters), *faults_of_conditions(query.steps, "steps")]
    if not MIN_STEPS <= len(query.steps) <= MAX_STEPS:
        found.append(Impossible("steps", "", "out_of_range", f"{MIN_STEPS} to {MAX_STEPS} steps"))
    if any(_has_done(query.steps)):
        found.append(Impossible("steps", "has_done", "has_done_in_step", "a step is about one event"))
    if query.by not in (VISIT, VISITOR):
        found.append(Impossible("by", query.by, "unknown_actor", f"{VISIT} or {VISITOR}"))
    if query.window is not None and query.window <= timedelta():
        found.append(Impossible("window", str(query.window), "out_of_range", "longer than nothing"))
    if not 1 <= query.groups <= MAX_GROUPS:
        found.append(Impossible("groups", str(query.groups), "out_of_range", f"1 to {MAX_GROUPS}"))
    if query.breakdown and (query.breakdown == GOAL or find(query.breakdown) is None):
        found.append(Impossible("breakdown", query.breakdown, "unknown_dimension", "no dimension of one event"))
    return found


def _has_done(conditions: tuple[Condition, ...]) -> Iterator[bool]:
    for each in conditions:
        match each:
            case HasDone():
                yield True
            case AllOf(inner) | AnyOf(inner):
                yield from _has_done(inner)
            case Not(one):
                yield from _has_done((one,))
