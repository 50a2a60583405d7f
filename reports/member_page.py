"""The frame of a page that members alone have, around the sections that bring its numbers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from projects.views.signed_in import SignedInRequest
from reports import project_page
from reports.arrival import has_events
from reports.panels import Panel
from reports.viewing import Viewing


def member_page(
    request: SignedInRequest,
    project_id: UUID,
    page: str,
    *subject: str,
    sections: tuple[str, ...],
    template: str = "",
    panels: tuple[Panel, ...] = (),
    about: Mapping[str, str] = MappingProxyType({}),
    **context: Any,
) -> HttpResponse:
    """The page without its numbers, which its sections bring. A project without events has the page that waits.

    subject: what the page is about, as its address says it. about: the same for the addresses of its sections.
    """
    viewing = Viewing.of_member(request.user, project_id)
    if not has_events(viewing.project):
        return redirect("reports:dashboard", project_id)
    asked = project_page.asked(request, viewing, page, *subject)
    if isinstance(asked, HttpResponse):
        return asked
    question, links = asked
    frame = project_page.frame(viewing, question, links)
    own = {name.replace("-", "_"): links.section(name, **about) for name in sections}
    return render(request, f"reports/{template or page}.html", {
        **frame,
        "sections": frame["sections"] | own,
        "panels": [(panel, links.section(panel.name)) for panel in panels],
        **context,
    })  # fmt: skip
