"""The frame of the pages about one project's numbers: what is asked, and where from there."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from analytics_pulse import clock
from projects.models import Project
from reports import conversions, labels, panels, params, segments, shared_pages
from reports.condition_words import OPERATOR_WORDS
from reports.filterable import TEXT_OPERATORS, groups
from reports.goal_names import GOAL, GoalNames
from reports.links import CHOICES, DashboardLinks
from reports.params import Question
from reports.period_menu import period_menu
from reports.segments import StaleSegment
from reports.viewing import Viewing


def asked(
    request: HttpRequest, viewing: Viewing, page: str, *of: str
) -> tuple[Question, DashboardLinks] | HttpResponse:
    """What the page's address asks, with the addresses that lead on; or the response that stands in for the page."""
    try:
        question = viewing.question(with_added_filter(request.GET, viewing), clock.now())
    except params.InvalidParams as error:
        if not viewing.is_member:
            return shared_pages.refused(request, viewing, error)
        if all(each["code"] == "unknown_segment" for each in error.errors):
            return _segment_gone(request, viewing.project, *(each["parameter"] for each in error.errors))
        return render(request, "400.html", {"problem": error, "project": viewing.project}, status=400)
    except StaleSegment as error:
        if not viewing.is_member:
            return shared_pages.gone(request)
        return _segment_gone(request, viewing.project, "segment", "filters", why=str(error.detail))
    metric = request.GET.get("metric", "")
    tabs = panels.known(request.GET.getlist("tab"))
    editing = segments.being_changed(viewing.project, viewing.who, request.GET.get("editing", ""))
    choices = tuple((name, request.GET[name]) for name in CHOICES.get(page, ()) if request.GET.get(name))
    links = DashboardLinks(
        viewing, question, metric if metric in conversions.DRAWN else "", page, of, tabs, editing, choices
    )
    if "dimension" in request.GET:
        return redirect(links.page_url())
    return question, links


def frame(viewing: Viewing, question: Question, links: DashboardLinks) -> dict[str, Any]:
    """The context of templates/reports/project_page.html."""
    return {
        "viewing": viewing,
        "project": viewing.project,
        "question": question,
        "links": links,
        "pages": links.pages(),
        "period_menu": period_menu(links, clock.now()),
        "sections": {name: links.section(name) for name in ("overview", "series", "now", "segments")},
        "filter_dialog": links.section("filter-dialog"),
        "save_segment_url": links.to("reports:segment-filters", links.editing.pk) if links.editing else "",
        "filterable": groups(viewing),
        "operators": OPERATOR_WORDS,
        "today": clock.now().astimezone(viewing.project.zone).date(),
    }


def with_added_filter(query: QueryDict, viewing: Viewing) -> QueryDict:
    """The query string, with what the form for a new filter sent as one more filter."""
    if "dimension" not in query:
        return query
    dimension, operator, value = str(query["dimension"]), query.get("operator", ""), str(query.get("value", ""))
    filtered = query.copy()
    # A text or pattern is looked for in what is stored, and not in what people call it.
    goals = GoalNames(viewing.project.pk) if viewing.shows_values_of(GOAL) else None
    meant = value if operator in TEXT_OPERATORS else labels.value(dimension, value, goals)
    filtered.appendlist("f", f"{dimension}:{operator}:{meant}")
    return filtered


def _segment_gone(request: HttpRequest, project: Project, *parameters: str, why: str = "") -> HttpResponse:
    """What a link shows whose segment is not there any more, or is somebody else's own: these parameters name it."""
    rest = request.GET.copy()
    for name in parameters:
        rest.pop(name, None)
    return render(request, "reports/segment_gone.html", {"project": project, "why": why, "rest": rest}, status=404)
