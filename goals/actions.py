"""Making, changing, pausing and deleting goals. What was counted before is counted anew in the background."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from analytics_pulse import clock
from analytics_pulse.problems import Invalid
from goals import fills
from goals.models import Goal
from goals.models.goals import MAX_GOALS
from goals.validation import MEANING, validated
from projects.models import Project, User
from tracking.storage.completion_rules import raise_version


@transaction.atomic
def create_goal(*, project: Project, by: User | None, **fields: Any) -> Goal:
    """A goal that is counted from now on, and soon of all that was before. Raises Invalid."""
    _lock(project)
    if Goal.objects.of(project).count() >= MAX_GOALS:
        detail = _("At most %(most)s goals a project: delete one first.") % {"most": MAX_GOALS}
        raise Invalid(errors=[{"pointer": "", "code": "too_many", "detail": detail}])
    goal = Goal(project=project, created_by=by, **validated(fields, project=project))
    goal.save(force_insert=True)
    _counts_anew(goal)
    return goal


@transaction.atomic
def change_goal(*, goal: Goal, by: User | None, **fields: Any) -> Goal:
    """With what is given; counted anew when that means something else. Raises Invalid, and Http404 as all that follow:
    it was deleted in the meantime."""
    goal = _current(goal)
    meant = _meaning(goal)
    for name, value in validated(fields, project=goal.project, goal=goal).items():
        setattr(goal, name, value)
    if _meaning(goal) == meant:
        goal.save()
        return goal
    goal.version += 1
    goal.save()
    _counts_anew(goal)
    return goal


@transaction.atomic
def pause_goal(*, goal: Goal, by: User | None) -> Goal:
    """Nothing is counted from now on; what was counted stays."""
    goal = _current(goal)
    goal.is_active = False
    goal.save(update_fields=["is_active", "updated_at"])
    raise_version(goal.project_id)
    return goal


@transaction.atomic
def resume_goal(*, goal: Goal, by: User | None) -> Goal:
    """Counted again, and soon also what came in between. Also of one whose counting failed: it is begun again."""
    goal = _current(goal)
    goal.is_active = True
    goal.save(update_fields=["is_active", "updated_at"])
    _counts_anew(goal)
    return goal


@transaction.atomic
def delete_goal(*, goal: Goal, by: User | None) -> None:
    """It is gone for its people; how often it was reached is deleted in the background."""
    goal = _current(goal)
    goal.is_active, goal.deleted_at = False, clock.now()
    goal.save(update_fields=["is_active", "deleted_at", "updated_at"])
    _counts_anew(goal)


def _lock(project: Project) -> None:
    """One change of a project's goals at a time."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _current(goal: Goal) -> Goal:
    _lock(goal.project)
    return get_object_or_404(Goal.objects.of(goal.project).select_related("project"), pk=goal.pk)


def _counts_anew(goal: Goal) -> None:
    raise_version(goal.project_id)
    fills.ask(goal, clock.now())


def _meaning(goal: Goal) -> list[Any]:
    return [getattr(goal, name) for name in MEANING]
