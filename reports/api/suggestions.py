"""Values to filter by, for whoever builds a filter of their own."""

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports import names, suggestions
from reports.api import answers, documentation
from reports.api.base import StatsView
from reports.api.documentation import PERIOD_EXAMPLE
from reports.faults import shown
from reports.params import InvalidParams, fault
from reports.suggestions import KEYS, LIMIT, MAX_TEXT_CHARS

DIMENSION = OpenApiParameter(
    "dimension",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    description="One of the dimensions, `prop:<key>` included; or `prop` for the keys that properties have.",
)
TEXT = documentation.parameter(
    "q", f"What the value, or what people call it, has in it, in any case. At most {MAX_TEXT_CHARS} characters."
)
RESULT = serializers.DictField(
    help_text="`value`, for a filter; `label`, what people call it; and `visitors`, or of a key `events`: how many of "
    "the last 100,000 events with properties have it."
)


class SuggestionsView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="Values to filter by",
        description=f"Up to {LIMIT} values that the dimension really has in the period, under the filters: what is "
        "exactly the text first, then by visitors.",
        parameters=[DIMENSION, TEXT, *documentation.QUESTION],
        responses=documentation.answer(
            "Suggestions",
            {
                "period": documentation.PERIOD_SHAPE,
                "dimension": serializers.CharField(),
                "results": serializers.ListField(child=RESULT),
            },
            {
                "project_id": documentation.PROJECT_ID,
                "period": PERIOD_EXAMPLE,
                "dimension": "country",
                "results": [
                    {"value": "DE", "label": "Germany", "visitors": 866},
                    {"value": "NG", "label": "Nigeria", "visitors": 45},
                ],
            },
        ),
    )
    def get(self, request: Request, project_id: UUID, dimension: str) -> Response:
        question = self.question(request, project_id)
        name, text = _dimension(dimension), self.params.get("q", "")
        if not names.is_text(text) or len(text) > MAX_TEXT_CHARS:
            detail = f"a text of at most {MAX_TEXT_CHARS} characters"
            raise InvalidParams(errors=[fault("q", "invalid_value", detail)])
        self.asked = question.query(("visitors",), dimensions=() if name == KEYS else (name,))
        counted = "events" if name == KEYS else "visitors"
        found = suggestions.suggestions(question, name, text.strip())
        results = [{"value": each.value, "label": each.label, counted: each.count} for each in found]
        return Response(answers.head(question) | {"dimension": name, "results": results})


def _dimension(name: str) -> str:
    """Raises InvalidParams."""
    if name == KEYS:
        return KEYS
    found = names.dimension(name)
    if found is None:
        detail = f"“{shown(name)}”: {names.POSSIBLE}, or {KEYS} for the keys of properties"
        raise InvalidParams(errors=[fault("dimension", "unknown_dimension", detail)])
    return found.name
