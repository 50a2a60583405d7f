"""The chart, and the same as a table."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from analytics_pulse import clock
from reports import annotations, chart, conversions, day_labels, params, periods
from reports.links import DashboardLinks
from reports.params import Question
from reports.viewing import Viewing


def time_series(
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
    links, interval = DashboardLinks(viewing, question), params.interval(request.GET, question.period)
    has_revenue = metrics is None and conversions.has_revenue(viewing, question)
    metrics = metrics or conversions.headlines(viewing, question)
    drawn = chart.chart(counted or question, interval, clock.now(), metrics, has_revenue=has_revenue)
    period = question.period.period
    drawn.data["annotations"] = annotations.on_chart(
        viewing, periods.buckets(period, interval), period, links.section("annotations")
    )
    return render(request, "reports/_series.html", {
        "viewing": viewing,
        "chart": drawn,
        "question": question,
        "interval": interval,
        "interval_label": chart.INTERVALS[interval],
        "own_url": links.section(name, interval=interval, **about),
        "intervals": [
            (each, chart.INTERVALS[each], links.section(name, interval=each, **about))
            for each in question.period.drawn_intervals
        ],
        "may_annotate": annotations.may_write(viewing),
        "least": question.least_visitors if None in drawn.data["metrics"][metrics[0]]["values"] else 0,
        "compared": day_labels.of_period(question.comparison.whole) if question.comparison else "",
    })  # fmt: skip
