"""The pages beside the overview, which members alone have: what goes on now, events, visitors."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from projects.views.signed_in import SignedInRequest
from reports import project_page
from reports.arrival import has_events
from reports.event_words import KINDS
from reports.explorer import ALL, Wanted
from reports.panels import Panel
from reports.sections import event_numbers
from reports.viewing import Viewing
from tracking import identity


@require_safe
@login_required
def realtime(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return _shown(request, project_id, "realtime", sections=("live", "feed"))


@require_safe
@login_required
def events(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return _shown(
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
    return _shown(request, project_id, "visitors", sections=("visitor-rows",))


@require_safe
@login_required
def visitor(request: SignedInRequest, project_id: UUID, visitor: str) -> HttpResponse:
    """What one visitor did. 404 for what is no visitor's number."""
    try:
        identity.parse_shown(visitor)
    except ValueError:
        raise Http404 from None
    return _shown(
        request,
        project_id,
        "visitors",
        visitor,
        template="visitor",
        sections=("journey",),
        visitor=visitor,
    )


def _shown(
    request: SignedInRequest,
    project_id: UUID,
    page: str,
    *subject: str,
    sections: tuple[str, ...],
    template: str = "",
    panels: tuple[Panel, ...] = (),
    **context: Any,
) -> HttpResponse:
    """The page without its numbers, which its sections bring. A project without events has the page that waits."""
    viewing = Viewing.of_member(request.user, project_id)
    if not has_events(viewing.project):
        return redirect("reports:dashboard", project_id)
    asked = project_page.asked(request, viewing, page, *subject)
    if isinstance(asked, HttpResponse):
        return asked
    question, links = asked
    frame = project_page.frame(viewing, question, links)
    own = {name.replace("-", "_"): links.section(name, **_about(subject)) for name in sections}
    return render(request, f"reports/{template or page}.html", {
        **frame,
        "sections": frame["sections"] | own,
        "panels": [(panel, links.section(panel.name)) for panel in panels],
        **context,
    })  # fmt: skip


def _about(subject: tuple[str, ...]) -> dict[str, str]:
    return {"visitor": subject[0]} if subject else {}
