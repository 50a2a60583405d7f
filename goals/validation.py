"""What a goal may be: every fault is said by its field."""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from analytics_pulse.problems import Invalid
from goals import patterns
from goals.conditions import conditions_of
from goals.faults import Faults, text_of
from goals.models import Goal, GoalType, UrlMatch
from goals.models.goals import MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS, MAX_PATTERN_CHARS
from goals.weight import is_too_much
from projects.models import Project
from tracking.event_types import COUNTS_VISITOR

MAX_EVENT_NAME_CHARS = 100
MAX_PROPERTY_CHARS = 100
MAX_SECONDS = 24 * 3600
MAX_AMOUNT = Decimal("999999999999.99")

# What each type uses, besides name, description and type; all else is empty.
USED: dict[str, tuple[str, ...]] = {
    GoalType.EVENT: ("target_event_type", "target_event_name", "conditions", "target_url_pattern", "url_match"),
    GoalType.PAGEVIEW: ("target_url_pattern", "url_match"),
    GoalType.VALUE: (
        "target_event_type",
        "target_event_name",
        "conditions",
        "target_url_pattern",
        "url_match",
        "value_property",
        "target_value",
    ),
    GoalType.SCROLL: ("target_url_pattern", "url_match", "target_value"),
    GoalType.ENGAGEMENT: ("target_url_pattern", "url_match", "target_value"),
}
EMPTY: dict[str, Any] = {
    "target_event_type": "",
    "target_event_name": "",
    "conditions": [],
    "target_url_pattern": "",
    "url_match": "",
    "value_property": "",
    "target_value": None,
}
# All that says what is meant.
MEANING = ("goal_type", *EMPTY)
FIELDS = ("name", "description", *MEANING)
_PAGE_TYPES = (GoalType.PAGEVIEW, GoalType.SCROLL, GoalType.ENGAGEMENT)


def validated(fields: Mapping[str, Any], *, project: Project, goal: Goal | None = None) -> dict[str, Any]:
    """All of FIELDS as they are stored: what `fields` say, else what the goal says that is changed, else nothing.

    Raises Invalid with a fault for each field: {"pointer": "/target_url_pattern", "code", "detail"}.
    """
    faults = Faults()
    for name in fields.keys() - set(FIELDS):
        faults.add(f"/{name}", "unknown_field", _("There is no such field."))
    given = {name: fields[name] if name in fields else getattr(goal, name, None) for name in FIELDS}
    found: dict[str, Any] = dict(EMPTY)
    found["name"] = text_of(given, "name", MAX_NAME_CHARS, faults, is_required=True)
    found["description"] = text_of(given, "description", MAX_DESCRIPTION_CHARS, faults)
    if found["name"] and _is_taken(found["name"], project, goal):
        faults.add("/name", "taken", _("Another goal has this name."))
    kind = given["goal_type"]
    if not isinstance(kind, str) or kind not in GoalType.values:
        code = "required" if kind in (None, "") else "invalid_choice"
        faults.add("/goal_type", code, _("Choose what kind of goal it is."))
        raise Invalid(errors=faults.found)
    found["goal_type"] = kind
    for name in USED[kind]:
        found[name] = _READ[name](given, kind, faults)
    if not faults.found and is_too_much(Goal(pk=goal.pk if goal else None, **found), project):
        faults.add("", "too_much", _("The patterns of all goals come to too much: use fewer, or simpler ones."))
    if faults.found:
        raise Invalid(errors=faults.found)
    return found


def _is_taken(name: str, project: Project, goal: Goal | None) -> bool:
    others = Goal.objects.of(project).filter(name__iexact=name)
    return others.exclude(pk=goal.pk).exists() if goal else others.exists()


def _event_type(given: Mapping[str, Any], kind: str, faults: Faults) -> str:
    value = given["target_event_type"]
    if value in (None, ""):
        return "" if kind == GoalType.VALUE else "custom"
    if value not in COUNTS_VISITOR:
        faults.add("/target_event_type", "invalid_choice", _("Choose one of the kinds of events."))
        return ""
    return str(value)


def _event_name(given: Mapping[str, Any], kind: str, faults: Faults) -> str:
    is_custom = given["target_event_type"] in (None, "", "custom")
    is_required = kind == GoalType.EVENT and is_custom
    return text_of(given, "target_event_name", MAX_EVENT_NAME_CHARS, faults, is_required=is_required)


def _pattern(given: Mapping[str, Any], kind: str, faults: Faults) -> str:
    place = "/target_url_pattern"
    pattern = text_of(given, "target_url_pattern", MAX_PATTERN_CHARS, faults, is_required=kind in _PAGE_TYPES)
    if not pattern:
        return ""
    match = _match_of(given)
    if match in (UrlMatch.REGEX, UrlMatch.WILDCARD):
        try:
            (patterns.expression if match == UrlMatch.REGEX else patterns.wildcard)(pattern)
        except patterns.NoPattern as error:
            detail = _("This is no regular expression that can be used: %(reason)s") % {"reason": error}
            faults.add(place, "invalid_pattern", detail)
    if match != UrlMatch.REGEX and not pattern.startswith(("/", "*")):
        faults.add(place, "not_a_path", _("Write the path of the page, which begins with a slash: /thanks"))
    return pattern


def _url_match(given: Mapping[str, Any], kind: str, faults: Faults) -> str:
    if not given["target_url_pattern"]:
        return ""
    value = _match_of(given)
    if value not in UrlMatch.values:
        faults.add("/url_match", "invalid_choice", _("Choose how the page is compared."))
    return str(value)


def _match_of(given: Mapping[str, Any]) -> Any:
    if given["url_match"]:
        return given["url_match"]
    return UrlMatch.WILDCARD.value if "*" in str(given["target_url_pattern"]) else UrlMatch.EXACT.value


def _target(given: Mapping[str, Any], kind: str, faults: Faults) -> Decimal | None:
    value, place = given["target_value"], "/target_value"
    if value in (None, ""):
        faults.add(place, "required", _("Say from which number on the goal is reached."))
        return None
    number = _decimal(value)
    if number is None:
        faults.add(place, "not_a_number", _("This is no number."))
    elif kind == GoalType.SCROLL and not (1 <= number <= 100 and number == int(number)):
        faults.add(place, "out_of_range", _("A whole number of percent, from 1 to 100."))
    elif kind == GoalType.ENGAGEMENT and not 0 < number <= MAX_SECONDS:
        faults.add(
            place, "out_of_range", _("Seconds: more than 0 and at most %(most)s.") % {"most": f"{MAX_SECONDS:,}"}
        )
    elif abs(number) > MAX_AMOUNT:
        faults.add(place, "out_of_range", _("At most %(most)s.") % {"most": f"{MAX_AMOUNT:,}"})
    elif number != round(number, 2):
        faults.add(place, "too_precise", _("At most two decimal places."))
    return number


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 100 else None


def _property(given: Mapping[str, Any], kind: str, faults: Faults) -> str:
    return text_of(given, "value_property", MAX_PROPERTY_CHARS, faults)


_READ: dict[str, Callable[[Mapping[str, Any], str, Faults], Any]] = {
    "target_event_type": _event_type,
    "target_event_name": _event_name,
    "conditions": lambda given, kind, faults: conditions_of(given["conditions"], faults),
    "target_url_pattern": _pattern,
    "url_match": _url_match,
    "value_property": _property,
    "target_value": _target,
}
