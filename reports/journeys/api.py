"""The ways of visits over the API, as JSON or as rows of a CSV file."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from reports import conditions
from reports.api import answers as of_api
from reports.api.base import StatsView
from reports.api.exports import AnyFormat
from reports.exports.formats import CsvWriter
from reports.faults import one_of
from reports.journeys import answers, api_documentation, flow_table
from reports.journeys.answers import DatedPaths
from reports.journeys.choices import Choices, choices
from reports.params import InvalidParams, Question, fault
from tracking.storage.paths import Node, PathAnswer
from tracking.storage.spec import StatsResult

FORMATS = ("json", "csv")
COLUMNS = ("column", "kind", "step", "other_kind", "other_step", "visits", "share")


class JourneysView(StatsView):
    content_negotiation_class = AnyFormat

    @extend_schema(
        tags=["Statistics"],
        summary="Paths of visits",
        description=api_documentation.DESCRIPTION,
        parameters=api_documentation.PARAMETERS,
        responses=api_documentation.RESPONSES,
    )
    def get(self, request: Request, project_id: UUID) -> Response | HttpResponse:
        question = self.question(request, project_id)
        asked = choices(self.params)
        file_format = self.params.get("format") or FORMATS[0]
        if file_format not in FORMATS:
            raise InvalidParams(errors=[fault("format", "unknown_format", one_of(FORMATS))])
        answer = answers.run(asked.query(question))
        if file_format == "csv":
            return _file(answer.paths)
        return Response(of_api.head(question) | _body(answer.paths, asked) | self._about(question, answer))

    def _about(self, question: Question, answer: DatedPaths) -> dict[str, Any]:
        result = StatsResult((), {"source": "events", "timed_ms": answer.timed_ms, "as_of": answer.as_of})
        return {
            "filters": conditions.as_json(question.conditions),
            "meta": self.meta(question.query(("visits",)), result),
        }


def _body(answer: PathAnswer, asked: Choices) -> dict[str, Any]:
    return {
        "anchor": {"kind": asked.anchor.kind, "value": asked.anchor.value} if asked.anchor else None,
        "direction": asked.direction,
        "steps": asked.steps,
        "breadth": asked.breadth,
        "includes_events": asked.includes_events,
        "visits": answer.visits,
        "columns": [[_node(node) for node in column] for column in answer.columns],
        "links": [
            {"column": each.column, "source": each.source, "target": each.target, "visits": each.visits}
            for each in answer.links
        ],
    }


def _node(node: Node) -> dict[str, Any]:
    return {
        "kind": node.kind,
        "value": node.value,
        "visits": node.visits,
        "ended": node.ended,
        "values": node.values,
    }


def _file(answer: PathAnswer) -> HttpResponse:
    writer = CsvWriter(COLUMNS)
    rows = [
        (
            each.column,
            each.source.kind,
            each.source.value,
            each.target.kind,
            each.target.value,
            each.visits,
            round(each.share, 2),
        )
        for each in flow_table.rows(answer)
    ]
    response = HttpResponse(
        writer.head() + writer.rows(rows, is_first=True) + writer.tail(len(rows)), content_type=writer.media_type
    )
    response["Content-Disposition"] = 'attachment; filename="journeys.csv"'
    return response
