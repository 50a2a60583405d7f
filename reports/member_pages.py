"""The pages beside the overview, which members alone have: what goes on now, events, visitors."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from projects.views.signed_in import SignedInRequest
from reports.event_words import KINDS
from reports.explorer import ALL, Wanted
from reports.member_page import member_page
from reports.sections import event_numbers
from tracking import identity


@require_safe
@login_required
def realtime(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return member_page(request, project_id, "realtime", sections=("live", "feed"))


@require_safe
@login_required
def events(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return member_page(
        request,
        project_id,
        "events",
        sections=("event-totals", "event-series", "event-names", "event-rows"),
        panels=(event_numbers.CARRIED, event_numbers.PAGES),
        kinds=[("", _("What people do")), *((name, label) for name, (_icon, label) in KINDS.items()), (ALL, _("All"))],
        wanted=Wanted(request.GET.get("kind", ""), request.GET.get("search", "")),
    )


@require_safe
@login_required
def visitors(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return member_page(request, project_id, "visitors", sections=("visitor-rows",))


@require_safe
@login_required
def visitor(request: SignedInRequest, project_id: UUID, visitor: str) -> HttpResponse:
    """What one visitor did. 404 for what is no visitor's number."""
    try:
        identity.parse_shown(visitor)
    except ValueError:
        raise Http404 from None
    return member_page(
        request,
        project_id,
        "visitors",
        visitor,
        template="visitor",
        sections=("journey",),
        about={"visitor": visitor},
        visitor=visitor,
    )
