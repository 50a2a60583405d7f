"""What it costs to ask an event for goals. Whoever makes them shares the pipeline with everybody else."""

from collections.abc import Mapping
from typing import Any

from goals import patterns
from goals.models import Goal, UrlMatch
from projects.models import Project

# Of all goals of a project, in instructions of their patterns. 50 goals with a pattern of 100 characters each come to
# half of it. An event that is made for that takes 60 ms at worst.
MAX_WEIGHT = 10_000


def is_too_much(goal: Goal, project: Project) -> bool:
    """With the project's other goals. At most one query."""
    own = weight(goal)
    return own > 0 and own + sum(map(_of_stored, Goal.objects.of(project).exclude(pk=goal.pk))) > MAX_WEIGHT


def weight(goal: Goal) -> int:
    """Of a goal that is valid: the instructions of its patterns, and the texts that are looked for."""
    pattern, of_page = goal.target_url_pattern, 0
    if goal.url_match == UrlMatch.REGEX:
        of_page = patterns.expression(pattern).programsize
    elif goal.url_match == UrlMatch.WILDCARD:
        of_page = patterns.wildcard(pattern).programsize
    return of_page + sum(map(_of_condition, goal.conditions))


def _of_stored(goal: Goal) -> int:
    try:
        return weight(goal)
    except (ValueError, TypeError, LookupError, AttributeError):  # spoilt by hand: it is not counted
        return 0


def _of_condition(condition: Mapping[str, Any]) -> int:
    match condition["operator"].removesuffix("_not"):
        case "matches":
            return sum(patterns.expression(value).programsize for value in condition["values"])
        case "contains":
            return len(condition["values"])
    return 0
