"""The dialog with all rows of a list; after it was sorted or searched, its table; and further rows of that."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from reports import details as all_rows
from reports import params
from reports.headings import CHANGE, Heading
from reports.links import DashboardLinks
from reports.params import Question
from reports.viewing import Viewing


class _HtmxRequest(HttpRequest):
    htmx: HtmxDetails


def details(request: _HtmxRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    wanted, links = all_rows.asked(request.GET, question), DashboardLinks(viewing, question)
    if not viewing.shows_values_of(wanted.breakdown.dimension):
        raise Http404
    offset = params.integer(request.GET, "offset", 0, at_least=0, at_most=params.MAX_OFFSET)
    found = all_rows.details(question, wanted, links, offset=offset)
    context = {
        "viewing": viewing,
        "question": question,
        "wanted": wanted,
        "breakdown": wanted.breakdown,
        "details": found,
        "search_url": links.section(name, of=wanted.breakdown.token),
    }
    if found.next_offset is not None and found.next_offset <= params.MAX_OFFSET:
        context["next_url"] = links.section(name, **wanted.parameters(offset=str(found.next_offset)))
    if offset:
        return render(request, "reports/_details_rows.html", context)
    columns = [
        _column(column, wanted, links.section(name, **wanted.parameters(sort=wanted.sorted_by(column.metric))))
        for column in (Heading(all_rows.DIMENSION, wanted.breakdown.label), *found.columns)
    ]
    if question.compared:
        columns.insert(2, {"name": "change", "title": CHANGE})
    context["columns"] = columns
    if viewing.is_member and question.period.is_of_days:  # as exports are
        # The export asks by itself, and knows a share only of what the search leaves.
        exported = [each.metric for each in found.columns if not (wanted.search and each.metric == "percentage")]
        context["csv_url"] = DashboardLinks(viewing, all_rows.narrowed(question, wanted)).to(
            "api-analytics-export",
            dimension=",".join(wanted.breakdown.dimensions),
            metrics=",".join(exported),
            format="csv",
        )
    part = "_details_table" if request.htmx.target == "details-table" else "_details"
    return render(request, f"reports/{part}.html", context)


def _column(column: Heading, wanted: all_rows.AskedDetails, url: str) -> dict[str, object]:
    is_sorted = column.metric == wanted.order
    return {
        "name": column.metric,
        "title": column.title,
        "url": url,
        "sorted": ("descending" if wanted.is_descending else "ascending") if is_sorted else "",
    }
