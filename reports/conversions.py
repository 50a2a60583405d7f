"""What the overview says of goals: more where a project has any, and other things where a filter says which."""

from dataclasses import replace

from goals.models import Goal
from reports.goal_names import GOAL
from reports.headlines import HEADLINES
from reports.panels import GOALS, PANELS, Breakdown, Panel
from reports.params import Question
from reports.revenue import REVENUE, is_earned
from reports.viewing import Viewing
from tracking.storage.shape import wanted_goals

WITH_GOALS = (*HEADLINES, "completions", "conversion_rate")
OF_CONVERSIONS = ("visitors", "completions", "converted_visits", "conversion_rate")
# What a chart of the overview may show.
DRAWN = frozenset({*WITH_GOALS, *OF_CONVERSIONS, REVENUE})
# Stands in a list for the share of all visitors: who reached the goal is a part of the row's own.
_RATE, _SHARE = "conversion_rate", "percentage"


def has_goals(viewing: Viewing) -> bool:
    """Whether there are any that whoever looks may know of. One query, for a shared link without goals none."""
    return viewing.shows("goals") and Goal.objects.of(viewing.project).exists()


def has_revenue(viewing: Viewing, question: Question) -> bool:
    """Whether the overview tells what came in."""
    return viewing.shows("goals") and is_earned(question.project)


def are_asked(question: Question) -> bool:
    """Whether all that counts is what reached the goals that a filter names. What a shared link demands is not told."""
    return bool(wanted_goals(replace(question, fixed=()).conditions))


def headlines(viewing: Viewing, question: Question) -> tuple[str, ...]:
    """The metrics of the overview. The revenue comes besides: see has_revenue()."""
    return headlines_of(question, has_goals=has_goals(viewing))


def headlines_of(question: Question, *, has_goals: bool) -> tuple[str, ...]:
    if not has_goals:
        return HEADLINES
    return OF_CONVERSIONS if are_asked(question) else WITH_GOALS


def panels(*, has_goals: bool) -> list[Panel]:
    return [panel for panel in PANELS if has_goals or panel is not GOALS]


def listed(breakdown: Breakdown, question: Question) -> Breakdown:
    """The list with the columns that it has for this question: where goals are asked for, how many of a row's visits
    reached them."""
    if breakdown.dimension == GOAL or not are_asked(question):
        return breakdown
    metrics = tuple(_RATE if name == _SHARE else name for name in breakdown.metrics)
    return replace(breakdown, metrics=metrics, details=("visitors", "completions", _RATE, _SHARE))
