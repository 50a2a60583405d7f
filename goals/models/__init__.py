"""What a project's people want visitors to do, and how far they get on the way there."""

from goals.models.fills import Fill, State
from goals.models.funnels import By, Funnel, StepOrder
from goals.models.goals import Goal, GoalType, UrlMatch

__all__ = ["By", "Fill", "Funnel", "Goal", "GoalType", "State", "StepOrder", "UrlMatch"]
