"""Conditions as rows and groups of rows, as the filter dialog shows them. Its script says them in JSON again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from reports import conditions, labels
from reports.condition_words import dimension_label, phrase
from reports.filterable import GROUPS, TEXT_OPERATORS
from reports.goal_names import GoalNames
from tracking.storage.conditions import AllOf, AnyOf, Condition, Filter, HasDone, Not
from tracking.storage.dimensions import PROPERTY

Kind = Literal["any", "all", "none", "done", "not_done"]
KINDS: dict[Kind, object] = {
    "any": _("Any of these"),
    "all": _("All of these"),
    "none": _("None of these"),
    "done": _("The visitor has done this"),
    "not_done": _("The visitor has not done this"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One value of a filter, with what people call it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FilterRow:
    """`dimension`: what the list of dimensions has, “prop” for any property, whose key is `key`.

    other: what people call the dimension, where that list does not have it. case: what its JSON says of case.
    """

    dimension: str = "page"
    operator: str = "is"
    tokens: tuple[Token, ...] = ()
    key: str = ""
    other: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class FilterGroup:
    kind: Kind
    rows: tuple[FilterRow, ...]


@dataclass(frozen=True, slots=True)
class KeptCondition:
    """One that is too deep to be taken apart here: it is kept as it is, or removed. `json`: in the API's language."""

    words: str
    json: str


Item = FilterRow | FilterGroup | KeptCondition


@dataclass(frozen=True, slots=True)
class FilterForm:
    """is_any: any of the items must hold, and not all of them."""

    items: tuple[Item, ...]
    is_any: bool = False


def filter_form(found: Sequence[Condition], goals: GoalNames | None = None, *, adds: bool = False) -> FilterForm:
    """The form of these conditions, all of which must hold: each is an item, in this order. A single “any of” is opened
    to its own conditions; not where another one is to be added, which then holds besides."""
    match found:
        case [AnyOf(inner)] if len(inner) > 1 and not adds:
            return FilterForm(tuple(_item(each, goals) for each in inner), is_any=True)
    return FilterForm(tuple(_item(each, goals) for each in found))


def _item(condition: Condition, goals: GoalNames | None) -> Item:
    match condition:
        case Filter():
            return _row(condition, goals)
        case AnyOf(inner) if filters := _filters(inner, goals):
            return FilterGroup("any", filters)
        case AllOf(inner) if filters := _filters(inner, goals):
            return FilterGroup("all", filters)
        case HasDone(inner) if filters := _all_of(inner, goals):
            return FilterGroup("done", filters)
        case Not(HasDone(inner)) if filters := _all_of(inner, goals):
            return FilterGroup("not_done", filters)
        case Not(Filter() as inner):
            return FilterGroup("none", (_row(inner, goals),))
        case Not(AnyOf(inner)) if filters := _filters(inner, goals):
            return FilterGroup("none", filters)
    return KeptCondition(phrase(condition, goals), json.dumps(conditions.as_json([condition])[0], ensure_ascii=False))


def _all_of(condition: Condition, goals: GoalNames | None) -> tuple[FilterRow, ...]:
    return _filters(condition.conditions if isinstance(condition, AllOf) else (condition,), goals)


def _filters(inner: Sequence[Condition], goals: GoalNames | None) -> tuple[FilterRow, ...]:
    """The rows of filters alone; none when there is anything else."""
    filters = [each for each in inner if isinstance(each, Filter)]
    return tuple(_row(each, goals) for each in filters) if len(filters) == len(inner) else ()


def _row(each: Filter, goals: GoalNames | None) -> FilterRow:
    is_text = each.operator in TEXT_OPERATORS
    is_property = each.dimension.startswith(PROPERTY)
    is_listed = is_property or any(each.dimension in group.names for group in GROUPS)
    return FilterRow(
        dimension=PROPERTY.rstrip(":") if is_property else each.dimension,
        operator=each.operator,
        tokens=tuple(
            Token(value, value if is_text and value else labels.label(each.dimension, value, goals))
            for value in each.values
        ),
        key=each.dimension.removeprefix(PROPERTY) if is_property else "",
        other="" if is_listed else dimension_label(each.dimension),
        case=json.dumps(each.case_sensitive),
    )
