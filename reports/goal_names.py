"""The names of a project's goals, which people see wherever a goal's id is a value."""

from collections.abc import Mapping
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from goals.models import Goal

GOAL = "goal"  # the dimension


class GoalNames:
    """Of one project, and never of another's goals. Asked for once, when the first is needed."""

    def __init__(self, project_id: UUID) -> None:
        self._project_id = project_id

    @cached_property
    def by_id(self) -> Mapping[str, str]:
        found = Goal.objects.filter(project_id=self._project_id, deleted_at=None).values_list("pk", "name")
        return {str(goal_id): name for goal_id, name in found}

    def name_of(self, goal_id: str) -> str:
        return self.by_id.get(goal_id) or _("(deleted goal)")

    def id_of(self, typed: str) -> str | None:
        """The goal that somebody means who types this: its name, in any case, or its id; None for neither. An id is
        one whether there is such a goal or not."""
        wanted = typed.strip().casefold()
        named = next((goal_id for goal_id, name in self.by_id.items() if name.casefold() == wanted), None)
        return named or _as_id(typed)

    def called(self, text: str) -> dict[str, str]:
        """Ids with names: those with this text in the name, in any case."""
        wanted = text.casefold()
        return {goal_id: name for goal_id, name in self.by_id.items() if wanted in name.casefold()}


def _as_id(text: str) -> str | None:
    try:
        return str(UUID(text))
    except ValueError:
        return None
