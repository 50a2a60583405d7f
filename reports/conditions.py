"""Conditions as JSON, in the shape of the filters of Plausible's Stats API v2, and back.

["is", "country", ["DE", "FR"]]                 a filter: operator, dimension, values (any of them)
["is", "page", ["/A"], {"case_sensitive": false}]
["and", [F, …]]  ["or", [F, …]]  ["not", F]     conditions together
["has_done", F]  ["has_not_done", F]            of the visitor, anywhere in the period
["is", "segment", ["<id>", …]]                  saved filters, in place of which stands what they hold
["is", "goal", ["<id>", "Signup"]]              what reached one of these goals, by id or by name
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from reports import names
from reports.faults import Faults, kind, one_of, shown, step
from reports.goal_names import GOAL, GoalNames
from tracking.storage.conditions import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_PATTERN_CHARS,
    OPERATORS,
    AllOf,
    AnyOf,
    Condition,
    Filter,
    HasDone,
    Not,
)

LOGICAL = ("and", "or", "not", "has_done", "has_not_done")
MAX_VALUES = 1000
MAX_VALUE_CHARS = 2048
# Each is compiled, and tried on every row.
MAX_PATTERNS = 20
SEGMENT = "segment"
LIMITS = f"at most {MAX_CONDITIONS} conditions, nested {MAX_DEPTH} deep at most"
_EXAMPLE = '["is", "country", ["DE"]]'

# What a segment of this id holds; None when there is none that whoever asks may use.
FindSegment = Callable[[str], tuple[Condition, ...] | None]


def parse(
    value: object,
    pointer: str,
    faults: Faults,
    *,
    segment: FindSegment | None = None,
    goals: GoalNames | None = None,
) -> tuple[Condition, ...]:
    """The conditions of a JSON list, all of which must hold. What is wrong with it is added to `faults`, and left out.

    `pointer`: where the list stands in the body. Without `segment` there are no segments to speak of; with `goals` a
    goal may be named, in place of its id.
    """
    if not isinstance(value, list):
        faults.add(pointer, "not_a_list", f"a list of filters such as {_EXAMPLE}, not {kind(value)}")
        return ()
    if value and isinstance(value[0], str):
        faults.add(pointer, "not_a_list", f"a list of filters: [{_EXAMPLE}], and not {_EXAMPLE} alone")
        return ()
    return _Parser(faults, segment, goals).top(value, pointer)


def as_json(conditions: Iterable[Condition]) -> list[list[Any]]:
    """What parse() reads as these conditions."""
    return [_as_json(each) for each in conditions]


def size(conditions: Iterable[Condition]) -> int:
    """How many conditions these are with all that is in them."""
    return sum(1 + size(_within(each)) for each in conditions)


def depth(conditions: Iterable[Condition]) -> int:
    """How deep they are nested: 1 when none is within another."""
    return max((1 + depth(_within(each)) for each in conditions), default=0)


def is_too_much(conditions: Collection[Condition]) -> bool:
    """Whether these are more than one question may have."""
    return size(conditions) > MAX_CONDITIONS or depth(conditions) > MAX_DEPTH


def contains_has_done(conditions: Iterable[Condition]) -> bool:
    return any(isinstance(each, HasDone) or contains_has_done(_within(each)) for each in conditions)


class _Parser:
    """One reading. Depth and number are held to their limits while it goes on: what is too much is not even read."""

    def __init__(self, faults: Faults, segment: FindSegment | None, goals: GoalNames | None) -> None:
        self.faults = faults
        self.segment = segment
        self.goals = goals
        self.seen = 0

    def top(self, values: list[Any], pointer: str) -> tuple[Condition, ...]:
        found = self._several(values, pointer, 1, is_within=False)
        if not self.faults and is_too_much(found):  # with segments opened
            self._too_much(pointer)
        return found

    def _several(self, values: list[Any], pointer: str, level: int, *, is_within: bool) -> tuple[Condition, ...]:
        found = []
        for index, each in enumerate(values):
            if self.seen >= MAX_CONDITIONS:
                self._too_much(pointer)
                break
            condition = self._one(each, pointer + step(index), level, is_within=is_within)
            if condition is not None:
                found.append(condition)
        return tuple(found)

    def _one(self, value: object, pointer: str, level: int, *, is_within: bool) -> Condition | None:
        self.seen += 1
        if level > MAX_DEPTH or self.seen > MAX_CONDITIONS:
            self._too_much(pointer)
        elif not isinstance(value, list) or not value:
            self.faults.add(pointer, "not_a_filter", f"a list such as {_EXAMPLE}")
        elif value[0] in OPERATORS:
            return self._filter(value, pointer, is_within=is_within)
        elif value[0] in LOGICAL:
            return self._logical(value, pointer, level, is_within=is_within)
        else:
            possible = one_of((*OPERATORS, *LOGICAL))
            self.faults.add(pointer + "/0", "unknown_operator", f"“{shown(value[0])}”: {possible}")
        return None

    def _logical(self, value: list[Any], pointer: str, level: int, *, is_within: bool) -> Condition | None:
        operator = value[0]
        if len(value) != 2:
            of = "a list of filters" if operator in ("and", "or") else "one filter"
            self.faults.add(pointer, "not_a_filter", f"“{operator}” and {of}: two elements, not {len(value)}")
            return None
        if operator in ("and", "or"):
            if not isinstance(value[1], list) or not value[1]:
                self.faults.add(pointer + "/1", "not_a_list", "a list of at least one filter")
                return None
            found = self._several(value[1], pointer + "/1", level + 1, is_within=is_within)
            return (AllOf(found) if operator == "and" else AnyOf(found)) if found else None
        is_has_done = operator != "not"
        if is_has_done and is_within:
            self._nested(pointer)
            return None
        # has_not_done is two conditions: not, and has_done.
        inner = self._one(
            value[1], pointer + "/1", level + 1 + (operator == "has_not_done"), is_within=is_within or is_has_done
        )
        if inner is None:
            return None
        if not is_has_done:
            return Not(inner)
        return HasDone(inner) if operator == "has_done" else Not(HasDone(inner))

    def _filter(self, value: list[Any], pointer: str, *, is_within: bool) -> Condition | None:
        operator = value[0]
        if not 3 <= len(value) <= 4:
            detail = 'an operator, a dimension, a list of values, and perhaps {"case_sensitive": false}'
            self.faults.add(pointer, "not_a_filter", f"{detail}: not {len(value)} elements")
            return None
        if value[1] == SEGMENT and self.segment is not None:
            return self._segments(value, pointer, is_within=is_within)
        dimension = names.dimension(value[1])
        if dimension is None:
            if isinstance(value[1], str) and value[1].partition(":")[0] == "time":
                self.faults.add(pointer + "/1", "not_filterable", "time is no filter: set the date_range")
            else:
                self.faults.add(pointer + "/1", "unknown_dimension", f"“{shown(value[1])}”: {names.POSSIBLE}")
        is_pattern = operator.startswith("matches")
        most, longest = (MAX_PATTERNS, MAX_PATTERN_CHARS) if is_pattern else (MAX_VALUES, MAX_VALUE_CHARS)
        values = self._values(value[2], pointer + "/2", most, longest)
        case_sensitive = self._case(value[3], pointer + "/3") if len(value) == 4 else True
        if dimension is None or not values:
            return None
        if dimension.name == GOAL and operator in ("is", "is_not"):
            values = self._goal_ids(values, pointer + "/2")
        return Filter(dimension.name, operator, values, case_sensitive)

    def _values(self, values: object, pointer: str, most: int, longest: int) -> tuple[str, ...]:
        if not isinstance(values, list) or not values:
            self.faults.add(pointer, "not_a_list", f"a list of at least one text, not {kind(values)}")
            return ()
        if len(values) > most:
            self.faults.add(pointer, "too_many", f"at most {most} values")
            return ()
        for index, each in enumerate(values):
            if not names.is_text(each):
                what = "a text without NUL or half a surrogate pair" if isinstance(each, str) else kind(each)
                detail = what if isinstance(each, str) else f"a text, not {what}"
                self.faults.add(pointer + step(index), "not_a_text", detail)
            elif len(each) > longest:
                self.faults.add(pointer + step(index), "too_long", f"at most {longest} characters")
        # Again is the same: each value once, in the order they came.
        return tuple(dict.fromkeys(each for each in values if isinstance(each, str)))

    def _goal_ids(self, values: tuple[str, ...], pointer: str) -> tuple[str, ...]:
        if self.goals is None:
            return values
        ids = [self.goals.id_of(each) for each in values]
        for index, found in enumerate(ids):
            if found is None:
                detail = f"“{shown(values[index])}” is neither the name of a goal nor an id"
                self.faults.add(pointer + step(index), "unknown_goal", detail)
        return tuple(dict.fromkeys(each for each in ids if each is not None))

    def _case(self, modifiers: object, pointer: str) -> bool:
        if not isinstance(modifiers, dict):
            self.faults.add(pointer, "not_an_object", f'{{"case_sensitive": false}}, not {kind(modifiers)}')
            return True
        for key in modifiers:
            if key != "case_sensitive":
                self.faults.add(pointer + step(key), "unknown_key", "one of case_sensitive")
        found = modifiers.get("case_sensitive", True)
        if not isinstance(found, bool):
            self.faults.add(pointer + "/case_sensitive", "not_a_boolean", f"true or false, not {kind(found)}")
            return True
        return found

    def _segments(self, value: list[Any], pointer: str, *, is_within: bool) -> Condition | None:
        assert self.segment is not None
        if value[0] not in ("is", "is_not") or len(value) != 3:
            self.faults.add(pointer, "not_a_filter", 'a segment is asked for as ["is", "segment", ["<id>"]]')
            return None
        found = []
        for index, each in enumerate(self._values(value[2], pointer + "/2", MAX_CONDITIONS, MAX_VALUE_CHARS)):
            self.seen += 1
            if self.seen > MAX_CONDITIONS:
                self._too_much(pointer)
                return None
            held = self.segment(each) if names.is_text(each) else None
            if held is None:
                detail = f"“{shown(each)}” is no segment of this project that you may use"
                self.faults.add(f"{pointer}/2/{index}", "unknown_segment", detail)
            elif is_within and contains_has_done(held):
                self._nested(f"{pointer}/2/{index}")
            elif held:
                found.append(held[0] if len(held) == 1 else AllOf(held))
        if not found:
            return None
        condition = found[0] if len(found) == 1 else AnyOf(tuple(found))
        return condition if value[0] == "is" else Not(condition)

    def _too_much(self, pointer: str) -> None:
        last = self.faults.found[-1:] if self.faults else []
        if not any(each["code"] == "too_many" for each in last):
            self.faults.add(pointer, "too_many", LIMITS)

    def _nested(self, pointer: str) -> None:
        self.faults.add(pointer, "nested_has_done", "has_done and has_not_done cannot stand within one another")


def _within(condition: Condition) -> tuple[Condition, ...]:
    match condition:
        case AllOf(inner) | AnyOf(inner):
            return inner
        case Not(one) | HasDone(one):
            return (one,)
    return ()


def _as_json(condition: Condition) -> list[Any]:
    match condition:
        case Filter(dimension, operator, values, case_sensitive):
            found: list[Any] = [operator, dimension, list(values)]
            return found if case_sensitive else [*found, {"case_sensitive": False}]
        case AllOf(inner):
            return ["and", as_json(inner)]
        case AnyOf(inner):
            return ["or", as_json(inner)]
        case Not(HasDone(one)):
            return ["has_not_done", _as_json(one)]
        case Not(one):
            return ["not", _as_json(one)]
        case HasDone(one):
            return ["has_done", _as_json(one)]
