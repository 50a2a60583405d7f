"""The pages of visits: the list, and one of them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from projects.views.signed_in import SignedInRequest
from reports.member_page import member_page
from tracking import identity


@require_safe
@login_required
def visits(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return member_page(request, project_id, "visits", sections=("visit-rows",))


@require_safe
@login_required
def visit(request: SignedInRequest, project_id: UUID, visit: str) -> HttpResponse:
    """What happened in one visit. 404 for what is no visit's number."""
    try:
        identity.parse_shown(visit)
    except ValueError:
        raise Http404 from None
    return member_page(
        request,
        project_id,
        "visits",
        visit,
        template="visit",
        sections=("visit",),
        about={"visit": visit},
        visit=visit,
    )
