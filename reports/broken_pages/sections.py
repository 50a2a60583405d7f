"""The sections of the page, by the names of their addresses; SHARED: those that shared links have as well."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from reports import figures, page_address, params
from reports.broken_pages import answers
from reports.broken_pages.answers import OPEN
from reports.broken_pages.capture import snippet
from reports.broken_pages.redirects import FORMATS
from reports.broken_pages.rows import rows, wanted
from reports.links import DashboardLinks
from reports.page_parts import HtmxHttpRequest
from reports.params import MAX_VALUE_CHARS, InvalidParams, Question, fault
from reports.viewing import Viewing
from tracking.install import base_url_of

ROWS = 50
SUGGESTED = 300  # pages to choose from while a target is typed
# Two fields of each are sent, and a form has at most DATA_UPLOAD_MAX_NUMBER_FIELDS (1,000).
MAX_SHOWN = 450


def broken_pages(request: HtmxHttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    asked = wanted(request.GET)
    offset = params.integer(request.GET, "offset", 0, at_least=0, at_most=MAX_SHOWN)
    found = answers.run(question, asked.search)
    pages, links = found.of_state(asked.state), DashboardLinks(viewing, question, page="broken-pages")
    site = answers.site_pages(question) if asked.state == OPEN and pages else None
    context = {
        "rows": [
            (row, links.section("broken-page-ways", path=row.page.path))
            for row in rows(pages[offset : offset + ROWS], site, question)
        ],
        "wanted": asked,
        "at": offset,
    }
    if (after := offset + ROWS) < min(len(pages), MAX_SHOWN):
        context["more_url"] = links.section(name, search=asked.search, state=asked.state, offset=str(after))
    if offset:
        return render(request, "reports/broken_pages/_rows.html", context)
    response = render(request, "reports/broken_pages/_list.html", context | {
        "own_url": links.section(name),
        "question": question,
        "total": len(pages),
        "number_text": figures.count(len(pages)),
        "is_cut": found.is_cut,
        "capture": snippet(viewing.project, base_url_of(request)),
        "site_pages": site.paths[:SUGGESTED] if site else (),
        "formats": FORMATS,
        "redirects_url": reverse("reports:broken-page-redirects", args=(viewing.project.pk,)),
        "unfiltered_url": links.without_filters() if question.conditions else "",
    })  # fmt: skip
    # What is looked for stands in the page's address, as all that it shows does.
    response["HX-Replace-Url"] = page_address.with_parameters(
        page_address.current(request, viewing),
        search=asked.search,
        state="" if asked.state == OPEN else asked.state,
    )
    return response


def ways(request: HtmxHttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    path = request.GET.get("path", "")
    if not path or len(path) > MAX_VALUE_CHARS or "\0" in path:
        raise InvalidParams(errors=[fault("path", "invalid_value", "the path of a page")])
    found = answers.ways(question, path)
    return render(request, "reports/broken_pages/_ways.html", {
        "path": path,
        "pages": [(each, figures.count(each.hits)) for each in found if each.is_page],
        "referrers": [(each, figures.count(each.hits)) for each in found if not each.is_page],
        "question": question,
    })  # fmt: skip


SECTIONS: dict[str, Callable[..., HttpResponse]] = {"broken-page-rows": broken_pages, "broken-page-ways": ways}
SHARED: frozenset[str] = frozenset()
