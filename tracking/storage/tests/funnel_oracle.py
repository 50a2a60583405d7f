"""How far actors get, found the slow and obvious way: every chain from every event of the first step."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from statistics import median

from tracking.event_types import EVENT_TYPES
from tracking.storage.conditions import AllOf, AnyOf, Condition, Filter, Not
from tracking.storage.funnels import FunnelQuery
from tracking.storage.rows import CompletionRow, EventRow
from tracking.storage.spec import StatsQuery
from tracking.storage.tests.oracle import Oracle

HAPPENINGS = {"pageview", "custom"}
Step = tuple[int, int, float | None]


class FunnelOracle:
    def __init__(self, events: Iterable[EventRow], query: FunnelQuery, completions: Iterable[CompletionRow]) -> None:
        self.query = query
        asked = StatsQuery(query.project, ("visitors",), query.period, filters=query.filters)
        self.oracle = Oracle(events, asked, completions)
        self.by_actor: dict[int, list[EventRow]] = defaultdict(list)
        for event in sorted(self.oracle.events, key=_order):
            if self.oracle.is_within(event.occurred_at):
                actor = event.session_id if query.by == "visit" else event.visitor_id
                self.by_actor[actor].append(event)
        self.best = [best for events in self.by_actor.values() if (best := self.best_chain(events))]

    def is_step(self, event: EventRow, number: int) -> bool:
        step = self.query.steps[number]
        kind = EVENT_TYPES[event.event_type]
        may_be = kind.counts_visitor or (kind.name == "engagement" and is_about_a_goal(step))
        return may_be and self.oracle.holds(step, event) and (number > 0 or self.oracle.fulfils(event))

    def is_in_the_way(self, event: EventRow) -> bool:
        is_any = any(self.is_step(event, number) for number in range(len(self.query.steps)))
        return is_any or event.event_type in HAPPENINGS

    def best_chain(self, events: list[EventRow]) -> list[EventRow]:
        if self.query.is_strict:
            events = [event for event in events if self.is_in_the_way(event)]
        chains = [self.chain(events[at:]) for at, event in enumerate(events) if self.is_step(event, 0)]
        return max(chains, key=len, default=[])  # the first of several

    def chain(self, events: list[EventRow]) -> list[EventRow]:
        """That begins with the first of these."""
        found, rest = events[:1], events[1:]
        for number in range(1, len(self.query.steps)):
            later = [at for at, event in enumerate(rest) if self.is_step(event, number)]
            if not later or (self.query.is_strict and later[0] > 0):
                break
            event = rest[later[0]]
            if self.query.window is not None and event.occurred_at - found[0].occurred_at > self.query.window:
                break
            found, rest = [*found, event], rest[later[0] + 1 :]
        return found

    # --- Answers ----------------------------------------------------------------------------------------------------
    def steps(self, chains: list[list[EventRow]]) -> list[Step]:
        found = []
        for number in range(1, len(self.query.steps) + 1):
            took = [
                (chain[number].occurred_at - chain[number - 1].occurred_at).total_seconds()
                for chain in chains
                if len(chain) > number
            ]
            found.append((sum(len(chain) >= number for chain in chains), len(took), median(took) if took else None))
        return found

    def groups(self) -> list[tuple[str | None, list[Step]]]:
        values = [self.oracle.values(chain[0], self.query.breakdown)[0] for chain in self.best]
        ordered = sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))
        listed: list[str | None] = [value for value, _ in ordered[: self.query.groups]]
        by_value: dict[str | None, list[list[EventRow]]] = defaultdict(list)
        for value, chain in zip(values, self.best, strict=True):
            by_value[value if value in listed else None].append(chain)
        return [(value, self.steps(by_value[value])) for value in [*listed, None] if by_value[value]]

    def drop_outs(self, step: int) -> tuple[int, Counter[tuple[str, str]]]:
        """How many stopped there, and what they did next; those missing in it did nothing more."""
        stopped = [chain[-1] for chain in self.best if len(chain) == step]
        found: Counter[tuple[str, str]] = Counter()
        for last in stopped:
            later = [
                event
                for event in sorted(self.oracle.visit_of[last.session_id].all, key=_order)
                if _order(event) > _order(last)
                and event.event_type in HAPPENINGS
                and self.oracle.is_within(event.occurred_at)
            ]
            if later:
                first = later[0]
                found[first.event_type, first.path if first.event_type == "pageview" else first.event_name] += 1
        return len(stopped), found


def is_about_a_goal(condition: Condition) -> bool:
    match condition:
        case Filter(dimension):
            return dimension == "goal"
        case AllOf(inner) | AnyOf(inner):
            return any(map(is_about_a_goal, inner))
        case Not(one):
            return is_about_a_goal(one)
    return False


def _order(event: EventRow) -> tuple[datetime, bytes]:
    return event.occurred_at, event.event_id.bytes
