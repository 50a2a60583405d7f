"""A panel with one of its breakdowns open; with `all`, its rows alone, page by page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports import params
from reports.links import DashboardLinks
from reports.listing import listing
from reports.panels import ALL_ROWS, BREAKDOWNS, PAGE_DIMENSIONS, PANEL_OF, PANEL_ROWS
from reports.params import Question
from reports.viewing import Viewing


def breakdown(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    shown, links = BREAKDOWNS[name], DashboardLinks(viewing, question)
    context = {
        "viewing": viewing,
        "project": viewing.project,
        "breakdown": shown,
        "links": links,
        "is_page": shown.dimension in PAGE_DIMENSIONS,
    }
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
