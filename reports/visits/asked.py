"""Which visits a request is about."""

from uuid import UUID

from django.http import QueryDict

from reports.api import pages
from tracking import identity
from tracking.storage import visit_list
from tracking.storage.visit_list import ListedVisit, VisitPlace


def place(params: QueryDict) -> VisitPlace | None:
    """Where the page begins. Raises InvalidParams."""
    cursor = pages.place(params)
    try:
        return cursor and (cursor[0], identity.parse_shown(cursor[1]))
    except ValueError:
        raise pages.invalid_cursor() from None


def visit(project_id: UUID, shown: str) -> ListedVisit | None:
    """The project's visit that is shown so; None when there is none."""
    try:
        session_id = identity.parse_shown(shown)
    except ValueError:
        return None
    return visit_list.find_visit(project_id, session_id)
