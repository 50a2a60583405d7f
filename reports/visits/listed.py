"""Visits as people read them in a list, and one of them with all that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from reports import figures, labels
from reports.goal_names import GoalNames
from tracking import identity
from tracking.storage import visit_list
from tracking.storage.spec import ProjectRef
from tracking.storage.visit_list import ListedVisit, Reached


@dataclass(frozen=True, slots=True)
class VisitRow:
    """name: as the API shows the visit. Times are those of the project's zone. goals: names, each once."""

    name: str
    visitor: str
    started_at: datetime
    ended_at: datetime
    duration: str
    engaged: str
    source: str
    code: str
    country: str
    device: str
    goals: list[str]
    visit: ListedVisit


def visit_rows(visits: Sequence[ListedVisit], project: ProjectRef) -> list[VisitRow]:
    """One query for the goals that were reached in them."""
    reached, names = visit_list.reached(project.id, visits), GoalNames(project.id)
    return [visit_row(each, project, names_of(reached.get(each.session_id, ()), names)) for each in visits]


def visit_row(visit: ListedVisit, project: ProjectRef, goals: list[str]) -> VisitRow:
    return VisitRow(
        name=identity.shown(visit.session_id),
        visitor=identity.shown(visit.visitor_id),
        started_at=visit.started_at.astimezone(project.zone),
        ended_at=visit.ended_at.astimezone(project.zone),
        duration=figures.duration(visit.duration_s),
        engaged=figures.duration(visit.engaged_ms / 1000) if visit.engaged_ms else "",
        source=labels.label("source", visit.source),
        code=visit.country,
        country=labels.label("country", visit.country),
        device=labels.label("device", visit.device),
        goals=goals,
        visit=visit,
    )


def names_of(reached: Sequence[Reached], names: GoalNames) -> list[str]:
    """The goals' names in the order in which they were first reached, without those of deleted goals."""
    ids = dict.fromkeys(str(each.goal_id) for each in reached)
    return [names.by_id[each] for each in ids if each in names.by_id]


def number_text(number: int, at_most: int) -> str:
    """How many there are, where counting ended at `at_most`."""
    if number < at_most:
        return figures.decimal(number)
    return gettext("More than %(number)s") % {"number": figures.decimal(at_most - 1)}
