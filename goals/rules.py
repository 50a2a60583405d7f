"""Goals as they are asked of events: compiled once for each version of what a project's goals mean."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from goals import patterns
from goals.models import Goal, GoalType, UrlMatch
from goals.properties import Texts, number_of
from tracking.event_types import COUNTS_VISITOR
from tracking.storage.rows import CompletionRow, EventRow, Threshold

# Of pages and names that were looked at lately.
MAX_REMEMBERED = 4_000

Test = Callable[[str], bool]


class Happened(Protocol):
    """What is asked of an event, on its way in or as it is stored."""

    @property
    def project_id(self) -> UUID: ...
    @property
    def event_id(self) -> UUID: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def session_id(self) -> int: ...
    @property
    def path(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def engaged_ms(self) -> int | None: ...
    @property
    def scroll_depth(self) -> int | None: ...
    @property
    def custom_data(self) -> Mapping[str, Any] | None: ...


E = TypeVar("E", bound=Happened)


@dataclass(frozen=True, slots=True)
class Rule:
    """One goal. event_types: which an event must have one of; event_name: which name, "" for any. path: None for any.
    properties: what the value of each must be. least: the value that the event, or its property `amount`, must have; of
    scroll in percent, of engagement in milliseconds.
    """

    goal_id: UUID
    kind: str
    event_types: tuple[str, ...]
    event_name: str = ""
    path: Test | None = None
    properties: tuple[tuple[str, Test], ...] = ()
    amount: str = ""
    least: float | None = None

    @property
    def is_of_visits(self) -> bool:
        """Reached by what the events on a page come to, and not by one event."""
        return self.kind in (GoalType.SCROLL, GoalType.ENGAGEMENT)

    def is_about(self, event_type: str, event_name: str, path: str) -> bool:
        if event_type not in self.event_types or (self.event_name and event_name != self.event_name):
            return False
        return self.path is None or self.path(path)

    def completion(self, row: Happened, texts: Texts | None = None) -> CompletionRow | None:
        """What an event that it is about comes to; None: it does not reach the goal. texts: of its properties, where
        other rules ask for them too."""
        texts = texts or Texts(row.custom_data)
        if not all(test(texts.of(key)) for key, test in self.properties):
            return None
        value = number_of(texts.of(self.amount)) if self.amount else row.value
        if self.least is not None and (value is None or value < self.least):
            return None
        return CompletionRow(
            row.project_id, self.goal_id, row.session_id, row.event_id, row.occurred_at, row.path, value, None
        )

    def threshold(self, row: Happened) -> Threshold:
        """What is to be looked up once an engagement event that it is about is stored."""
        assert self.least is not None
        is_scroll = self.kind == GoalType.SCROLL
        return Threshold(row.project_id, self.goal_id, row.session_id, row.path, is_scroll, self.least)

    def crossing(self, engagements: Iterable[E]) -> E | None:
        """The event of a visit on a page, in order, at which the goal is reached; as storage/completions.py does."""
        assert self.least is not None
        deepest, total_ms = 0, 0
        for each in engagements:
            deepest, total_ms = max(deepest, each.scroll_depth or 0), total_ms + (each.engaged_ms or 0)
            if (deepest if self.kind == GoalType.SCROLL else total_ms) >= self.least:
                return each
        return None


class Rules:
    """The goals of a project that are counted. Not changed once it is made, but for what it remembers."""

    def __init__(self, version: int, rules: Iterable[Rule]) -> None:
        self.version = version
        self._rules = tuple(rules)
        self._event_types = frozenset(name for rule in self._rules for name in rule.event_types)
        self._remembered: dict[tuple[str, str, str], tuple[Rule, ...]] = {}

    @property
    def is_empty(self) -> bool:
        return not self._rules

    def reached(self, row: EventRow) -> Iterator[CompletionRow | Threshold]:
        """By this event of a visit: goals, or what may be one when the events of its page are looked at. Some 0.3 us
        where no goal is about it."""
        if row.event_type not in self._event_types or not row.session_id:
            return
        texts = Texts(row.custom_data)
        for rule in self._about(row):
            if rule.is_of_visits:
                yield rule.threshold(row)
            elif completion := rule.completion(row, texts):
                yield completion

    def _about(self, row: EventRow) -> tuple[Rule, ...]:
        key = (row.event_type, row.event_name, row.path)
        found = self._remembered.get(key)
        if found is None:
            found = tuple(rule for rule in self._rules if rule.is_about(*key))
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = found
        return found


def compiled(goal: Goal) -> Rule:
    """The goal as a rule. It is valid: see validation.py."""
    target = None if goal.target_value is None else float(goal.target_value)
    if target is not None and goal.goal_type == GoalType.ENGAGEMENT:
        target = float(round(target * 1000))  # as targets of scrolling are: they travel in one array
    match goal.goal_type:
        case GoalType.PAGEVIEW:
            return Rule(goal.pk, GoalType.PAGEVIEW, ("pageview",), path=path_test(goal))
        case GoalType.SCROLL | GoalType.ENGAGEMENT as kind:
            return Rule(goal.pk, kind, ("engagement",), path=path_test(goal), least=target)
        case kind:
            event_types = (goal.target_event_type,) if goal.target_event_type else COUNTS_VISITOR
            is_value = kind == GoalType.VALUE
            return Rule(
                goal.pk,
                kind,
                event_types,
                event_name=goal.target_event_name,
                path=path_test(goal),
                properties=tuple((each["key"], _property_test(each)) for each in goal.conditions),
                amount=goal.value_property if is_value else "",
                least=target if is_value else None,
            )


def path_test(goal: Goal) -> Test | None:
    pattern = goal.target_url_pattern
    if not pattern:
        return None
    match goal.url_match:
        case UrlMatch.WILDCARD:
            whole = patterns.wildcard(pattern).fullmatch
            return lambda path: whole(path) is not None
        case UrlMatch.REGEX:
            return patterns.finding(pattern)
    return pattern.__eq__


def _property_test(condition: Mapping[str, Any]) -> Test:
    """See conditions.py for what each operator means."""
    operator: str = condition["operator"]
    values: list[str] = condition["values"]
    if operator.endswith("_not"):
        positive = _positive_test(operator.removesuffix("_not"), values)
        return lambda text: not positive(text)
    return _positive_test(operator, values)


def _positive_test(operator: str, values: list[str]) -> Test:
    match operator:
        case "is":
            return frozenset(values).__contains__
        case "contains":
            return lambda text: any(value in text for value in values)
        case "matches":
            tests = [patterns.finding(value) for value in values]
            return lambda text: any(test(text) for test in tests)
    compare, limit = COMPARISONS[operator], float(values[0])
    return lambda text: (number := number_of(text)) is not None and compare(number, limit)


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "gt": float.__gt__,
    "gte": float.__ge__,
    "lt": float.__lt__,
    "lte": float.__le__,
}
