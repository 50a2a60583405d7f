"""Numbers of a whole period, and over its time."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import params, results
from reports.api import answers, documentation
from reports.api.base import StatsView
from reports.sections import HEADLINES

OVERVIEW_METRICS = ("visitors", "visits", "pageviews", "events", "views_per_visit", "bounce_rate", "visit_duration")
PERIOD_EXAMPLE = {"from": "2026-11-01", "to": "2026-11-30", "timezone": "Europe/Berlin"}
QUERY_EXAMPLE = {
    "metrics": ["visitors", "pageviews"],
    "date_range": ["2026-11-01T00:00:00+01:00", "2026-12-01T00:00:00+01:00"],
    "dimensions": [],
    "filters": [["is", "source", ["Google"]]],
    "interval": None,
    "limit": 100,
    "offset": 0,
}
OVERVIEW_EXAMPLE = {
    "project_id": "8f14e45f-ceea-467f-9bd0-3f6f0b1d2c3a",
    "period": PERIOD_EXAMPLE,
    "visitors": 5093,
    "visits": 5620,
    "pageviews": 16974,
    "events": 674,
    "views_per_visit": 3.02,
    "bounce_rate": 37.4,
    "visit_duration": 83.0,
    "meta": {"source": "visits"},
    "query": QUERY_EXAMPLE,
}
SERIES_EXAMPLE = {
    "project_id": "8f14e45f-ceea-467f-9bd0-3f6f0b1d2c3a",
    "period": PERIOD_EXAMPLE,
    "interval": "day",
    "results": [
        {"time": "2026-11-01T00:00:00+01:00", "visitors": 168, "pageviews": 502},
        {"time": "2026-11-02T00:00:00+01:00", "visitors": 0, "pageviews": 0},
    ],
    "meta": {"source": "events"},
    "query": QUERY_EXAMPLE | {"interval": "day"},
}


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
                "meta": serializers.DictField(),
                "query": documentation.QUERY_SHAPE,
            },
            OVERVIEW_EXAMPLE,
        ),
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        asked = question.query(OVERVIEW_METRICS)
        result = results.run(asked)
        values = result.rows[0].metrics if result.rows else results.nothing(OVERVIEW_METRICS)
        return Response(
            answers.head(question) | answers.numbers(OVERVIEW_METRICS, values) | answers.tail(asked, result)
        )


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
                "meta": serializers.DictField(),
                "query": documentation.QUERY_SHAPE,
            },
            SERIES_EXAMPLE,
        ),
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        metrics = params.metrics(self.params, HEADLINES, without=("percentage",))
        series = results.series(question, metrics, params.interval(self.params, question.period))
        rows = [
            {"time": start.isoformat()} | answers.numbers(metrics, [series.values[name][index] for name in metrics])
            for index, start in enumerate(series.starts)
        ]
        more = {"interval": series.interval, "results": rows}
        return Response(answers.head(question) | more | answers.tail(series.query, series.result))
