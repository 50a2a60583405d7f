"""A whole report in one answer: the numbers of a period, their course, and the most important values."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import params, results
from reports.api import answers, breakdowns, documentation, pages, totals
from reports.api.base import StatsView
from reports.api.documentation import META_EXAMPLE, PERIOD_EXAMPLE
from reports.api.rows import Breakdown, rows
from reports.headlines import HEADLINES

DEFAULT_LIMIT, MAX_LIMIT = 10, 100
# Each is what its own route answers.
TOPS = {
    "top_pages": breakdowns.PagesView.breakdown,
    "top_entry_pages": Breakdown("entry_page"),
    "top_sources": breakdowns.SourcesView.breakdown,
    "top_referrers": breakdowns.TopReferrersView.breakdown,
    "top_campaigns": Breakdown("utm_campaign", has_none=False),
    "top_countries": Breakdown("country"),
    "top_cities": Breakdown("city", has_none=False),
    "top_browsers": Breakdown("browser"),
    "top_os": Breakdown("os"),
    "device_breakdown": Breakdown("device"),
    "top_custom_events": breakdowns.EventsView.breakdown,
}
ROWS_SHAPE = serializers.ListField(child=serializers.DictField())
PART_EXAMPLE = {"source": "rollup", "timed_ms": 3.1, "total_rows": 1}
EXAMPLE = {
    "project_id": documentation.PROJECT_ID,
    "period": PERIOD_EXAMPLE,
    "summary": {name: totals.OVERVIEW_EXAMPLE[name] for name in totals.OVERVIEW_METRICS},
    "interval": "day",
    "timeseries": totals.SERIES_EXAMPLE["results"],
    **{name: [] for name in TOPS},
    "top_pages": [{"page": "/pricing", "visitors": 2430, "pageviews": 3011, "percentage": 47.71}],
    "device_breakdown": [
        {"device": "desktop", "visitors": 3301, "visits": 3700, "pageviews": 9801, "percentage": 64.8}
    ],
    "meta": META_EXAMPLE | {"parts": {"summary": PART_EXAMPLE, "timeseries": PART_EXAMPLE}},
}


class AnalyticsView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="A whole report",
        description="What `/analytics/overview`, `/analytics/timeseries`, `/pages`, `/sources` and the other lists "
        f"answer about the same period, in one request. {len(TOPS) + 2} questions: ask the single routes where you "
        "need only some of it. `meta.parts` says where each part was read.",
        parameters=[
            *documentation.QUESTION,
            documentation.GRANULARITY,
            documentation.parameter("limit", f"Rows of each list, 1 to {MAX_LIMIT}.", type=int, default=DEFAULT_LIMIT),
        ],
        responses=documentation.answer(
            "Analytics",
            {
                "period": documentation.PERIOD_SHAPE,
                "summary": serializers.DictField(help_text="a number per metric"),
                "interval": serializers.CharField(),
                "timeseries": ROWS_SHAPE,
                **dict.fromkeys(TOPS, ROWS_SHAPE),
                "meta": documentation.META_SHAPE,
            },
            EXAMPLE,
        ),
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        limit = pages.limit(self.params, DEFAULT_LIMIT, at_most=MAX_LIMIT)
        interval = params.interval(self.params, question.period)
        summary = totals.totals(question, totals.OVERVIEW_METRICS)
        series = results.series(question, HEADLINES, interval)
        tops = {name: rows(question, breakdown, limit=limit) for name, breakdown in TOPS.items()}
        parts = {"summary": summary.result, "timeseries": series.result}
        parts |= {name: top.result for name, top in tops.items()}
        meta = self.meta(summary.asked, summary.result)
        meta["parts"] = {name: dict(each.meta) for name, each in parts.items()}
        answer = {"summary": summary.values, "interval": series.interval, "timeseries": totals.buckets(series)}
        answer |= {name: top.as_json() for name, top in tops.items()}
        return Response(answers.head(question) | answer | {"meta": meta})
