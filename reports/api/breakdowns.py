"""Lists: what a dimension's values come to."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import params, results
from reports.api import answers, documentation
from reports.api.base import StatsView
from reports.api.totals import PERIOD_EXAMPLE, QUERY_EXAMPLE
from tracking.storage.spec import DIMENSIONS

PARAMETERS = [*documentation.QUESTION, documentation.METRICS_PARAMETER, *documentation.PAGING]
RESPONSES = documentation.answer(
    "Breakdown",
    {
        "period": documentation.PERIOD_SHAPE,
        "results": serializers.ListField(
            child=serializers.DictField(), help_text="the value under the dimension's name, and a number per metric"
        ),
        "meta": serializers.DictField(),
        "query": documentation.QUERY_SHAPE,
    },
    {
        "project_id": "8f14e45f-ceea-467f-9bd0-3f6f0b1d2c3a",
        "period": PERIOD_EXAMPLE,
        "results": [{"page": "/pricing", "visitors": 2430, "pageviews": 3011}],
        "meta": {"source": "events"},
        "query": QUERY_EXAMPLE | {"dimensions": ["page"]},
    },
)


class BreakdownView(StatsView):
    """The values of one dimension, by the first metric, the largest first."""

    dimension: ClassVar[str]
    metrics: ClassVar[tuple[str, ...]] = ("visitors", "visits", "pageviews", "percentage")
    # A row without a value (no referrer, no name) says nothing here, and is left out.
    without_nothing: ClassVar[bool] = False

    def asked_dimension(self) -> str:
        return self.dimension

    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        dimension = self.asked_dimension()
        asked = question.query(
            params.metrics(self.params, self.metrics),
            dimensions=(dimension,),
            limit=params.integer(self.params, "limit", 100, at_least=1, at_most=params.MAX_LIMIT),
            offset=params.integer(self.params, "offset", 0, at_least=0, at_most=params.MAX_OFFSET),
        )
        result = results.run(asked)
        rows = [
            {dimension: row.dimensions[0]} | answers.numbers(asked.metrics, row.metrics)
            for row in result.rows
            if row.dimensions[0] or not self.without_nothing
        ]
        return Response(answers.head(question) | {"results": rows} | answers.tail(asked, result))


def _described(summary: str, *more: OpenApiParameter):  # type: ignore[no-untyped-def]
    return extend_schema_view(
        get=extend_schema(tags=["Statistics"], summary=summary, parameters=[*more, *PARAMETERS], responses=RESPONSES)
    )


@_described("Pages")
class PagesView(BreakdownView):
    dimension = "page"
    metrics = ("visitors", "pageviews", "percentage")


@_described("Referrers that brought most visitors")
class TopReferrersView(BreakdownView):
    dimension = "referrer"
    without_nothing = True


@_described("Sources")
class SourcesView(BreakdownView):
    dimension = "source"


@_described("Custom events")
class EventsView(BreakdownView):
    dimension = "event_name"
    metrics = ("events", "visitors")
    without_nothing = True


@_described(
    "Any dimension",
    documentation.parameter("dimension", "What to break down by.", enum=list(DIMENSIONS), required=True),
)
class AnyBreakdownView(BreakdownView):
    def asked_dimension(self) -> str:
        return params.dimension(self.params)
