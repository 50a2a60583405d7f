"""What it costs to ask an event for goals. Whoever makes them shares the pipeline with everybody else."""

from collections.abc import Mapping
from typing import Any

from goals import patterns
from goals.models import Goal, UrlMatch
from projects.models import Project

# Of all goals of a project, in instructions of their patterns: an event that is made for it takes 30 ms at worst. 50
# goals with a regular expression of 80 characters each come to less.
MAX_WEIGHT = 6_000
# Of each pattern besides, and of each text that is looked for anywhere in a value.
_OF_A_PATTERN, _OF_A_TEXT = 20, 3


def is_too_much(goal: Goal, project: Project) -> bool:
    """With the project's other goals. At most one query."""
    own = weight(goal)
    return own > 0 and own + sum(map(_of_stored, Goal.objects.of(project).exclude(pk=goal.pk))) > MAX_WEIGHT


def weight(goal: Goal) -> int:
    """Of a goal that is valid: the instructions of its patterns, and the texts that are looked for."""
    pattern, of_page = goal.target_url_pattern, 0
    if goal.url_match == UrlMatch.REGEX:
        of_page = _of(patterns.expression(pattern))
    elif goal.url_match == UrlMatch.WILDCARD:
        of_page = _of(patterns.wildcard(pattern))
    return of_page + sum(map(_of_condition, goal.conditions))


def _of_stored(goal: Goal) -> int:
    try:
        return weight(goal)
    except (ValueError, TypeError, LookupError, AttributeError):  # spoilt by hand: it is not counted
        return 0


def _of_condition(condition: Mapping[str, Any]) -> int:
    match condition["operator"].removesuffix("_not"):
        case "matches":
            return sum(_of(patterns.expression(value)) for value in condition["values"])
        case "contains":
            return _OF_A_TEXT * len(condition["values"])
    return 0


def _of(pattern: patterns.Pattern) -> int:
    return _OF_A_PATTERN + pattern.programsize
