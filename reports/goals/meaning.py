"""What a goal counts, in words: Event signup where plan is pro; Scrolls to 75% of /blog/*."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.models import Goal, GoalType, UrlMatch
from reports import figures
from reports.condition_words import joined
from reports.event_words import KINDS

_CONDITIONS = {
    "is": gettext_lazy("%(property)s is %(values)s"),
    "is_not": gettext_lazy("%(property)s is not %(values)s"),
    "contains": gettext_lazy("%(property)s contains %(values)s"),
    "contains_not": gettext_lazy("%(property)s does not contain %(values)s"),
    "matches": gettext_lazy("%(property)s matches %(values)s"),
    "matches_not": gettext_lazy("%(property)s does not match %(values)s"),
    "gt": gettext_lazy("%(property)s is more than %(values)s"),
    "gte": gettext_lazy("%(property)s is %(values)s or more"),
    "lt": gettext_lazy("%(property)s is less than %(values)s"),
    "lte": gettext_lazy("%(property)s is %(values)s or less"),
}
_PAGES = {
    UrlMatch.EXACT: gettext_lazy("Page is %(page)s"),
    UrlMatch.WILDCARD: gettext_lazy("Page is like %(page)s"),
    UrlMatch.REGEX: gettext_lazy("Page matches %(page)s"),
}


def meaning(goal: Goal) -> str:
    """One phrase, with a capital letter. Of a goal that need not be saved."""
    said = _what(goal)
    if goal.conditions:
        conditions = joined((condition_words(each) for each in goal.conditions), "and")
        said = _("%(event)s where %(conditions)s") % {"event": said, "conditions": conditions}
    return said


def condition_words(condition: Mapping[str, object]) -> str:
    values = condition["values"]
    assert isinstance(values, list)
    said = joined((str(value) or _("(none)") for value in values), "or")
    return _CONDITIONS[str(condition["operator"])] % {"property": condition["key"], "values": said}


def _what(goal: Goal) -> str:
    page = goal.target_url_pattern
    match goal.goal_type:
        case GoalType.PAGEVIEW:
            return _PAGES[UrlMatch(goal.url_match)] % {"page": page}
        case GoalType.SCROLL:
            return _("Scrolls to %(depth)s of %(page)s") % {"depth": figures.percent(_target(goal)), "page": page}
        case GoalType.ENGAGEMENT:
            return _("Spends %(time)s on %(page)s") % {"time": figures.duration(_target(goal)), "page": page}
    event = _valued(goal) if goal.goal_type == GoalType.VALUE else _event(goal)
    return _("%(event)s on %(page)s") % {"event": event, "page": page} if page else event


def _event(goal: Goal) -> str:
    if goal.target_event_name:
        return _("Event %(name)s") % {"name": goal.target_event_name}
    kind = KINDS.get(goal.target_event_type)
    return str(kind[1]) if kind else _("Any event")


def _valued(goal: Goal) -> str:
    said = {"event": _event(goal), "property": goal.value_property, "target": figures.decimal(_target(goal), 2)}
    if goal.value_property:
        return _("%(event)s with %(property)s of %(target)s or more") % said
    return _("%(event)s with a value of %(target)s or more") % said


def _target(goal: Goal) -> float:
    return float(goal.target_value or 0)
