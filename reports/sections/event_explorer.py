"""The log of events, page by page, and all about one of them."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from reports import explorer, page_address
from reports.api import pages, raw_events
from reports.event_detail import event_detail
from reports.links import DashboardLinks
from reports.page_parts import HtmxHttpRequest
from reports.params import Question
from reports.viewing import Viewing
from tracking.storage import event_log
from tracking.storage.event_lookup import find_event

ROWS = 30


def event_rows(request: HtmxHttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    wanted, after = explorer.wanted(request.GET), raw_events.place(request.GET)
    found = event_log.latest(
        question.project,
        question.period.period,
        (*question.conditions, *wanted.conditions),
        limit=ROWS + 1,
        after=after,
    )
    links, shown = DashboardLinks(viewing, question, page="events"), found[:ROWS]
    more_url = ""
    if len(found) > ROWS:
        at, event_id = shown[-1].place
        cursor = pages.cursor_of(at, str(event_id))
        more_url = links.section(name, kind=wanted.kind, search=wanted.search, cursor=cursor)
    response = render(request, "reports/_event_rows.html", {
        "rows": explorer.rows(shown, question.project),
        "is_first": after is None,
        "is_searched": bool(wanted.search or wanted.kind),
        "own_url": links.section(name),
        "detail_url": links.section("event"),
        "more_url": more_url,
    })  # fmt: skip
    if after is None:
        # What is looked for stands in the page's address, as all that it shows does.
        response["HX-Replace-Url"] = page_address.with_parameters(
            page_address.current(request, viewing), kind=wanted.kind, search=wanted.search
        )
    return response


def one_event(request: HtmxHttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """Raises Http404."""
    try:
        stored = find_event(question.project.id, UUID(request.GET.get("id", "")))
    except ValueError:
        stored = None
    if stored is None:
        raise Http404
    detail = event_detail(stored, question.project.zone)
    links = DashboardLinks(viewing, question, page="visitors", subject=(detail.visitor,))
    return render(request, "reports/_event.html", {
        "detail": detail,
        "journey_url": links.page_url(),
        "visit_url": links.to("reports:visits", detail.visit) if detail.visit else "",
    })  # fmt: skip
