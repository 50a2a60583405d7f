"""An annotation as JSON. Its time is a day or a moment."""

from datetime import UTC, date, datetime
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from projects.models import Project
from reports import periods
from reports.annotations import When
from reports.models import Annotation
from reports.models.annotations import (
    MAX_EXTERNAL_ID_CHARS,
    MAX_TEXT_CHARS,
    MAX_TITLE_CHARS,
    Kind,
)

RELEASE = {
    "occurred_at": "2026-11-20T09:30:00+01:00",
    "title": "Release 2.4",
    "text": "New checkout",
    "kind": "release",
    "url": "https://example.com/changelog#2.4",
    "is_public": False,
    "external_id": "v2.4",
}
_ROW = {
    "id": "0d1a4b1e-6a2f-4a43-9d84-5f0d7a3f6a11",
    **RELEASE,
    "created_at": "2026-11-20T08:30:02Z",
    "updated_at": "2026-11-20T08:30:02Z",
}
ANNOTATION = OpenApiExample("A release", _ROW, response_only=True)
_DAY_CHARS = len("2026-11-20")


@extend_schema_field({"oneOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]})
class WhenField(serializers.Field[Any, Any, Any, Any]):
    """Text as a When, in the zone of the `project` of the context; an annotation as its day or its moment there."""

    default_error_messages = {
        "invalid": "a day such as 2026-11-20, or a moment such as 2026-11-20T09:30:00Z",
        "out_of_range": f"from {periods.FIRST_DAY} to {periods.LAST_DAY}",
    }

    def get_attribute(self, instance: Annotation) -> Annotation:
        return instance

    def to_internal_value(self, data: str) -> When:
        project: Project = self.context["project"]
        try:
            if len(data) == _DAY_CHARS:
                day = date.fromisoformat(data)
                when = When.of_day(day, project) if periods.FIRST_DAY <= day <= periods.LAST_DAY else None
            else:
                moment = datetime.fromisoformat(data)
                day = moment.date()
                moment = moment if moment.tzinfo else moment.replace(tzinfo=project.zone)
                # Days at either end of time have no other zone's clock.
                when = When(moment.astimezone(UTC)) if periods.FIRST_DAY < day < periods.LAST_DAY else None
        except (TypeError, ValueError):
            self.fail("invalid")
        if when is None:
            self.fail("out_of_range")
        return when

    def to_representation(self, value: Annotation) -> str:
        if value.occurred_on:
            return value.occurred_on.isoformat()
        return value.occurred_at.astimezone(self._zone_of(value)).isoformat()

    def _zone_of(self, annotation: Annotation) -> Any:
        project: Project = self.context.get("project") or annotation.project
        return project.zone


@extend_schema_serializer(examples=[ANNOTATION])
class AnnotationSerializer(serializers.ModelSerializer[Annotation]):
    """`validated_data` has `when`, where a time was given, and the model's other fields."""

    occurred_at = WhenField(
        source="when",
        required=False,
        help_text="A day of the project's time zone, or a moment; without an offset it is the project's. Default: now.",
    )
    title = serializers.CharField(max_length=MAX_TITLE_CHARS, help_text="What happened, in a few words.")
    text = serializers.CharField(max_length=MAX_TEXT_CHARS, required=False, allow_blank=True, help_text="More of it.")
    kind = serializers.ChoiceField(Kind.choices, required=False, help_text="`note` by default.")
    url = serializers.URLField(
        max_length=2048, required=False, allow_blank=True, help_text="Where to read about it: http or https."
    )
    is_public = serializers.BooleanField(required=False, help_text="Whether shared links show it too. Default: no.")
    external_id = serializers.CharField(
        max_length=MAX_EXTERNAL_ID_CHARS,
        required=False,
        allow_blank=True,
        help_text="What you call it, such as a commit or a version. Sent again, the same one is changed: 200, not 201.",
    )

    class Meta:
        model = Annotation
        fields = (
            "id", "occurred_at", "title", "text", "kind", "url", "is_public", "external_id", "created_at", "updated_at",
        )  # fmt: skip
        validators = ()  # that an external_id is there once is said by reports.annotations

    def validate_url(self, value: str) -> str:
        if value and not value.lower().startswith(("http://", "https://")):
            raise serializers.ValidationError("an address that begins with https:// or http://", "scheme")
        return value
