"""The page of retention."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from projects.views.signed_in import SignedInRequest
from reports.links import CHOICES
from reports.member_page import member_page

SECTIONS = ("retention", "active-people", "same-day", "page-ages")


@require_safe
@login_required
def retention(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    about = {name: request.GET[name] for name in CHOICES["retention"] if request.GET.get(name)}
    return member_page(request, project_id, "retention", sections=SECTIONS, about=about, search=about.get("search", ""))
