"""Lists: what a dimension's values come to."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import params
from reports.api import answers, documentation, pages
from reports.api.base import StatsView
from reports.api.documentation import PERIOD_EXAMPLE, QUERY_EXAMPLE
from reports.api.rows import Breakdown, rows

PARAMETERS = [*documentation.QUESTION, documentation.METRICS_PARAMETER, *documentation.PAGING]
SHAPE = {
    "period": documentation.PERIOD_SHAPE,
    "results": serializers.ListField(
        child=serializers.DictField(), help_text="the value under the dimension's name, and a number per metric"
    ),
    "next": documentation.NEXT_SHAPE,
    "meta": documentation.META_SHAPE,
    "query": documentation.QUERY_SHAPE,
}


class BreakdownView(StatsView):
    """The values of one dimension, page by page."""

    breakdown: ClassVar[Breakdown]

    def asked_breakdown(self) -> Breakdown:
        return self.breakdown

    def asked_metrics(self, breakdown: Breakdown) -> tuple[str, ...]:
        return params.metrics(self.params, breakdown.metrics)

    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        breakdown = self.asked_breakdown()
        limit, offset = pages.limit(self.params), pages.offset(self.params)
        metrics = self.asked_metrics(breakdown)
        self.asked = question.query(metrics, dimensions=(breakdown.dimension,))
        found = rows(question, breakdown, metrics, limit=limit, offset=offset)
        more = {
            "results": found.as_json(),
            "next": pages.following(request, found.total, limit=limit, offset=offset),
        }
        return Response(answers.head(question) | more | self.tail(found.asked, found.result))


Decorator = Callable[[type[BreakdownView]], type[BreakdownView]]


def described(
    name: str, summary: str, dimension: str, row: dict[str, Any], *more: OpenApiParameter, description: str = ""
) -> Decorator:
    """Decorates a BreakdownView with its description; `row` is an example of one."""
    example = {
        "project_id": documentation.PROJECT_ID,
        "period": PERIOD_EXAMPLE,
        "results": [{dimension: row[dimension]} | row],
        "next": None,
        "meta": documentation.META_EXAMPLE | {"total_rows": 1},
        "query": QUERY_EXAMPLE | {"metrics": [key for key in row if key != dimension], "dimensions": [dimension]},
    }
    return extend_schema_view(
        get=extend_schema(
            tags=["Statistics"],
            summary=summary,
            description=description or documentation.LIST,
            parameters=[*more, *PARAMETERS],
            responses=documentation.answer(name, SHAPE, example),
        )
    )


@described("Pages", "Pages", "page", {"page": "/pricing", "visitors": 2430, "pageviews": 3011, "percentage": 47.71})
class PagesView(BreakdownView):
    breakdown = Breakdown("page", ("visitors", "pageviews", "percentage"))


@described(
    "TopReferrers",
    "Referrers that brought most visitors",
    "referrer",
    {"referrer": "www.google.com", "visitors": 1201, "visits": 1304, "pageviews": 3120, "percentage": 23.58},
)
class TopReferrersView(BreakdownView):
    breakdown = Breakdown("referrer", has_none=False)


@described(
    "Sources",
    "Sources",
    "source",
    {"source": "Google", "visitors": 1320, "visits": 1431, "pageviews": 3444, "percentage": 25.92},
)
class SourcesView(BreakdownView):
    breakdown = Breakdown("source")


@described("Events", "Custom events", "event_name", {"event_name": "Signup", "events": 74, "visitors": 71})
class EventsView(BreakdownView):
    breakdown = Breakdown("event_name", ("events", "visitors"), has_none=False)


@described(
    "Breakdown",
    "Any dimension",
    "browser",
    {"browser": "Firefox", "visitors": 611, "visits": 690, "pageviews": 1840, "percentage": 12.0},
    documentation.DIMENSION_PARAMETER,
)
class AnyBreakdownView(BreakdownView):
    def asked_breakdown(self) -> Breakdown:
        return Breakdown(params.dimension(self.params))
