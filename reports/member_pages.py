"""The pages beside the overview, which members alone have: what goes on now, events, visitors."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from projects.views.signed_in import SignedInRequest
from reports import project_page
from reports.arrival import has_events
from reports.viewing import Viewing


@require_safe
@login_required
def realtime(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return _shown(request, project_id, "realtime", sections=("live", "feed"))


def _shown(
    request: SignedInRequest, project_id: UUID, page: str, *of: str, sections: tuple[str, ...], **context: Any
) -> HttpResponse:
    """The page without its numbers, which its sections bring. A project without events has the page that waits."""
    viewing = Viewing.of_member(request.user, project_id)
    if not has_events(viewing.project):
        return redirect("reports:dashboard", project_id)
    asked = project_page.asked(request, viewing, page, *of)
    if isinstance(asked, HttpResponse):
        return asked
    question, links = asked
    frame = project_page.frame(viewing, question, links)
    own = {"sections": frame["sections"] | {name.replace("-", "_"): links.section(name) for name in sections}}
    return render(request, f"reports/{page}.html", frame | own | context)
