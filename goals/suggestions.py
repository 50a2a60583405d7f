"""Goals that a project could have, from what it really receives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from goals.models import Goal, GoalType
from goals.models.goals import MAX_NAME_CHARS
from projects.models import Project
from tracking.storage.occurrences import happenings

DAYS = 30
MAX_SUGGESTIONS = 20


@dataclass(frozen=True, slots=True)
class Suggestion:
    """fields: for create_goal. events: so many came in the last 30 days."""

    fields: Mapping[str, Any]
    events: int


def suggestions(project: Project, now: datetime) -> list[Suggestion]:
    """Events that no goal is about yet, the most frequent first. Raises QueryTooLarge and StoreUnavailable."""
    existing = list(Goal.objects.of(project).values_list("name", "goal_type", "target_event_type", "target_event_name"))
    names = {name.casefold() for name, *_rest in existing}
    known = {(kind, name) for _name, goal_type, kind, name in existing if goal_type == GoalType.EVENT}
    found = []
    for each in happenings(project.pk, now - timedelta(days=DAYS), now):
        if (each.event_type, each.event_name) in known or (each.event_type, "") in known:
            continue
        name = _free(_name_of(each.event_type, each.event_name), names)
        fields = {
            "name": name,
            "goal_type": GoalType.EVENT.value,
            "target_event_type": each.event_type,
            "target_event_name": each.event_name,
        }
        names.add(name.casefold())
        found.append(Suggestion(fields, each.events))
    return found[:MAX_SUGGESTIONS]


def _name_of(event_type: str, event_name: str) -> str:
    words = {
        "outbound": _("Click on an outbound link"),
        "download": _("Download"),
        "form": _("Form sent"),
        "not_found": _("Page not found"),
    }
    return event_name if event_type == "custom" else words[event_type]


def _free(name: str, taken: set[str]) -> str:
    number, free = 2, name[:MAX_NAME_CHARS]
    while free.casefold() in taken:
        free = f"{name[: MAX_NAME_CHARS - 5]} {number}"
        number += 1
    return free
