"""The events page: numbers, chart and list of custom events, where they happened, and what they carried."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from reports.custom_events import METRICS, custom_events, only_custom
from reports.links import DashboardLinks
from reports.listing import Listing, listing
from reports.panels import PROPERTIES, Breakdown, Panel
from reports.params import Question
from reports.property_tabs import property_tabs
from reports.sections.headline_numbers import headline_numbers
from reports.sections.time_series import time_series
from reports.viewing import Viewing

_NOTHING = _("No custom event in this period. Send one with pulse('Signup') on your page.")
_PAGES = Breakdown("event-pages", _("Pages"), _("Page"), "page", _NOTHING, metrics=METRICS, has_none=False)
PAGES = Panel("event-pages", _("Where it happened"), (_PAGES,))
CARRIED = Panel("event-properties", _("Properties"), (PROPERTIES,))


def event_totals(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    return headline_numbers(request, viewing, question, name, counted=only_custom(question), metrics=METRICS)


def event_series(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    return time_series(request, viewing, question, name, counted=only_custom(question), metrics=METRICS)


def event_names(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    links = DashboardLinks(viewing, question, page="events")
    context = {"events": custom_events(question, links), "own_url": links.section(name)}
    return render(request, "reports/_event_names.html", context)


def event_pages(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    links = DashboardLinks(viewing, question, page="events")
    context = _panel(viewing, question, PAGES, _PAGES) | {
        "listing": listing(only_custom(question), _PAGES, links),
        "own_url": links.section(name),
    }
    return render(request, "reports/_event_panel.html", context)


def event_properties(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    links, counted, key = (
        DashboardLinks(viewing, question, page="events"),
        only_custom(question),
        request.GET.get("key"),
    )
    menu = property_tabs(counted, key or "")
    opened = next((each for each in menu if each.key == key), menu[0] if menu else PROPERTIES)
    context = _panel(viewing, question, CARRIED, opened) | {
        # Without a key there is nothing to ask for.
        "listing": listing(counted, opened, links) if menu else Listing([], [], has_more=False, total=0),
        "menu": [(each, links.section(name, **each.parameters)) for each in menu],
        "chosen": opened if menu else None,
        "own_url": links.section(name, **opened.parameters),
    }
    return render(request, "reports/_event_panel.html", context)


def _panel(viewing: Viewing, question: Question, panel: Panel, opened: Breakdown) -> dict[str, Any]:
    """What templates/reports/_panel_head.html takes of any panel."""
    counted = DashboardLinks(viewing, only_custom(question))
    return {
        "viewing": viewing,
        "panel": panel,
        "breakdown": opened,
        "explain_url": counted.section("explain", metric=opened.metrics[0], dimension=opened.dimension),
        "details_url": counted.section("details", of=opened.token) if opened.key else "",
    }
