"""What happened in one visit."""

from tracking.storage import event_log
from tracking.storage.event_log import LoggedEvent
from tracking.storage.spans import Span
from tracking.storage.spec import Period, ProjectRef
from tracking.storage.visit_list import ListedVisit
from tracking.storage.visitors import MARGIN


def visit_events(project: ProjectRef, visit: ListedVisit, *, limit: int) -> list[LoggedEvent]:
    """The visit's last events, the latest first. Reads the project's events of the time that the visit took. Raises
    what EventStore.run does."""
    start = min(visit.opened_at, visit.started_at) - MARGIN
    span = Span(start, visit.ended_at + MARGIN)
    period = Period(span.start, span.end, project.zone)
    return event_log.latest(project, period, limit=limit, session_id=visit.session_id, span=span)
