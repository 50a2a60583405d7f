"""A project's dashboard, whose sections come after it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects.views.signed_in import SignedInRequest
from reports import conversions, details, project_page
from reports.arrival import has_events
from reports.revenue import REVENUE, was_earned
from reports.viewing import Viewing
from tracking.install import base_url_of, snippet
from tracking.rate_limit import was_throttled


@require_safe
@login_required
def dashboard(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """The page without its numbers. It asks the store for nothing that it remembers."""
    viewing = Viewing.of_member(request.user, project_id)
    if not has_events(viewing.project):
        tag = snippet(viewing.project, base_url_of(request))
        return render(request, "reports/waiting.html", {"project": viewing.project, "snippet": tag})
    return shown(request, viewing)


def shown(request: HttpRequest, viewing: Viewing) -> HttpResponse:
    """The dashboard for whoever looks."""
    asked = project_page.asked(request, viewing, "dashboard")
    if isinstance(asked, HttpResponse):
        return asked
    question, links = asked
    has_goals = conversions.has_goals(viewing)
    opened_tabs = [
        (panel, panel.opened(question.filters, links.tabs)) for panel in conversions.panels(has_goals=has_goals)
    ]
    frame = project_page.frame(viewing, question, links)
    if interval := request.GET.get("interval"):
        frame["sections"]["series"] = links.section("series", interval=interval)
    return render(request, "reports/dashboard.html", {
        **frame,
        "panels": [(panel, links.section(opened.name, **opened.parameters)) for panel, opened in opened_tabs],
        "headlines": [
            *conversions.headlines_of(question, has_goals=has_goals),
            *([REVENUE] if viewing.shows("goals") and was_earned(question.project) else []),
        ],
        "details_url": details.opened(request.GET, links),
        "throttled": was_throttled(viewing.project.pk) if viewing.is_member else 0,
    })  # fmt: skip
