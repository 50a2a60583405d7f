"""Conditions as people say them: Country is Germany or France; has done (Event is Signup)."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import labels
from tracking.storage import dimensions
from tracking.storage.conditions import AllOf, AnyOf, Condition, Filter, HasDone, Not

OPERATOR_WORDS = {
    "is": "is",
    "is_not": "is not",
    "contains": "contains",
    "contains_not": "does not contain",
    "matches": "matches",
    "matches_not": "does not match",
}
# How people take an operator when nothing is said of case; the other way is said.
_EXACT_BY_NATURE = frozenset({"is", "is_not", "matches", "matches_not"})
MAX_VALUES_SAID = 5


@dataclass(frozen=True, slots=True)
class FilterWords:
    """The three parts of a filter's sentence, for those who set them apart."""

    dimension: str
    operator: str
    values: str

    def __str__(self) -> str:
        return f"{self.dimension} {self.operator} {self.values}"


def filter_words(condition: Filter) -> FilterWords:
    """Of many values the first are said, and how many more there are."""
    dimension = dimensions.find(condition.dimension)
    said = [labels.label(condition.dimension, value) for value in condition.values[:MAX_VALUES_SAID]]
    more = len(condition.values) - len(said)
    values = " or ".join([*said, f"{more} more"] if more else said)
    if condition.case_sensitive != (condition.operator in _EXACT_BY_NATURE):
        values += " (exact case)" if condition.case_sensitive else " (any case)"
    return FilterWords(
        dimension.label if dimension else condition.dimension, OPERATOR_WORDS[condition.operator], values
    )


def words(condition: Condition) -> str:
    """One condition as a phrase. What is made of several stands in brackets."""
    match condition:
        case Filter():
            return str(filter_words(condition))
        case AllOf(inner):
            return _joined(inner, " and ")
        case AnyOf(inner):
            return _joined(inner, " or ")
        case Not(HasDone(inner)):
            return f"has not done {_bracketed(inner)}"
        case Not(inner):
            return f"not {_bracketed(inner)}"
        case HasDone(inner):
            return f"has done {_bracketed(inner)}"


def sentence(conditions: Sequence[Condition]) -> str:
    """All that must hold, as one phrase; empty when nothing must."""
    return " and ".join(words(each) for each in conditions)


def _joined(conditions: Sequence[Condition], word: str) -> str:
    return words(conditions[0]) if len(conditions) == 1 else f"({word.join(words(each) for each in conditions)})"


def _bracketed(condition: Condition) -> str:
    said = words(condition)
    return said if said.startswith("(") and isinstance(condition, AllOf | AnyOf) else f"({said})"
