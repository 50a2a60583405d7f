"""A panel with one of its breakdowns open."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports import conversions, panels
from reports.links import DashboardLinks
from reports.listing import Listing, listing
from reports.panels import BREAKDOWNS, MAP, PANEL_OF, PROPERTIES, Breakdown, Panel
from reports.params import Question
from reports.property_tabs import property_tabs
from reports.viewing import Viewing
from reports.world import world


def breakdown(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    links, panel, opened = DashboardLinks(viewing, question), PANEL_OF[name], BREAKDOWNS[name]
    title, menu = panel.menu_title, panel.menu
    if opened is PROPERTIES:
        title, menu = "", property_tabs(question, request.GET.get("key", ""))
        opened = next((each for each in menu if each.key == request.GET.get("key")), menu[0] if menu else opened)
    opened = conversions.listed(opened, question)
    context = _context(viewing, links, panel, opened) | {"menu_title": title, "menu": _tabs(menu, links)}
    context["chosen"] = opened if opened.token in {each.token for each in menu} else None
    if opened.name == MAP.name:
        return render(request, "reports/_map.html", context | {"world": world(question, links)})
    is_known = opened.dimension != PROPERTIES.dimension  # without a key there is nothing to ask for
    return render(request, "reports/_panel.html", context | {
        "listing": listing(question, opened, links) if is_known else Listing([], [], has_more=False, total=0),
    })  # fmt: skip


def _context(viewing: Viewing, links: DashboardLinks, panel: Panel, opened: Breakdown) -> dict[str, Any]:
    rows = panels.of_dimension(opened.dimension) or opened
    return {
        "viewing": viewing,
        "project": viewing.project,
        "panel": panel,
        "breakdown": opened,
        "tabs": _tabs(panel.tabs, links),
        "unfiltered_url": links.without_filters() if links.question.filters else "",
        "own_url": links.section(opened.name, **opened.parameters),
        "details_url": links.section("details", of=rows.token),
        "explain_url": links.section("explain", metric=opened.metrics[0], dimension=opened.dimension),
    }


def _tabs(breakdowns: tuple[Breakdown, ...], links: DashboardLinks) -> list[tuple[Breakdown, str]]:
    return [(each, links.section(each.name, **each.parameters)) for each in breakdowns]
