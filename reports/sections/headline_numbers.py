"""The headline numbers with their changes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports.links import DashboardLinks
from reports.overview import overview
from reports.params import Question
from reports.viewing import Viewing


def headline_numbers(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    links = DashboardLinks(viewing, question)
    context = {
        "viewing": viewing,
        "overview": overview(question),
        "own_url": links.section(name),
        "explain_url": links.section("explain"),
    }
    return render(request, "reports/_overview.html", context)
