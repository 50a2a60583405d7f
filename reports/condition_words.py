"""Conditions as people say them: Country is Germany or France; has done (Event is Signup)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from reports import labels
from reports.goal_names import GoalNames
from tracking.storage import dimensions
from tracking.storage.conditions import AllOf, AnyOf, Condition, Filter, HasDone, Not

OPERATOR_WORDS = {
    "is": pgettext_lazy("filter", "is"),
    "is_not": pgettext_lazy("filter", "is not"),
    "contains": pgettext_lazy("filter", "contains"),
    "contains_not": pgettext_lazy("filter", "does not contain"),
    "matches": pgettext_lazy("filter", "matches"),
    "matches_not": pgettext_lazy("filter", "does not match"),
}
_SENTENCES = {
    "is": gettext_lazy("%(dimension)s is %(values)s"),
    "is_not": gettext_lazy("%(dimension)s is not %(values)s"),
    "contains": gettext_lazy("%(dimension)s contains %(values)s"),
    "contains_not": gettext_lazy("%(dimension)s does not contain %(values)s"),
    "matches": gettext_lazy("%(dimension)s matches %(values)s"),
    "matches_not": gettext_lazy("%(dimension)s does not match %(values)s"),
}
# How people take an operator when nothing is said of case; the other way is said.
_EXACT_BY_NATURE = frozenset({"is", "is_not", "matches", "matches_not"})
MAX_VALUES_SAID = 5
_VALUES = "\0"  # in no value: a text of the store has none


@dataclass(frozen=True, slots=True)
class FilterWords:
    """A filter's sentence: its values, and what stands before and after them, for those who set them apart."""

    before: str
    values: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}{self.values}{self.after}"


def filter_words(condition: Filter, goals: GoalNames | None = None) -> FilterWords:
    """Of many values the first are said, and how many more there are."""
    said = [labels.label(condition.dimension, value, goals) for value in condition.values[:MAX_VALUES_SAID]]
    if more := len(condition.values) - len(said):
        said.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    values = joined(said, "or")
    if condition.case_sensitive != (condition.operator in _EXACT_BY_NATURE):
        values = (_("%(values)s (exact case)") if condition.case_sensitive else _("%(values)s (any case)")) % {
            "values": values
        }
    sentence = _SENTENCES[condition.operator] % {"dimension": dimension_label(condition.dimension), "values": _VALUES}
    before, _at, after = sentence.partition(_VALUES)
    return FilterWords(before, values, after)


def dimension_label(name: str) -> str:
    """What people call the dimension."""
    found = dimensions.find(name)
    if found is None:
        return name
    return _("Property %(key)s") % {"key": found.key} if found.key else _(found.label)


def words(condition: Condition, goals: GoalNames | None = None) -> str:
    """One condition as a phrase. What is made of several stands in brackets."""
    match condition:
        case Filter():
            return str(filter_words(condition, goals))
        case AllOf(inner):
            return _several(inner, "and", goals)
        case AnyOf(inner):
            return _several(inner, "or", goals)
        case Not(HasDone(inner)):
            return _("has not done %(condition)s") % {"condition": _bracketed(inner, goals)}
        case Not(inner):
            return _("not %(condition)s") % {"condition": _bracketed(inner, goals)}
        case HasDone(inner):
            return _("has done %(condition)s") % {"condition": _bracketed(inner, goals)}


def phrase(condition: Condition, goals: GoalNames | None = None) -> str:
    """One condition that stands alone: without brackets around all of it, and with a capital letter."""
    said = words(condition, goals)
    if isinstance(condition, AllOf | AnyOf) and len(condition.conditions) > 1:
        said = said[1:-1]
    return said[0].upper() + said[1:]


def sentence(conditions: Sequence[Condition], goals: GoalNames | None = None) -> str:
    """All that must hold, as one phrase; empty when nothing must."""
    return joined((words(each, goals) for each in conditions), "and")


def joined(phrases: Iterable[str], word: str) -> str:
    """“a and b and c”, or the same with “or”; nothing of nothing."""

    def pair(first: str, second: str) -> str:
        both = _("%(first)s and %(second)s") if word == "and" else _("%(first)s or %(second)s")
        return both % {"first": first, "second": second}

    listed = list(phrases)
    return reduce(pair, listed) if listed else ""


def _several(conditions: Sequence[Condition], word: str, goals: GoalNames | None) -> str:
    said = joined((words(each, goals) for each in conditions), word)
    return said if len(conditions) == 1 else f"({said})"


def _bracketed(condition: Condition, goals: GoalNames | None) -> str:
    said = words(condition, goals)
    return said if said.startswith("(") and isinstance(condition, AllOf | AnyOf) else f"({said})"
