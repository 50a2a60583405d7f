"""Goals as JSON: what the API answers, and what its description says can be sent, which goals.validation reads."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer, inline_serializer
from rest_framework import serializers

from goals.conditions import MAX_CONDITIONS, MAX_VALUES, OPERATORS
from goals.models import Fill, Goal, GoalType, State, UrlMatch
from goals.models.goals import MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS, MAX_PATTERN_CHARS
from reports.goals.meaning import meaning
from reports.goals.numbers import GoalNumbers

NEW_GOAL = {
    "name": "Pro signup",
    "goal_type": "event",
    "target_event_name": "signup",
    "conditions": [{"key": "plan", "operator": "is", "values": ["pro"]}],
}
STATS = {
    "completions": 132,
    "converted_visits": 118,
    "visitors": 112,
    "conversion_rate": 3.4,
    "revenue": {"EUR": 4_120.0},
}
ROW = {
    "id": "0d1a4b1e-6a2f-4a43-9d84-5f0d7a3f6a11",
    **NEW_GOAL,
    "description": "",
    "meaning": "Event signup where plan is pro",
    "target_event_type": "custom",
    "target_url_pattern": "",
    "url_match": "",
    "value_property": "",
    "target_value": None,
    "is_active": True,
    "counting": {"state": "running", "share": 0.4, "error": ""},
    "stats": None,
    "created_at": "2026-11-20T09:30:00Z",
    "updated_at": "2026-11-20T09:30:00Z",
}
GOAL = OpenApiExample("A goal", ROW, response_only=True)
_CONDITION = inline_serializer(
    "GoalCondition",
    {
        "key": serializers.CharField(help_text="Of the event’s custom data."),
        "operator": serializers.ChoiceField(OPERATORS, help_text="`gt`, `gte`, `lt`, `lte`: of numbers."),
        "values": serializers.ListField(child=serializers.CharField(), help_text=f"Any of them; at most {MAX_VALUES}."),
    },
    many=True,
)
_COUNTING = inline_serializer(
    "GoalCounting",
    {
        "state": serializers.ChoiceField(State.choices),
        "share": serializers.FloatField(help_text="0 to 1."),
        "error": serializers.CharField(),
    },
)
_STATS = inline_serializer(
    "GoalStats",
    {
        "completions": serializers.IntegerField(),
        "converted_visits": serializers.IntegerField(),
        "visitors": serializers.IntegerField(),
        "conversion_rate": serializers.FloatField(
            allow_null=True, help_text="Converted visits, in percent of all visits that the filters leave."
        ),
        "revenue": serializers.DictField(
            child=serializers.FloatField(), help_text="Of the events that reached it, by currency."
        ),
    },
    allow_null=True,
)


@extend_schema_field(_CONDITION)
class ConditionsField(serializers.JSONField):
    """A class of its own: what describes a class describes each field that is made of it."""


@extend_schema_serializer(examples=[GOAL])
class GoalSerializer(serializers.ModelSerializer[Goal]):
    """What visitors are to do."""

    # With `numbers` in the context, by id, each goal has its `stats`; those that are missing have those of `nobody`.

    name = serializers.CharField(max_length=MAX_NAME_CHARS, help_text="Once per project, whatever its case.")
    description = serializers.CharField(max_length=MAX_DESCRIPTION_CHARS, required=False, allow_blank=True)
    meaning = serializers.SerializerMethodField(help_text="What it counts, in words.")
    goal_type = serializers.ChoiceField(
        GoalType.choices,
        help_text="`event`, `pageview`, `value`: reached by every event that matches. `scroll`, `engagement`: once in "
        "a visit to each page.",
    )
    target_event_type = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Of `event` and `value`: the kind of event; `custom` by default, of `value` any.",
    )
    target_event_name = serializers.CharField(
        required=False, allow_blank=True, help_text="Of custom events. Needed for `event`."
    )
    conditions = ConditionsField(
        required=False, help_text=f"Of `event` and `value`: all must hold; at most {MAX_CONDITIONS}."
    )
    target_url_pattern = serializers.CharField(
        max_length=MAX_PATTERN_CHARS,
        required=False,
        allow_blank=True,
        help_text="The path of the page. Needed for `pageview`, `scroll` and `engagement`.",
    )
    url_match = serializers.ChoiceField(
        UrlMatch.choices,
        required=False,
        allow_blank=True,
        help_text="By default `wildcard` where the pattern has a `*`, else `exact`. `regex`: RE2, anywhere in it.",
    )
    value_property = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Of `value`: the property that has the number. Empty: the event’s own value.",
    )
    target_value = serializers.FloatField(
        required=False, allow_null=True, help_text="At least so much: an amount, percent of the page, or seconds."
    )
    is_active = serializers.BooleanField(required=False, help_text="False: paused, nothing new is counted.")
    counting = serializers.SerializerMethodField(help_text="How far the events from before it was made are counted.")
    stats = serializers.SerializerMethodField(help_text="With `include_stats=true`; null without.")

    class Meta:
        model = Goal
        fields = (
            "id", "name", "description", "goal_type", "meaning", "target_event_type", "target_event_name", "conditions",
            "target_url_pattern", "url_match", "value_property", "target_value", "is_active", "counting", "stats",
            "created_at", "updated_at",
        )  # fmt: skip
        validators = ()

    def get_meaning(self, goal: Goal) -> str:
        return meaning(goal)

    @extend_schema_field(_COUNTING)
    def get_counting(self, goal: Goal) -> dict[str, Any]:
        fill: Fill | None = getattr(goal, "fill", None)
        if fill is None:
            return {"state": State.DONE.value, "share": 1.0, "error": ""}
        return {"state": fill.state, "share": round(fill.share, 3), "error": fill.error}

    @extend_schema_field(_STATS)
    def get_stats(self, goal: Goal) -> dict[str, Any] | None:
        if "numbers" not in self.context:
            return None
        found: GoalNumbers = self.context["numbers"].get(str(goal.pk), self.context["nobody"])
        rate = found.conversion_rate
        return {
            "completions": found.completions,
            "converted_visits": found.converted_visits,
            "visitors": found.visitors,
            "conversion_rate": None if rate is None else round(rate, 2),
            "revenue": found.revenue,
        }
