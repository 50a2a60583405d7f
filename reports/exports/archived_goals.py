"""Goals and funnels out of an archive, checked as what people type is; and how their ids are told apart."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction

from analytics_pulse import clock
from analytics_pulse.problems import Invalid
from goals import fills
from goals.models import By, Funnel, Goal, StepOrder
from goals.validation import validated
from projects.models import Project
from reports.exports.archive_rows import ArchivedFunnel, ArchivedGoal
from reports.exports.tar_entries import NotAnArchive
from reports.faults import Faults
from reports.funnels import steps
from tracking.storage.completion_rules import raise_version

NewId = Callable[[UUID], UUID]


def require_goal(row: ArchivedGoal) -> None:
    """Raises NotAnArchive."""
    _understood(row, Project())


def require_funnel(row: ArchivedFunnel) -> None:
    """Raises NotAnArchive."""
    faults = Faults()
    steps.parse(row.steps, "/steps", faults, Project(), has_gone=True)
    if faults or row.by not in By.values or row.order not in StepOrder.values:
        raise NotAnArchive(f"The funnel “{row.name}” is not valid.")


@transaction.atomic
def make_goal(row: ArchivedGoal, project: Project, own_id: NewId) -> None:
    """Once its events are there: how often it was reached is counted anew from them. Again does nothing."""
    if not Goal.objects.filter(pk=own_id(row.id)).exists():
        goal = Goal(id=own_id(row.id), project=project, is_active=row.is_active, **_understood(row, project))
        goal.save(force_insert=True)
        raise_version(project.pk)
        fills.ask(goal, clock.now())


def make_funnel(row: ArchivedFunnel, project: Project, own_id: NewId) -> None:
    found = [with_own_goals(each, own_id) for each in row.steps]
    fields = {"project": project, "name": row.name, "by": row.by, "order": row.order, "window_s": row.window_s}
    Funnel.objects.get_or_create(id=own_id(row.id), defaults={**fields, "steps": found})


def with_own_goals(value: Any, own_id: NewId) -> Any:
    """A step or filters as the archive has them, with the ids of the goals as they are here."""
    match value:
        case {"goal": str(goal)}:
            return value | {"goal": _own(goal, own_id)}
        case dict():
            return {key: with_own_goals(each, own_id) for key, each in value.items()}
        case [operator, "goal", list(goals), *rest]:
            return [operator, "goal", [_own(each, own_id) for each in goals], *rest]
        case list():
            return [with_own_goals(each, own_id) for each in value]
    return value


def _own(goal: Any, own_id: NewId) -> Any:
    try:
        return str(own_id(UUID(goal)))
    except (ValueError, TypeError, AttributeError):
        return goal


def _understood(row: ArchivedGoal, project: Project) -> dict[str, Any]:
    fields = {name: value for name, value in msgspec.structs.asdict(row).items() if name not in ("id", "is_active")}
    try:
        return validated(fields, project=project)
    except Invalid as error:
        raise NotAnArchive(f"The goal “{row.name}” is not valid: {error.errors[0]['detail']}") from error
