"""How far visits or visitors get on a way of several steps, and what those do next who leave it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from tracking.storage.conditions import Condition
from tracking.storage.spec import Period, ProjectRef

MIN_STEPS, MAX_STEPS = 2, 10


@dataclass(frozen=True, slots=True)
class FunnelQuery:
    """Who has, within [start, end), events for which the steps' conditions hold, one after the other.

    by: "visit" or "visitor" (of a cookieless project: of a day). window: from the first step to the last at most; None:
    any time. is_strict: a step's event is the next pageview or custom event after that of the step before it; else
    anything may lie in between. filters: what must hold of the event of the first step (or its visit). Events that do
    not count visitors (engagement …) are no step, but where a step's condition is about a goal that they reached.
    breakdown: a dimension, of the event of the first step; "" for none. groups: how many of its values.
    """

    project: ProjectRef
    period: Period
    steps: tuple[Condition, ...]
    by: str = "visit"
    window: timedelta | None = None
    is_strict: bool = False
    filters: tuple[Condition, ...] = ()
    breakdown: str = ""
    groups: int = 10


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """reached: how many got here. continued: of these, to the next step (0 of the last one). median_s: of those who
    continued, the middle of the times from here to there; None: nobody did."""

    reached: int
    continued: int
    median_s: float | None


@dataclass(frozen=True, slots=True)
class FunnelGroup:
    """value: of the breakdown; None stands for all the values that are not listed together."""

    value: str | None
    steps: Sequence[FunnelStep]


@dataclass(frozen=True, slots=True)
class FunnelAnswer:
    """steps: of all. groups: with a breakdown, those that most entered first."""

    steps: Sequence[FunnelStep]
    groups: Sequence[FunnelGroup] = ()


@dataclass(frozen=True, slots=True)
class NextStep:
    """kind: "pageview" or "custom". value: the page, or the event's name."""

    kind: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class DropOuts:
    """Of those who reached a step and not the next: what they did next in the same visit, the most frequent first;
    left: how many did nothing more."""

    total: int
    left: int
    rows: Sequence[NextStep]


def funnel(query: FunnelQuery) -> FunnelAnswer:
    """Raises ValueError for what cannot be asked, and what EventStore.run does."""
    raise NotImplementedError


def drop_outs(query: FunnelQuery, step: int, *, limit: int) -> DropOuts:
    """step: 1 for the first one. Raises what funnel() does."""
    raise NotImplementedError
