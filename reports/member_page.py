"""The frame of a page beside the overview, around the sections that bring its numbers."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from projects.views.signed_in import SignedInRequest
from reports import project_page
from reports.arrival import has_events
from reports.panels import Panel
from reports.viewing import Viewing


def member_page(request: SignedInRequest, project_id: UUID, page: str, *subject: str, **more: Any) -> HttpResponse:
    """As shown_page(), for members alone."""
    return shown_page(request, Viewing.of_member(request.user, project_id), page, *subject, **more)


def shown_page(
    request: HttpRequest,
    viewing: Viewing,
    page: str,
    *subject: str,
    sections: tuple[str, ...],
    template: str = "",
    panels: tuple[Panel, ...] = (),
    about: Mapping[str, str] = MappingProxyType({}),
    **context: Any,
) -> HttpResponse:
    """The page without its numbers, which its sections bring, for whoever looks: a member, or who holds a shared link
    that has this page. A project without events has the page that waits.

    subject: what the page is about, as its address says it. about: the same for the addresses of its sections.
    """
    if not has_events(viewing.project):
        return redirect(viewing.home)
    asked = project_page.asked(request, viewing, page, *subject)
    if isinstance(asked, HttpResponse):
        return asked
    question, links = asked
    frame = project_page.frame(viewing, question, links)
    own = {name.replace("-", "_"): links.section(name, **about) for name in sections}
    return render(request, f"reports/{template or page}.html", {
        **frame,
        "sections": frame["sections"] | own,
        "panels": [(panel, links.section(panel.name, **about)) for panel in panels],
        **context,
    })  # fmt: skip
