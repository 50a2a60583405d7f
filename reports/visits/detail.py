"""One visit with all that is known of it: what it was, and what happened in it, from its beginning to its end."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports import labels
from reports.goal_names import GoalNames
from reports.journey import Step, journey
from reports.visits.listed import VisitRow, names_of, visit_row
from tracking.storage import visit_list
from tracking.storage.spec import DIMENSIONS, ProjectRef
from tracking.storage.visit_events import visit_events
from tracking.storage.visit_list import ListedVisit

MOST_EVENTS = 500


@dataclass(frozen=True, slots=True)
class VisitDetail:
    """facts: what it is called and what it is, of what is known. is_cut: the first of more events are left out."""

    row: VisitRow
    facts: list[tuple[str, str]]
    steps: list[Step]
    is_cut: bool


def visit_detail(visit: ListedVisit, project: ProjectRef) -> VisitDetail:
    """Three queries."""
    found = visit_events(project, visit, limit=MOST_EVENTS + 1)
    reached, names = visit_list.reached(project.id, [visit]).get(visit.session_id, []), GoalNames(project.id)
    visits, _place = journey(found[:MOST_EVENTS], project, has_more=False)
    steps = visits[0].steps if visits else []
    for step in steps:
        step.goals = names_of([each for each in reached if each.event_id == step.event.event_id], names)
    row = visit_row(visit, project, names_of(reached, names))
    return VisitDetail(row, [(name, text) for name, text in _facts(row) if text], steps, len(found) > MOST_EVENTS)


def _facts(row: VisitRow) -> Iterator[tuple[str, str]]:
    visit = row.visit
    yield _("Duration"), row.duration
    yield _("Time on pages"), row.engaged
    yield _name("entry_page"), visit.entry_page
    yield _name("exit_page"), visit.exit_page
    yield _("Came from"), row.source
    yield _name("channel"), visit.channel
    yield _name("referrer"), visit.referrer
    for name in ("utm_source", "utm_medium", "utm_campaign"):
        yield _name(name), getattr(visit, name)
    yield _("Place"), ", ".join(each for each in (visit.city, visit.region, row.country) if each)
    yield _name("device"), " · ".join(each for each in (row.device, visit.browser, visit.os) if each)
    yield _name("language"), labels.label("language", visit.language) if visit.language else ""
    yield _("User id"), visit.user_id


def _name(dimension: str) -> str:
    return _(DIMENSIONS[dimension].label)
