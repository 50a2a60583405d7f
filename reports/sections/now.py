"""Who is there at this moment, and whether anybody ever was."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from analytics_pulse import clock
from reports.arrival import has_events
from reports.params import Question
from reports.realtime import active_visitors
from reports.viewing import Viewing


def visitors_now(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    if question.fixed:  # nobody can tell in so short a time who of them is of the link's segment
        return HttpResponse()
    count, least = active_visitors(question.project, clock.now()), question.least_visitors
    return render(request, "reports/_now.html", {"count": count, "least": least if count < least else 0})


def first_event(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """Asked by the page that waits: reload when the first event is there."""
    return HttpResponseClientRefresh() if has_events(viewing.project) else HttpResponse(status=204)
