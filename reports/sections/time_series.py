"""The chart, and the same as a table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from analytics_pulse import clock
from reports import chart, params
from reports.links import DashboardLinks
from reports.params import Question
from reports.viewing import Viewing


def time_series(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    links, interval = DashboardLinks(viewing, question), params.interval(request.GET, question.period)
    return render(request, "reports/_series.html", {
        "viewing": viewing,
        "chart": chart.chart(question, interval, clock.now()),
        "question": question,
        "interval": interval,
        "own_url": links.section(name, interval=interval),
        "intervals": [(each, links.section(name, interval=each)) for each in question.period.drawn_intervals],
    })  # fmt: skip
