"""Campaigns: what the links brought that are tagged with utm_campaign and the other UTM parameters."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from projects.authentication import who
from reports import params, results
from reports.api import answers, documentation, pages
from reports.api.base import StatsView
from reports.api.breakdowns import BreakdownView, described
from reports.api.campaign_documentation import ATTRIBUTION_PARAMETER, BY_PARAMETER, COMPARED, GOAL_PARAMETER, ROW
from reports.api.json_body import JsonBody
from reports.api.rows import Breakdown
from reports.campaigns import choices, comparison, differences, numbers
from reports.campaigns.choices import BASE, BY, Wanted
from reports.campaigns.comparison import CAMPAIGN_METRICS, Comparison
from reports.campaigns.table import ordered
from reports.faults import one_of, shown
from reports.params import InvalidParams, Question, fault
from reports.viewing import Viewing
from tracking.storage.spec import METRICS


@described(
    "Campaigns",
    "Campaigns",
    "utm_campaign",
    ROW,
    BY_PARAMETER,
    GOAL_PARAMETER,
    ATTRIBUTION_PARAMETER,
    description="Visits that came by a link with UTM parameters, by one of them. " + documentation.LIST,
)
class CampaignsView(BreakdownView):
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        viewing = Viewing(self.asked_of, who(request))
        wanted = Wanted(choices.by(self.params), choices.goal(self.params, viewing), choices.attribution(self.params))
        if not (wanted.goal or wanted.is_first_touch):
            return super().get(request, project_id)
        return self.credited(request, question, replace(wanted, sort=f"-{self.first_column(wanted)}"))

    def credited(self, request: Request, question: Question, wanted: Wanted) -> Response:
        """With who gets the credit said, which the metrics of the store do not."""
        if self.params.get("metrics"):
            detail = "not together with a goal, or with first_touch: a row has all that can be told"
            raise InvalidParams(errors=[fault("metrics", "not_possible", detail)])
        limit, offset = pages.limit(self.params), pages.offset(self.params)
        brought = numbers.campaigns(question, wanted)
        self.asked = brought.query
        found = ordered(brought, wanted)
        more = {
            "attribution": wanted.attribution,
            "goal": wanted.goal or None,
            "results": [_row(each, wanted) for each in found[offset : offset + limit]],
            "next": pages.following(request, len(found), limit=limit, offset=offset),
        }
        tail = self.tail(replace(brought.query, limit=limit, offset=offset), brought.result)
        tail["meta"]["total_rows"] = len(found)
        return Response(answers.head(question) | more | tail)

    def first_column(self, wanted: Wanted) -> str:
        return "visitors"

    def asked_breakdown(self) -> Breakdown:
        return Breakdown(BY[choices.by(self.params)], CAMPAIGN_METRICS, has_none=False)


def _row(campaign: numbers.Campaign, wanted: Wanted) -> dict[str, Any]:
    columns = (*BASE, *wanted.outcomes[:2])
    found = answers.numbers(columns, [campaign.metrics[name] for name in columns])
    revenue = {currency: round(amount, 2) for currency, amount in campaign.revenue.items()}
    return {wanted.dimension: campaign.value} | found | {"revenue": revenue}


@described(
    "TopCampaigns",
    "Campaigns that did best",
    "utm_campaign",
    ROW,
    BY_PARAMETER,
    OpenApiParameter(
        "metric",
        str,
        description="What they did best in; with `first_touch` or `goal` one of the columns of a row.",
        enum=[*METRICS, "converted"],
        default="visitors",
    ),
    GOAL_PARAMETER,
    ATTRIBUTION_PARAMETER,
    description="Campaigns by one metric, the largest first: `metric` comes first in each row, and the others after.",
)
class TopCampaignsView(CampaignsView):
    def first_column(self, wanted: Wanted) -> str:
        columns, first = (*BASE, *wanted.outcomes), self.params.get("metric") or "visitors"
        if first not in columns:
            raise InvalidParams(errors=[fault("metric", "unknown_metric", f"“{shown(first)}”: {one_of(columns)}")])
        return first

    def asked_metrics(self, breakdown: Breakdown) -> tuple[str, ...]:
        first = self.params.get("metric") or "visitors"
        if first not in METRICS:
            raise InvalidParams(errors=[fault("metric", "unknown_metric", f"“{shown(first)}”: {one_of(METRICS)}")])
        return tuple(dict.fromkeys((first, *params.metrics(self.params, breakdown.metrics))))


class CompareCampaignsView(StatsView):
    parser_classes = (JsonBody,)

    @COMPARED
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
        told = {"project_id": str(project.pk), "results": rows} | _winners(asked, rows)
        return Response(told | self.tail(asked.query, result))


def _winners(asked: Comparison, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """{"winners"}, and {"differences"} where they are asked for."""
    (dimension,), metrics = asked.query.dimensions, asked.query.metrics
    found = []
    if asked.include_significance:
        found = differences.differences(differences.spreads(asked.query), asked.campaigns)
    winners: dict[str, Any] = {}
    for metric in metrics:
        best = differences.winner(metric, {row[dimension]: row[metric] for row in rows}, found)
        winners[metric] = best and {"campaign": best.campaign}
        if best and asked.include_significance:
            winners[metric]["is_clear"] = best.is_clear
    if not asked.include_significance:
        return {"winners": winners}
    return {"winners": winners, "differences": [
        {"metric": each.metric, "campaigns": list(each.campaigns), "p_value": each.p_value,
         "is_more_than_chance": each.is_more_than_chance}
        for each in found
    ]}  # fmt: skip
