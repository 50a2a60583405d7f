"""What the API's description says of annotations."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from projects.api.documentation import WRITING
from reports.api.annotation_serializers import AnnotationSerializer

_RELEASE = {
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
    **_RELEASE,
    "created_at": "2026-11-20T08:30:02Z",
    "updated_at": "2026-11-20T08:30:02Z",
}
_ANNOTATION = OpenApiExample("A release", _ROW, response_only=True)


def _day(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.DATE, description=description)


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
    "examples": [OpenApiExample("A release, by a CI job", _RELEASE, request_only=True), _ANNOTATION],
}
