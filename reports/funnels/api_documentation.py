"""Shapes, parameters and examples of the API of funnels, for its description."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema_field,
    inline_serializer,
)
from rest_framework import serializers

from goals.models import By, Funnel, StepOrder
from projects.api import documentation as of_projects
from projects.api.documentation import problem
from reports.api import documentation
from reports.api.documentation import META_EXAMPLE, PERIOD_EXAMPLE, PROJECT_ID, RATE_LIMITED
from reports.funnels.actions import MAX_FUNNELS, MAX_NAME_CHARS
from reports.funnels.definition import WINDOW_SHAPE, BrokenFunnel, window_text

GOALS = ["5b1f2f0e-6c1c-4c39-9c2a-0a4d7f0f8f11", "9c2f7a35-0c0e-4f0a-8f52-6f2a0f5f3c22"]
STEPS = [
    {"filters": [["is", "event_type", ["pageview"]], ["is", "page", ["/pricing"]]]},
    {"name": "Signed up", "goal": GOALS[0]},
]
BODY = {"steps": STEPS, "by": "visit", "window": "7d", "order": "loose"}
STEPS_TEXT = (
    'A step is `{"goal": "<id>"}` or `{"filters": […]}`, with filters as in `POST /query` but without `has_done`, '
    "all of which hold of one event; and perhaps a `name`. Two to ten."
)
FUNNEL_ID = OpenApiParameter("funnel_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The funnel's id.")
FORMAT = documentation.parameter(
    "format", "`csv`: a file with a line for each step.", enum=["json", "csv"], default="json"
)
BREAKDOWN = documentation.parameter("breakdown", "A dimension to split the funnel by: what the first step's event has.")


@extend_schema_field({"type": "array", "items": {"type": "object"}, "minItems": 2, "maxItems": 10})
class StepsField(serializers.JSONField):
    """Any JSON; reports.funnels.steps says what of it is possible, with the place of each fault."""


class WindowField(serializers.CharField):
    """Seconds as they are kept, as a text."""

    def get_attribute(self, instance: Funnel) -> Any:
        return window_text(instance.window_s)


class FunnelSerializer(serializers.ModelSerializer[Funnel]):
    name = serializers.CharField(max_length=MAX_NAME_CHARS, help_text="Once per project.")
    steps = StepsField(help_text=STEPS_TEXT)
    by = serializers.ChoiceField(By.choices, default=By.VISIT, help_text="What is counted.")
    window = WindowField(allow_null=True, required=False, help_text=f"From the first step to the last: {WINDOW_SHAPE}.")
    order = serializers.ChoiceField(
        StepOrder.choices, default=StepOrder.LOOSE, help_text="`strict`: one step directly after the other."
    )

    class Meta:
        model = Funnel
        fields = ("id", "name", "steps", "by", "window", "order", "created_at", "updated_at")


_SAVED = OpenApiExample(
    "A funnel",
    {
        "id": "3f6a1d52-3c9a-4a53-8c1b-2f8f6a1d7b10",
        "name": "Pricing to signup",
        **BODY,
        "created_at": "2026-11-20T09:30:00Z",
        "updated_at": "2026-11-20T09:30:00Z",
    },
    response_only=True,
)
_READING = {**of_projects.READING_ONE, 429: RATE_LIMITED}
_WRITING = {**of_projects.WRITING, 413: documentation.BODY_ERRORS[413], 429: RATE_LIMITED}
BROKEN = problem(
    409,
    BrokenFunnel.code,
    BrokenFunnel.title,
    "A goal that one of its steps names is not there any more.",
    errors=[{"pointer": "/steps/1/goal", "code": "unknown_goal", "detail": "this goal was deleted"}],
)

LIST: dict[str, Any] = {
    "summary": "List funnels",
    "description": "By name.",
    "responses": {200: FunnelSerializer(many=True), **_READING},
    "examples": [_SAVED],
}
RETRIEVE: dict[str, Any] = {
    "summary": "Read a funnel",
    "parameters": [FUNNEL_ID],
    "responses": {200: FunnelSerializer, **_READING},
    "examples": [_SAVED],
}
CREATE: dict[str, Any] = {
    "summary": "Save a funnel",
    "description": f"{STEPS_TEXT} At most {MAX_FUNNELS} a project. For editors and above.",
    "request": FunnelSerializer,
    "responses": {201: FunnelSerializer, **_WRITING},
    "examples": [OpenApiExample("New", {"name": "Pricing to signup", **BODY}, request_only=True), _SAVED],
}
CHANGE: dict[str, Any] = {
    "summary": "Change a funnel",
    "parameters": [FUNNEL_ID],
    "request": FunnelSerializer(partial=True),
    "responses": {200: FunnelSerializer, **_WRITING},
    "examples": [OpenApiExample("Another name", {"name": "Signup"}, request_only=True), _SAVED],
}
DELETE: dict[str, Any] = {
    "summary": "Delete a funnel",
    "description": "What was counted stays: the same steps have the same numbers.",
    "parameters": [FUNNEL_ID],
    "responses": {204: None, **_READING},
}

_STEP_ROWS = [
    {
        "name": "/pricing",
        "entered": 1204,
        "continued": 96,
        "dropped": 1108,
        "rate": 100.0,
        "rate_total": 100.0,
        "median_seconds_to_next": 184.0,
    },
    {
        "name": "Signed up",
        "entered": 96,
        "continued": None,
        "dropped": None,
        "rate": 7.97,
        "rate_total": 7.97,
        "median_seconds_to_next": None,
    },
]
_STEP_SHAPE = inline_serializer(
    "FunnelStepNumbers",
    {
        "name": serializers.CharField(),
        "entered": serializers.IntegerField(help_text="How many got here."),
        "continued": serializers.IntegerField(allow_null=True, help_text="Of these, to the next step."),
        "dropped": serializers.IntegerField(allow_null=True, help_text="Of these, not to the next step."),
        "rate": serializers.FloatField(allow_null=True, help_text="Percent of those who entered the step before."),
        "rate_total": serializers.FloatField(allow_null=True, help_text="Percent of those who entered the first step."),
        "median_seconds_to_next": serializers.FloatField(allow_null=True, help_text="Of those who continued."),
    },
    many=True,
)
_ANSWER = {
    "period": documentation.PERIOD_SHAPE,
    "steps": _STEP_SHAPE,
    "groups": serializers.ListField(
        child=serializers.DictField(),
        help_text="With a breakdown: `value` and `steps` of each, the largest first; `value` null: all others.",
    ),
    "meta": documentation.META_SHAPE,
    "query": serializers.DictField(help_text="The question as it was understood."),
}
_EXAMPLE = {
    "project_id": PROJECT_ID,
    "period": PERIOD_EXAMPLE,
    "steps": _STEP_ROWS,
    "groups": [],
    "meta": META_EXAMPLE | {"source": "events"},
    "query": {
        **BODY,
        "date_range": ["2026-11-01T00:00:00+01:00", "2026-12-01T00:00:00+01:00"],
        "filters": [],
        "breakdown": None,
    },
}
_FILE = OpenApiResponse(OpenApiTypes.BINARY, "With `format=csv`: a line for each step, and each step of each group.")


def _answer(name: str, errors: dict[int, Any]) -> dict[Any, Any]:
    """JSON, or a file; `Accept` is not asked: the answer is what `format` says."""
    described = documentation.answer(name, _ANSWER, _EXAMPLE, errors)
    return {
        (200, "application/json"): described.pop(200),
        (200, "text/csv"): _FILE,
        **{code: each for code, each in described.items() if code != 406},
    }


def _request(name: str, fields: dict[str, Any]) -> Any:
    return inline_serializer(name, {
        **fields,
        "by": serializers.ChoiceField(By.choices, default="visit"),
        "window": serializers.CharField(required=False, allow_null=True, help_text=WINDOW_SHAPE),
        "order": serializers.ChoiceField(StepOrder.choices, default="loose"),
        "date_range": serializers.JSONField(required=False, help_text="a name such as 30d, or two dates"),
        "startDate": serializers.DateField(required=False, help_text="with endDate, in place of date_range"),
        "endDate": serializers.DateField(required=False),
        "filters": serializers.ListField(
            child=serializers.JSONField(), required=False, help_text="of the first step's event, or its visit"
        ),
        "breakdown": serializers.CharField(required=False, allow_null=True, help_text="a dimension"),
    })  # fmt: skip


FUNNEL: dict[str, Any] = {
    "tags": ["Funnels"],
    "summary": "A funnel",
    "description": f"How far visits or visitors get on a way of several steps. {STEPS_TEXT} A goal of another project "
    "is `unknown_goal`, like an absent one.",
    "parameters": [FORMAT],
    "request": _request("FunnelQuestion", {"steps": StepsField(help_text=STEPS_TEXT)}),
    "examples": [OpenApiExample("From a page to a goal", {**BODY, "date_range": "30d"}, request_only=True)],
    "responses": _answer("FunnelAnswer", documentation.BODY_ERRORS),
}
GOAL_FUNNEL: dict[str, Any] = {
    "tags": ["Funnels"],
    "summary": "A funnel of goals",
    "description": "The same as `POST /funnels`, with a goal for each step.",
    "parameters": [FORMAT],
    "request": _request(
        "GoalFunnelQuestion",
        {"goal_ids": serializers.ListField(child=serializers.UUIDField(), min_length=2, max_length=10)},
    ),
    "examples": [
        OpenApiExample(
            "Two goals", {"goal_ids": GOALS, "startDate": "2026-11-01", "endDate": "2026-11-30"}, request_only=True
        )
    ],
    "responses": _answer("GoalFunnelAnswer", documentation.BODY_ERRORS),
}
REPORT: dict[str, Any] = {
    "tags": ["Funnels"],
    "summary": "The numbers of a saved funnel",
    "parameters": [FUNNEL_ID, *documentation.QUESTION, BREAKDOWN, FORMAT],
    "responses": _answer("FunnelReport", {**documentation.ERRORS, 409: BROKEN}),
}
