"""The dashboard's sections, each at its own address. One that fails says so in plain words, and fails alone."""

from uuid import UUID

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from analytics_pulse import clock
from projects.access import get_project_for
from projects.models import Project
from projects.views.signed_in import SignedInRequest
from reports import chart, params, segments
from reports.explained_number import explained_number
from reports.links import DashboardLinks
from reports.listing import listing
from reports.overview import overview
from reports.page_parts import login_from_a_part
from reports.params import Question
from reports.realtime import active_visitors
from reports.sections import ALL_ROWS, BREAKDOWNS, PAGE_DIMENSIONS, PANEL_OF, PANEL_ROWS
from reports.segments import StaleSegment
from reports.views import has_events
from tracking.install import base_url_of, first_event_of
from tracking.storage.base import InvalidPattern, QueryTooLarge, StoreUnavailable

log = structlog.get_logger(__name__)


@require_safe
@login_from_a_part
def section(request: SignedInRequest, project_id: UUID, name: str) -> HttpResponse:
    """A section as a piece of HTML; 400 and 503 as a sentence."""
    project = get_project_for(request.user, project_id)
    render_section = breakdown if name in BREAKDOWNS else _SECTIONS.get(name)
    if render_section is None:
        raise Http404
    try:
        question = params.question(request.GET, project, clock.now(), who=request.user)
        response = render_section(request, project, question, name)
    except params.InvalidParams as error:
        response = _sentence(400, "; ".join(f"{each['parameter']}: {each['detail']}" for each in error.errors))
    except StaleSegment as error:
        response = _sentence(400, str(error.detail))
    except InvalidPattern:
        response = _sentence(400, "A filter’s pattern is not a regular expression: change the filter, or remove it.")
    except QueryTooLarge:
        response = _sentence(503, "This took too long. Try a shorter period or fewer filters.")
    except StoreUnavailable as error:
        log.warning("section_failed", section=name, project_id=str(project.pk), error=str(error))
        response = _sentence(503, "The database cannot be reached at the moment.")
    response["Cache-Control"] = "private, no-store"
    return response


def headline_numbers(request: HttpRequest, project: Project, question: Question, name: str) -> HttpResponse:
    links = DashboardLinks(question)
    context = {
        "overview": overview(question),
        "own_url": links.section(name),
        "explain_url": links.section("explain"),
    }
    return render(request, "reports/_overview.html", context)


def time_series(request: HttpRequest, project: Project, question: Question, name: str) -> HttpResponse:
    links, interval = DashboardLinks(question), params.interval(request.GET, question.period)
    return render(request, "reports/_series.html", {
        "chart": chart.chart(question, interval, clock.now()),
        "question": question,
        "interval": interval,
        "own_url": links.section(name, interval=interval),
        "intervals": [(each, links.section(name, interval=each)) for each in question.period.drawn_intervals],
    })  # fmt: skip


def breakdown(request: HttpRequest, project: Project, question: Question, name: str) -> HttpResponse:
    """The panel with this breakdown open; with `all`, its rows alone, page by page."""
    shown, links = BREAKDOWNS[name], DashboardLinks(question)
    context = {"project": project, "breakdown": shown, "links": links, "is_page": shown.dimension in PAGE_DIMENSIONS}
    if "all" in request.GET:
        offset = params.integer(request.GET, "offset", 0, at_least=0, at_most=params.MAX_OFFSET)
        context["listing"] = listing(question, shown, links, limit=ALL_ROWS, offset=offset)
        context["next_url"] = links.section(name, all="1", offset=str(offset + ALL_ROWS))
        context["is_first"] = offset == 0
        context["csv_url"] = links.to(
            "api-analytics-export", dimension=shown.dimension, metrics=",".join(shown.metrics), format="csv"
        )
        return render(request, "reports/_all_rows.html", context)
    panel = PANEL_OF[name]
    context |= {
        "panel": panel,
        "listing": listing(question, shown, links, limit=PANEL_ROWS),
        "own_url": links.section(name),
        "all_url": links.section(name, all="1"),
        "explain_url": links.section("explain", metric=shown.metrics[0], dimension=shown.dimension),
        "tabs": [(each, links.section(each.name)) for each in panel.breakdowns],
    }
    return render(request, "reports/_panel.html", context)


def segment_menu(request: SignedInRequest, project: Project, question: Question, name: str) -> HttpResponse:
    """What the menu of segments holds: those to apply, and whether there is something to save."""
    links, seen = DashboardLinks(question), segments.visible(project, request.user)
    may_change_all = segments.may_change_the_teams(project, request.user)
    shown = [
        (
            each,
            links.with_segment(each.pk),
            links.to("reports:segment", each.pk) if each.owner_id or may_change_all else "",
        )
        for each in seen
    ]
    return render(request, "reports/_segments.html", {
        "segments": shown,
        "applied": {each.id for each in question.segments},
        "save_url": links.to("reports:segments") if question.conditions else "",
    })  # fmt: skip


def explain(request: HttpRequest, project: Project, question: Question, name: str) -> HttpResponse:
    """What one number of the dashboard means, and where it comes from. 404 for one that is not there."""
    explained = explained_number(
        question,
        request.GET.get("metric", ""),
        request.GET.get("dimension", ""),
        now=clock.now(),
        base_url=base_url_of(request),
        first_event_at=first_event_of(project),
    )
    if explained is None:
        raise Http404
    return render(request, "reports/_explain.html", {"explained": explained})


def visitors_now(request: HttpRequest, project: Project, question: Question, name: str) -> HttpResponse:
    return render(request, "reports/_now.html", {"count": active_visitors(question.project, clock.now())})


def first_event(request: HttpRequest, project: Project, question: Question, name: str) -> HttpResponse:
    """Asked by the page that waits: reload when the first event is there."""
    return HttpResponseClientRefresh() if has_events(project) else HttpResponse(status=204)


def _sentence(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


_SECTIONS = {
    "overview": headline_numbers,
    "series": time_series,
    "now": visitors_now,
    "segments": segment_menu,
    "explain": explain,
    "first-event": first_event,
}
