"""The sections of the page, by the names of their addresses; SHARED: those that shared links have as well."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from reports.api import pages
from reports.links import DashboardLinks
from reports.params import Question
from reports.viewing import Viewing
from reports.visits import asked
from reports.visits.detail import visit_detail
from reports.visits.listed import number_text, visit_rows
from tracking import identity
from tracking.storage import visit_list

ROWS = 50
COUNTED = 10_001


def rows(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    after = asked.place(request.GET)
    period, conditions = question.period.period, question.conditions
    found = visit_list.visits(question.project, period, conditions, limit=ROWS + 1, after=after)
    links, shown, more_url = DashboardLinks(viewing, question, page="visits"), found[:ROWS], ""
    if len(found) > ROWS:
        at, session_id = shown[-1].place
        more_url = links.section(name, cursor=pages.cursor_of(at, identity.shown(session_id)))
    context = {
        "rows": [(row, links.to("reports:visits", row.name)) for row in visit_rows(shown, question.project)],
        "is_first": after is None,
        "own_url": links.section(name),
        "more_url": more_url,
        "unfiltered_url": links.without_filters() if question.conditions else "",
    }
    if after is None:
        number = visit_list.count(question.project, period, conditions, at_most=COUNTED)
        context["number_text"] = number_text(number, COUNTED)
    return render(request, "reports/visits/_rows.html", context)


def one(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """Raises Http404."""
    shown = request.GET.get("visit", "")
    visit = asked.visit(viewing.project.pk, shown)
    if visit is None:
        raise Http404
    detail = visit_detail(visit, question.project)
    links = DashboardLinks(viewing, question, page="visitors", subject=(detail.row.visitor,))
    return render(request, "reports/visits/_visit.html", {
        "detail": detail,
        "row": detail.row,
        "journey_url": links.page_url(),
        "own_url": links.section(name, visit=shown),
        "detail_url": links.section("event"),
    })  # fmt: skip


SECTIONS: dict[str, Callable[..., HttpResponse]] = {"visit-rows": rows, "visit": one}
SHARED: frozenset[str] = frozenset()
