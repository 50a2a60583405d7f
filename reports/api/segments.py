"""/api/v1/projects/{id}/segments: saved filters."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
    extend_schema_view,
)
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from projects.access import get_project_for
from projects.api import documentation
from projects.api.pagination import Pages
from projects.authentication import who
from projects.models import Project
from reports import segments
from reports.api.allowance import Limited
from reports.api.documentation import RATE_LIMITED
from reports.models import Kind, Segment
from reports.models.segments import MAX_NAME_CHARS

FILTERS = [["is", "country", ["DE", "FR"]], ["or", [["is", "source", ["Google"]], ["contains", "page", ["/docs"]]]]]
SEGMENT = OpenApiExample(
    "A segment",
    {
        "id": "0d1a4b1e-6a2f-4a43-9d84-5f0d7a3f6a11",
        "name": "Readers of the docs",
        "kind": "project",
        "filters": FILTERS,
        "created_at": "2026-11-20T09:30:00Z",
        "updated_at": "2026-11-20T09:30:00Z",
    },
    response_only=True,
)
NEW = OpenApiExample(
    "For the whole team",
    {"name": "Readers of the docs", "kind": "project", "filters": FILTERS},
    request_only=True,
)
RENAMED = OpenApiExample("Another name", {"name": "Readers"}, request_only=True)
IN_USE = documentation.problem(
    409, segments.InUse.code, segments.InUse.title, "A shared link is limited to it, which would show everything else."
)
READING = {**documentation.READING_ONE, 429: RATE_LIMITED}
WRITING = {**documentation.WRITING, 429: RATE_LIMITED}
ID = OpenApiParameter("segment_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The segment's id.")


@extend_schema_field({"type": "array", "items": {"type": "array", "items": {}}, "minItems": 1})
class FiltersField(serializers.JSONField):
    """Any JSON; reports.segments says what of it is possible, with the place of each fault."""


@extend_schema_serializer(examples=[SEGMENT])
class SegmentSerializer(serializers.ModelSerializer[Segment]):
    name = serializers.CharField(max_length=MAX_NAME_CHARS, help_text="Once per project, and once among one's own.")
    kind = serializers.ChoiceField(
        Kind.choices, default=Kind.PERSONAL, help_text="Who sees it: its owner alone, or all members of the project."
    )
    filters = FiltersField(help_text="As in a query; all must hold. A segment cannot be made of segments.")

    class Meta:
        model = Segment
        fields = ("id", "name", "kind", "filters", "created_at", "updated_at")


@extend_schema(tags=["Segments"])
@extend_schema_view(
    list=extend_schema(
        summary="List segments",
        description="The team's, and those of the caller. A key sees the team's.",
        responses={200: SegmentSerializer(many=True), **READING},
    ),
    retrieve=extend_schema(summary="Read a segment", parameters=[ID], responses={200: SegmentSerializer, **READING}),
)
class SegmentsView(Limited, GenericViewSet[Segment]):
    """Members read. Editors and above write the team's, everybody their own. Keys and tokens need `read`, `manage`."""

    serializer_class = SegmentSerializer
    pagination_class = Pages
    queryset = Segment.objects.none()

    def _project(self) -> Project:
        return get_project_for(who(self.request), self.kwargs["project_id"])

    def get_queryset(self) -> QuerySet[Segment]:
        return segments.visible(self._project(), who(self.request)).select_related("project")

    def _segment(self) -> Segment:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["segment_id"])

    def list(self, request: Request, project_id: UUID) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(SegmentSerializer(page, many=True).data)

    @extend_schema(
        summary="Save filters as a segment",
        request=SegmentSerializer,
        responses={201: SegmentSerializer, **WRITING},
        examples=[NEW, SEGMENT],
    )
    def create(self, request: Request, project_id: UUID) -> Response:
        project = self._project()
        fields = _validated(request)
        segment = segments.create_segment(project=project, by=who(request), **fields)
        return Response(SegmentSerializer(segment).data, status.HTTP_201_CREATED)

    def retrieve(self, request: Request, project_id: UUID, segment_id: UUID) -> Response:
        return Response(SegmentSerializer(self._segment()).data)

    @extend_schema(
        summary="Change a segment",
        parameters=[ID],
        responses={200: SegmentSerializer, **WRITING, 409: IN_USE},
        examples=[RENAMED, SEGMENT],
    )
    def partial_update(self, request: Request, project_id: UUID, segment_id: UUID) -> Response:
        segment = self._segment()
        changed = segments.change_segment(segment=segment, by=who(request), **_validated(request, partial=True))
        return Response(SegmentSerializer(changed).data)

    @extend_schema(
        summary="Delete a segment",
        description="Questions that name it are answered with `unknown_segment` from then on.",
        parameters=[ID],
        responses={204: None, **READING, 409: IN_USE},
    )
    def destroy(self, request: Request, project_id: UUID, segment_id: UUID) -> Response:
        segments.delete_segment(segment=self._segment(), by=who(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _validated(request: Request, *, partial: bool = False) -> dict[str, Any]:
    serializer = SegmentSerializer(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
