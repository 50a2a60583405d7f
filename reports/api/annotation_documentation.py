"""What the API's description says of annotations."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from projects.api.documentation import WRITING
from reports.api.annotation_serializers import ANNOTATION, RELEASE, AnnotationSerializer


def _day(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.DATE, description=description)


ID = OpenApiParameter("annotation_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The annotation's id.")
LIST: dict[str, Any] = {
    "summary": "List annotations",
    "description": "The latest first.",
    "parameters": [_day("from", "The first day, of the project's time zone."), _day("to", "The last day.")],
    "responses": {200: AnnotationSerializer(many=True), **WRITING},
}
CREATE: dict[str, Any] = {
    "summary": "Add an annotation",
    "description": "For a CI job a key with the scope `ingest` is enough. With an `external_id` that is there already, "
    "that annotation is changed and the answer is 200.",
    "request": AnnotationSerializer,
    "responses": {200: AnnotationSerializer, 201: AnnotationSerializer, **WRITING},
    "examples": [OpenApiExample("A release, by a CI job", RELEASE, request_only=True), ANNOTATION],
}
CHANGE: dict[str, Any] = {
    "summary": "Change an annotation",
    "parameters": [ID],
    "request": AnnotationSerializer,
    "responses": {200: AnnotationSerializer, **WRITING},
    "examples": [OpenApiExample("Another title", {"title": "Release 2.4.1"}, request_only=True), ANNOTATION],
}
