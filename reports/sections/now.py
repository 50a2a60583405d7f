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
    return render(request, "reports/_now.html", {"count": active_visitors(question.project, clock.now())})


def first_event(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """Asked by the page that waits: reload when the first event is there."""
    return HttpResponseClientRefresh() if has_events(viewing.project) else HttpResponse(status=204)
