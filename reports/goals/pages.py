"""The page of goals."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from projects.views.signed_in import SignedInRequest
from reports.member_page import shown_page
from reports.viewing import Viewing


@require_safe
@login_required
def goals(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return shown(request, Viewing.of_member(request.user, project_id))


def shown(request: HttpRequest, viewing: Viewing) -> HttpResponse:
    """For a member, or through a shared link that has this page."""
    return shown_page(request, viewing, "goals", sections=())
