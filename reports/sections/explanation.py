"""What one number of the dashboard means, and where it comes from. 404 for one that is not there."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from analytics_pulse import clock
from reports import conversions, custom_events
from reports.condition_words import sentence
from reports.explained_number import explained_number
from reports.goal_names import GoalNames
from reports.params import Question
from reports.revenue import REVENUE
from reports.viewing import Viewing
from tracking.install import base_url_of, first_event_of


def explain(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    if not viewing.shows_values_of(request.GET.get("dimension", "")):
        raise Http404
    metric = request.GET.get("metric", "")
    explained = explained_number(
        question,
        metric,
        request.GET.get("dimension", ""),
        _headlines(metric, viewing, question),
        now=clock.now(),
        base_url=base_url_of(request),
        first_event_at=first_event_of(viewing.project),
    )
    if explained is None:
        raise Http404
    # What a shared link demands is for who made it to tell.
    filters = (
        explained.explanation.filters
        if viewing.is_member
        else sentence(question.filters, GoalNames(viewing.project.pk))
    )
    return render(request, "reports/_explain.html", {"viewing": viewing, "explained": explained, "filters": filters})


def _headlines(metric: str, viewing: Viewing, question: Question) -> Sequence[str]:
    """Those among which this one is shown: the overview's, those of the events page, or those of a goal."""
    shown = [conversions.headlines(viewing, question), custom_events.METRICS]
    if viewing.shows("goals"):
        shown += [conversions.OF_CONVERSIONS, (REVENUE,) if conversions.has_revenue(viewing, question) else ()]
    return next((names for names in shown if metric in names), ())
