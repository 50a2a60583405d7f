"""What must hold of the data that a question is about. A condition is true or false of an event.

A visit fulfils a condition when it has an event in the period that does, and counts visitors: for what visits and
events share, that is the visit itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

OPERATORS = ("is", "is_not", "contains", "contains_not", "matches", "matches_not")
# What a tree may come to, so that a question stays one that can be answered.
MAX_CONDITIONS = 50
MAX_DEPTH = 8
MAX_PATTERN_CHARS = 250


@dataclass(frozen=True, slots=True)
class Filter:
    """The dimension's value is, contains or matches any of the values; with a negative operator: none of them.

    matches: PostgreSQL's regular expressions, anywhere in the value.
    """

    dimension: str
    operator: str
    values: tuple[str, ...]
    case_sensitive: bool = True


@dataclass(frozen=True, slots=True)
class AllOf:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: "Condition"


@dataclass(frozen=True, slots=True)
class HasDone:
    """The event's visitor has, in the period, an event for which `condition` holds. Without HasDone inside."""

    condition: "Condition"


Condition = Filter | AllOf | AnyOf | Not | HasDone


def filters_in(conditions: tuple[Condition, ...]) -> Iterator[Filter]:
    """Every Filter of these trees, those inside HasDone included."""
    for each in conditions:
        match each:
            case Filter():
                yield each
            case AllOf(inner) | AnyOf(inner):
                yield from filters_in(inner)
            case Not(inner) | HasDone(inner):
                yield from filters_in((inner,))
