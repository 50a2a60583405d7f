"""Campaigns: what the links brought that are tagged with utm_campaign and the other UTM parameters."""

from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from projects.authentication import who
from reports import params, results
from reports.api import answers, documentation
from reports.api.base import StatsView
from reports.api.breakdowns import BreakdownView, described
from reports.api.documentation import META_EXAMPLE, QUERY_EXAMPLE
from reports.api.json_body import JsonBody
from reports.api.rows import Breakdown
from reports.campaigns import comparison
from reports.campaigns.comparison import BY, CAMPAIGN_METRICS, DEFAULT_BY, MAX_CAMPAIGNS
from reports.faults import one_of, shown
from reports.params import InvalidParams, fault
from tracking.storage.spec import METRICS

ROW = {
    "utm_campaign": "spring",
    "visitors": 402,
    "visits": 431,
    "pageviews": 1290,
    "bounce_rate": 41.3,
    "visit_duration": 74.2,
    "completions": 25,
    "conversion_rate": 5.57,
}
BY_PARAMETER = OpenApiParameter(
    "by", str, description="By which of the UTM parameters.", enum=list(BY), default=DEFAULT_BY
)
RESULTS_SHAPE = serializers.ListField(
    child=serializers.DictField(), help_text="the campaign under the dimension's name, and a number per metric"
)


@described(
    "Campaigns",
    "Campaigns",
    "utm_campaign",
    ROW,
    BY_PARAMETER,
    description="Visits that came by a link with UTM parameters, by one of them. " + documentation.LIST,
)
class CampaignsView(BreakdownView):
    def asked_breakdown(self) -> Breakdown:
        name = self.params.get("by") or DEFAULT_BY
        if name not in BY:
            raise InvalidParams(errors=[fault("by", "unknown_dimension", f"“{shown(name)}”: {one_of(BY)}")])
        return Breakdown(BY[name], CAMPAIGN_METRICS, has_none=False)


@described(
    "TopCampaigns",
    "Campaigns that did best",
    "utm_campaign",
    ROW,
    BY_PARAMETER,
    OpenApiParameter("metric", str, description="What they did best in.", enum=list(METRICS), default="visitors"),
    description="Campaigns by one metric, the largest first: `metric` comes first in each row, and the others after.",
)
class TopCampaignsView(CampaignsView):
    def asked_metrics(self, breakdown: Breakdown) -> tuple[str, ...]:
        first = self.params.get("metric") or "visitors"
        if first not in METRICS:
            raise InvalidParams(errors=[fault("metric", "unknown_metric", f"“{shown(first)}”: {one_of(METRICS)}")])
        return tuple(dict.fromkeys((first, *params.metrics(self.params, breakdown.metrics))))


class CompareCampaignsView(StatsView):
    parser_classes = (JsonBody,)

    @extend_schema(
        tags=["Statistics"],
        summary="Campaigns side by side",
        description=f"A row for each of up to {MAX_CAMPAIGNS} campaigns, in the order they were asked for; one without "
        "visits has zeros. `date_range` and `filters` as in `POST /query`.",
        request=inline_serializer(
            "CampaignComparison",
            {
                "campaigns": serializers.ListField(
                    child=serializers.CharField(), min_length=1, max_length=MAX_CAMPAIGNS
                ),
                "by": serializers.ChoiceField(list(BY), default=DEFAULT_BY),
                "metrics": serializers.ListField(child=serializers.ChoiceField(list(METRICS)), required=False),
                "date_range": serializers.JSONField(required=False, help_text="a name such as 30d, or two dates"),
                "filters": serializers.ListField(child=serializers.JSONField(), required=False),
            },
        ),
        examples=[
            OpenApiExample(
                "Two campaigns of November",
                {
                    "campaigns": ["spring", "autumn"],
                    "metrics": ["visitors", "conversion_rate"],
                    "date_range": ["2026-11-01", "2026-11-30"],
                },
                request_only=True,
            )
        ],
        responses=documentation.answer(
            "ComparedCampaigns",
            {
                "results": RESULTS_SHAPE,
                "meta": documentation.META_SHAPE,
                "query": documentation.QUERY_SHAPE,
            },
            {
                "project_id": documentation.PROJECT_ID,
                "results": [ROW, dict.fromkeys(ROW, 0) | {"utm_campaign": "autumn"}],
                "meta": META_EXAMPLE,
                "query": QUERY_EXAMPLE | {"metrics": list(CAMPAIGN_METRICS), "dimensions": ["utm_campaign"]},
            },
            documentation.BODY_ERRORS,
        ),
    )
    def post(self, request: Request, project_id: UUID) -> Response:
        project = self.project(request, project_id)
        asked = comparison.comparison(request.data, project, who(request), clock.now())
        self.asked = asked.query
        result = results.run(self.asked)
        found = {row.dimensions[0]: row.metrics for row in result.rows}
        (dimension,), metrics = asked.query.dimensions, asked.query.metrics
        rows = [
            {dimension: name} | answers.numbers(metrics, found.get(name, results.nothing(metrics)))
            for name in asked.campaigns
        ]
        return Response({"project_id": str(project.pk), "results": rows} | self.tail(asked.query, result))
