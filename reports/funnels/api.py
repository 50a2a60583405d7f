"""/api/v1/projects/{id}/funnels: how far visits or visitors get on a way of several steps."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from projects.authentication import who
from reports import conditions
from reports.api import answers as api_answers
from reports.api.base import StatsView
from reports.api.exports import AnyFormat
from reports.api.json_body import JsonBody
from reports.faults import one_of, shown
from reports.funnels import answers, api_documentation, body, csv_file, definition
from reports.funnels.actions import find_funnel
from reports.funnels.body import Asked
from reports.funnels.breakdowns import breakdown_of
from reports.funnels.csv_file import rounded
from reports.funnels.definition import Definition
from reports.funnels.numbers import numbers
from reports.params import InvalidParams, fault
from tracking.storage.funnels import FunnelStep
from tracking.storage.spec import StatsResult

FORMATS = ("json", "csv")


class FunnelAnswerView(StatsView):
    """What all three routes answer: JSON, or a CSV file with `format=csv`."""

    content_negotiation_class = AnyFormat

    def answer(self, asked: Asked, name: str = "funnel") -> HttpResponseBase:
        """Raises InvalidParams, BrokenFunnel and what the store raises."""
        question = asked.question
        self.asked = question.query(("visitors" if asked.definition.by == "visitor" else "visits",))
        form = self.params.get("format") or "json"
        if form not in FORMATS:
            raise InvalidParams(errors=[fault("format", "unknown_format", f"“{shown(form)}”: {one_of(FORMATS)}")])
        if form == "csv":
            return csv_file.response(csv_file.content(asked.definition, question, asked.breakdown), name)
        found = answers.run(asked.definition.query(question, breakdown=asked.breakdown))
        result = StatsResult([], {"source": "events", "timed_ms": found.timed_ms, "as_of": found.as_of})
        groups = [{"value": each.value, "steps": _steps(asked.definition, each.steps)} for each in found.answer.groups]
        return Response({
            **api_answers.head(question),
            "steps": _steps(asked.definition, found.answer.steps),
            "groups": groups,
            "meta": self.meta(self.asked, result),
            "query": _understood(asked),
        })  # fmt: skip


class FunnelView(FunnelAnswerView):
    parser_classes = (JsonBody,)

    @extend_schema(**api_documentation.FUNNEL)
    def post(self, request: Request, project_id: UUID) -> HttpResponseBase:
        project = self.project(request, project_id)
        return self.answer(body.asked(request.data, project, who(request), clock.now()))


class GoalFunnelView(FunnelAnswerView):
    parser_classes = (JsonBody,)

    @extend_schema(**api_documentation.GOAL_FUNNEL)
    def post(self, request: Request, project_id: UUID) -> HttpResponseBase:
        project = self.project(request, project_id)
        return self.answer(body.asked_of_goals(request.data, project, who(request), clock.now()))


class FunnelReportView(FunnelAnswerView):
    @extend_schema(**api_documentation.REPORT)
    def get(self, request: Request, project_id: UUID, funnel_id: UUID) -> HttpResponseBase:
        question = self.question(request, project_id)
        saved = find_funnel(self.asked_of, funnel_id)
        return self.answer(Asked(definition.of_funnel(saved), question, breakdown_of(self.params)), saved.name)


def _steps(found: Definition, steps: Sequence[FunnelStep]) -> list[dict[str, Any]]:
    return [
        {
            "name": step.called,
            "entered": of.entered,
            "continued": of.continued,
            "dropped": of.dropped,
            "rate": rounded(of.rate),
            "rate_total": rounded(of.rate_total),
            "median_seconds_to_next": rounded(of.median_s),
        }
        for step, of in zip(found.steps, numbers(steps), strict=True)
    ]


def _understood(asked: Asked) -> dict[str, Any]:
    """The question as it was understood. `date_range` is [start, end)."""
    period = asked.question.period.period
    return {
        **asked.definition.as_json(),
        "date_range": [period.start.isoformat(), period.end.isoformat()],
        "filters": conditions.as_json(asked.question.conditions),
        "breakdown": asked.breakdown or None,
    }
