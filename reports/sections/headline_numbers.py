"""The headline numbers with their changes."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports.headlines import HEADLINES
from reports.links import DashboardLinks
from reports.overview import overview
from reports.params import Question
from reports.viewing import Viewing


def headline_numbers(
    request: HttpRequest,
    viewing: Viewing,
    question: Question,
    name: str,
    *,
    counted: Question | None = None,
    metrics: Sequence[str] = HEADLINES,
) -> HttpResponse:
    """`counted`: what is counted, where that is less than the page's question says."""
    links = DashboardLinks(viewing, question)
    context = {
        "viewing": viewing,
        "overview": overview(counted or question, metrics),
        "own_url": links.section(name),
        "explain_url": DashboardLinks(viewing, counted or question).section("explain"),
    }
    return render(request, "reports/_overview.html", context)
