"""What one may filter by: the values that a dimension really has in the period, and the keys of properties."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reports import labels, languages, results
from reports.conditions import MAX_PATTERNS
from reports.folding import FOLDED
from reports.goal_names import GOAL, GoalNames
from reports.params import Question
from tracking import countries
from tracking.storage.conditions import AnyOf, Condition, Filter
from tracking.storage.dimensions import PROPERTY
from tracking.storage.property_keys import property_keys

# In place of a dimension: the keys of properties, each of which is one.
KEYS = PROPERTY.rstrip(":")
LIMIT = 20
MAX_TEXT_CHARS = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`count`: visitors; of a property's key, how many of the last events have it."""

    value: str
    label: str
    count: int


def suggestions(question: Question, dimension: str, text: str = "") -> list[Suggestion]:
    """Values with `text` in what people call them, in any case, by visitors; what is exactly the text comes first.

    dimension: one of the store's, or KEYS. Where a shared link folds what few visitors did, such values are not told,
    nor are keys. One query. Raises what results.run() does.
    """
    if dimension == KEYS:
        return _keys(question, text)
    query, goals = question.query(("visitors",), dimensions=(dimension,), limit=LIMIT), GoalNames(question.project.id)
    if text:
        query = replace(query, filters=(*query.filters, _called(dimension, text, goals)))
    found = [
        Suggestion(row.dimensions[0], labels.label(dimension, row.dimensions[0], goals), int(row.metrics[0] or 0))
        for row in results.run(query).rows
        if row.metrics[0] and row.dimensions[0] != FOLDED
        if dimension != GOAL or row.dimensions[0] in goals.by_id
    ]
    if question.least_visitors and not any(each.value for each in found):
        return []  # that others have none would tell that somebody has one
    return sorted(found, key=lambda each: each.label.casefold() != text.casefold())


def known(question: Question, dimension: str, text: str) -> list[Suggestion]:
    """Values that there may be, whether the data have them or not, with `text` in what people call them. Up to LIMIT;
    none where any text is a value, and of codes none without a text."""
    if dimension == GOAL:
        called = GoalNames(question.project.id).called(text)
        return sorted((Suggestion(goal_id, name, 0) for goal_id, name in called.items()), key=_label)[:LIMIT]
    if not text:
        return []
    found = (Suggestion(value, labels.label(dimension, value), 0) for value in _coded(dimension))
    return sorted((each for each in found if text.casefold() in each.label.casefold()), key=_label)[:LIMIT]


def _label(each: Suggestion) -> str:
    return each.label.casefold()


def _keys(question: Question, text: str) -> list[Suggestion]:
    if question.least_visitors:
        return []
    found = property_keys(question.project, question.period.period, question.conditions, text=text, limit=LIMIT)
    return [Suggestion(each.key, each.key, each.events) for each in found]


def _called(dimension: str, text: str, goals: GoalNames) -> Condition:
    """What holds of values that people call by something with this text in it."""
    if dimension == GOAL:
        return Filter(dimension, "is", tuple(goals.called(text)))
    wanted = text.casefold()
    called = ((value, labels.label(dimension, value).casefold()) for value in ("", *_coded(dimension)))
    codes = tuple(value for value, label in called if wanted in label or wanted == value.casefold())
    by_code = Filter(dimension, "is", codes)
    if _coded(dimension):
        return by_code
    found: list[Condition] = [Filter(dimension, "contains", (text,), case_sensitive=False)]
    if codes:
        found.append(by_code)
    if dimension == "language" and (tags := _languages(wanted)):
        found.append(Filter(dimension, "matches", tags, case_sensitive=False))
    return AnyOf(tuple(found))


def _languages(wanted: str) -> tuple[str, ...]:
    """Patterns of the languages with this in their name, whatever the region. A letter or two is in too many."""
    named = (tag for tag, name in languages.names().items() if wanted in name.casefold())
    patterns = tuple(f"^{tag}(-|$)" for tag in named)
    return patterns if len(patterns) <= MAX_PATTERNS else ()


def _coded(dimension: str) -> Iterable[str]:
    """The possible values of a dimension that people know by other words than those that are stored."""
    if dimension == "country":
        return countries.names()
    return labels.DEVICES if dimension == "device" else ()
