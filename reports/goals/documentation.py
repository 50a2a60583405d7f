"""What the API's description says of goals."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from projects.api.documentation import READING_ONE, WRITING, problem
from reports.api.documentation import ERRORS, QUESTION, RATE_LIMITED, UNANSWERED, parameter
from reports.goals.serializers import GOAL, NEW_GOAL, ROW, STATS, GoalSerializer

ID = OpenApiParameter("goal_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The goal's id.")
_STATS = [
    parameter(
        "include_stats",
        "With the numbers of each goal in the period, under `stats`.",
        type=OpenApiTypes.BOOL,
        default=False,
    ),
    *QUESTION,
]
_INVALID = problem(
    400,
    "invalid",
    "Some values are not valid",
    "Each error has a pointer to the field, a stable code such as `required`, `taken`, `not_a_path`, "
    "`invalid_pattern`, `too_many`, and says what is possible.",
    errors=[{"pointer": "/target_url_pattern", "code": "not_a_path", "detail": "Write the path of the page, …"}],
)
_WRITING = {**WRITING, 400: _INVALID, 429: RATE_LIMITED}
_WITH_STATS = OpenApiExample("With its numbers", ROW | {"stats": STATS}, response_only=True)
LIST: dict[str, Any] = {
    "summary": "List goals",
    "description": "By name. With `include_stats=true` the answer says the `period`, too.",
    "parameters": _STATS,
    "responses": {200: GoalSerializer(many=True), **ERRORS},
    "examples": [GOAL, _WITH_STATS],
}
READ: dict[str, Any] = {
    "summary": "Read a goal",
    "parameters": [ID, *_STATS],
    "responses": {200: GoalSerializer, **ERRORS},
    "examples": [GOAL, _WITH_STATS],
}
CREATE: dict[str, Any] = {
    "summary": "Make a goal",
    "description": "It counts what happens from now on, and in the background what happened before: see `counting`.",
    "request": GoalSerializer,
    "responses": {201: GoalSerializer, **_WRITING},
    "examples": [
        OpenApiExample("An event with a property", NEW_GOAL, request_only=True),
        OpenApiExample(
            "A page",
            {"name": "Thanks", "goal_type": "pageview", "target_url_pattern": "/thanks"},
            request_only=True,
        ),
        GOAL,
    ],
}
CHANGE: dict[str, Any] = {
    "summary": "Change, pause or resume a goal",
    "description": "With what is sent. When it means something else then, past events are counted anew. "
    "`is_active: false` pauses it; resumed, it counts what came in between as well.",
    "parameters": [ID],
    "request": GoalSerializer,
    "responses": {200: GoalSerializer, **_WRITING},
    "examples": [OpenApiExample("Pause", {"is_active": False}, request_only=True), GOAL],
}
DELETE: dict[str, Any] = {
    "summary": "Delete a goal",
    "description": "With all that was counted for it. The events stay.",
    "parameters": [ID],
    "responses": {204: None, **READING_ONE, 429: RATE_LIMITED},
}
_FOUND = {
    "days": 30,
    "completions": 132,
    "visits": 118,
    "visitors": 112,
    "last_at": "2026-11-20T08:12:00Z",
}
PREVIEW: dict[str, Any] = {
    "summary": "Try a goal",
    "description": "How often it would have been reached in the last 30 days; nothing is saved. A name is not needed.",
    "request": GoalSerializer,
    "responses": {
        200: OpenApiResponse(
            inline_serializer(
                "GoalPreview",
                {
                    "days": serializers.IntegerField(),
                    "completions": serializers.IntegerField(),
                    "visits": serializers.IntegerField(),
                    "visitors": serializers.IntegerField(),
                    "last_at": serializers.DateTimeField(allow_null=True),
                },
            ),
            "What it would have counted.",
            [OpenApiExample("An answer", _FOUND, response_only=True)],
        ),
        **_WRITING,
        503: UNANSWERED,
    },
    "examples": [OpenApiExample("An event with a property", NEW_GOAL, request_only=True)],
}
SUGGESTIONS: dict[str, Any] = {
    "summary": "Suggested goals",
    "description": "What visitors did in the last 30 days that no goal counts, the most frequent first. Each "
    "`goal` can be sent as it is.",
    "responses": {
        200: OpenApiResponse(
            inline_serializer(
                "GoalSuggestions",
                {
                    "results": inline_serializer(
                        "GoalSuggestion",
                        {"goal": serializers.DictField(), "events": serializers.IntegerField()},
                        many=True,
                    )
                },
            ),
            "What could be a goal.",
            [
                OpenApiExample(
                    "Suggestions",
                    {
                        "results": [
                            {
                                "goal": {
                                    "name": "signup",
                                    "goal_type": "event",
                                    "target_event_type": "custom",
                                    "target_event_name": "signup",
                                },
                                "events": 302,
                            }
                        ]
                    },
                    response_only=True,
                )
            ],
        ),
        **READING_ONE,
        429: RATE_LIMITED,
        503: UNANSWERED,
    },
}
