"""Numbers of a whole period, and over its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import params, results
from reports.api import answers, documentation
from reports.api.base import StatsView
from reports.api.documentation import META_EXAMPLE, PERIOD_EXAMPLE, QUERY_EXAMPLE
from reports.headlines import HEADLINES
from reports.params import Question
from reports.results import Series
from tracking.storage.spec import StatsQuery, StatsResult

# A share is one of rows that stand beside each other.
WITHOUT_TIME = ("percentage",)
OVERVIEW_METRICS = ("visitors", "visits", "pageviews", "events", "views_per_visit", "bounce_rate", "visit_duration")
OVERVIEW_EXAMPLE = {
    "project_id": documentation.PROJECT_ID,
    "period": PERIOD_EXAMPLE,
    "visitors": 5093,
    "visits": 5620,
    "pageviews": 16974,
    "events": 674,
    "views_per_visit": 3.02,
    "bounce_rate": 37.4,
    "visit_duration": 83.0,
    "meta": META_EXAMPLE,
    "query": QUERY_EXAMPLE,
}
SERIES_EXAMPLE = {
    "project_id": documentation.PROJECT_ID,
    "period": PERIOD_EXAMPLE,
    "interval": "day",
    "results": [
        {"time": "2026-11-01T00:00:00+01:00", "visitors": 168, "pageviews": 502},
        {"time": "2026-11-02T00:00:00+01:00", "visitors": 0, "pageviews": 0},
    ],
    "meta": META_EXAMPLE,
    "query": QUERY_EXAMPLE | {"interval": "day"},
}


@dataclass(frozen=True, slots=True)
class Totals:
    """A number per metric, as JSON."""

    values: dict[str, float | int | None]
    asked: StatsQuery
    result: StatsResult


def totals(question: Question, metrics: Sequence[str]) -> Totals:
    """Of the whole period. One query."""
    asked = question.query(metrics)
    result = results.run(asked)
    values = result.rows[0].metrics if result.rows else results.nothing(metrics)
    return Totals(answers.numbers(metrics, values), asked, result)


def buckets(series: Series) -> list[dict[str, Any]]:
    """Of each bucket its start and a number per metric, the oldest first."""
    names = series.query.metrics
    return [
        {"time": start.isoformat()} | answers.numbers(names, [series.values[name][index] for name in names])
        for index, start in enumerate(series.starts)
    ]


class OverviewView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="The headline numbers of a period",
        parameters=documentation.QUESTION,
        responses=documentation.answer(
            "Overview",
            {
                "period": documentation.PERIOD_SHAPE,
                "visitors": serializers.IntegerField(),
                "visits": serializers.IntegerField(),
                "pageviews": serializers.IntegerField(),
                "events": serializers.IntegerField(),
                "views_per_visit": serializers.FloatField(allow_null=True),
                "bounce_rate": serializers.FloatField(allow_null=True, help_text="percent"),
                "visit_duration": serializers.FloatField(allow_null=True, help_text="seconds"),
                "meta": documentation.META_SHAPE,
                "query": documentation.QUERY_SHAPE,
            },
            OVERVIEW_EXAMPLE,
        ),
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        summary = totals(question, OVERVIEW_METRICS)
        return Response(answers.head(question) | summary.values | self.tail(summary.asked, summary.result))


class TimeseriesView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="Metrics over time",
        description="One result per bucket, oldest first. A bucket without events is there, with zeros.",
        parameters=[*documentation.QUESTION, documentation.GRANULARITY, documentation.METRICS_PARAMETER],
        responses=documentation.answer(
            "Timeseries",
            {
                "period": documentation.PERIOD_SHAPE,
                "interval": serializers.CharField(),
                "results": serializers.ListField(
                    child=serializers.DictField(), help_text="`time` (start of the bucket), and a number per metric"
                ),
                "meta": documentation.META_SHAPE,
                "query": documentation.QUERY_SHAPE,
            },
            SERIES_EXAMPLE,
        ),
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        metrics = params.metrics(self.params, HEADLINES, without=WITHOUT_TIME)
        series = results.series(question, metrics, params.interval(self.params, question.period))
        more = {"interval": series.interval, "results": buckets(series)}
        return Response(answers.head(question) | more | self.tail(series.query, series.result))
