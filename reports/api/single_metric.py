"""One metric by its name: its number, and its course."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse.problems import Problem
from reports import params, results
from reports.api import answers, documentation, totals
from reports.api.base import StatsView
from reports.api.documentation import META_EXAMPLE, PERIOD_EXAMPLE, QUERY_EXAMPLE
from reports.faults import one_of, shown
from tracking.storage.spec import METRICS, Metric

POSSIBLE = tuple(name for name in METRICS if name not in totals.WITHOUT_TIME)
EXAMPLE = {
    "project_id": documentation.PROJECT_ID,
    "period": PERIOD_EXAMPLE,
    "metric": {
        "name": "visitors",
        "label": METRICS["visitors"].label,
        "unit": "count",
        "definition": METRICS["visitors"].definition,
    },
    "total": 5093,
    "interval": "day",
    "results": [
        {"time": "2026-11-01T00:00:00+01:00", "value": 168},
        {"time": "2026-11-02T00:00:00+01:00", "value": 0},
    ],
    "meta": META_EXAMPLE,
    "query": QUERY_EXAMPLE | {"metrics": ["visitors"], "interval": "day"},
}
VALUE_SHAPE = serializers.FloatField(allow_null=True, help_text="null: there is nothing to divide by")


class UnknownMetric(Problem):
    status_code = status.HTTP_404_NOT_FOUND
    code = "unknown_metric"
    title = "There is no metric of this name"


class MetricView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="One metric",
        description="Its number of the whole period, and of each bucket, the oldest first. An unknown name is a 404 "
        "with the code `unknown_metric`, which lists those that there are.",
        parameters=[
            OpenApiParameter("metric", str, OpenApiParameter.PATH, description="The metric.", enum=POSSIBLE),
            *documentation.QUESTION,
            documentation.GRANULARITY,
        ],
        responses=documentation.answer(
            "Metric",
            {
                "period": documentation.PERIOD_SHAPE,
                "metric": serializers.DictField(child=serializers.CharField(), help_text="what it is, in words"),
                "total": VALUE_SHAPE,
                "interval": serializers.CharField(),
                "results": serializers.ListField(
                    child=serializers.DictField(), help_text="`time`, the start of the bucket, and `value`"
                ),
                "meta": documentation.META_SHAPE,
                "query": documentation.QUERY_SHAPE,
            },
            EXAMPLE,
        ),
    )
    def get(self, request: Request, project_id: UUID, metric: str) -> Response:
        question = self.question(request, project_id)
        if metric not in POSSIBLE:
            raise UnknownMetric(f"“{shown(metric)}”: {one_of(POSSIBLE)}")
        series = results.series(question, (metric,), params.interval(self.params, question.period))
        values = [{"time": each["time"], "value": each[metric]} for each in totals.buckets(series)]
        answer = {
            "metric": _described(METRICS[metric]),
            "total": totals.totals(question, (metric,)).values[metric],
            "interval": series.interval,
            "results": values,
        }
        return Response(answers.head(question) | answer | self.tail(series.query, series.result))


def _described(metric: Metric) -> dict[str, str]:
    return {"name": metric.name, "label": metric.label, "unit": metric.unit, "definition": metric.definition}
