"""The headline numbers with their changes."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports import conversions
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
    metrics: Sequence[str] | None = None,
    about: Mapping[str, str] = MappingProxyType({}),
) -> HttpResponse:
    """`counted`: what is counted, where that is less than the page's question says; about: what its address adds.
    metrics: where these are not the overview's."""
    links = DashboardLinks(viewing, question)
    context = {
        "viewing": viewing,
        "overview": overview(
            counted or question,
            metrics or conversions.headlines(viewing, question),
            has_revenue=metrics is None and conversions.has_revenue(viewing, question),
        ),
        "own_url": links.section(name, **about),
        "explain_url": DashboardLinks(viewing, counted or question).section("explain"),
    }
    return render(request, "reports/_overview.html", context)
