"""The page of journeys."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from projects.views.signed_in import SignedInRequest
from reports.member_page import member_page


@require_safe
@login_required
def journeys(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return member_page(request, project_id, "journeys", sections=())
