"""/api/v1/projects/{id}/shared-links: the dashboard for people without an account."""

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

from analytics_pulse import clock
from projects.access import get_project_for
from projects.api import documentation
from projects.api.pagination import Pages
from projects.authentication import who
from projects.models import Project, Role
from reports import shared_links
from reports.models import SharedLink
from reports.models.shared_links import LEAST_VISITORS, MAX_LEAST_VISITORS, MAX_NAME_CHARS, SHAREABLE_PAGES
from reports.shared_links import LEAST_PASSWORD_CHARS, MAX_PASSWORD_CHARS
from tracking.install import base_url_of

LINK = OpenApiExample(
    "A shared link",
    {
        "id": "5b0c2f4e-0a4b-4e3d-8c39-6f1f6f2f3b77",
        "name": "For the board",
        "url": "https://pulse.example/share/3q2-7wV0mYx1bTz9KcQpLA",
        "has_password": True,
        "segment": None,
        "least_visitors": 5,
        "may_embed": False,
        "pages": ["goals"],
        "last_viewed_at": "2026-11-20T09:30:00Z",
        "created_at": "2026-11-02T08:00:00Z",
        "updated_at": "2026-11-02T08:00:00Z",
    },
    response_only=True,
)
NEW = OpenApiExample("With a password", {"name": "For the board", "password": "correct horse"}, request_only=True)
OPENED = OpenApiExample("Without a password from now on", {"password": ""}, request_only=True)
ID = OpenApiParameter("link_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The link's id.")


@extend_schema_serializer(examples=[LINK])
class SharedLinkSerializer(serializers.ModelSerializer[SharedLink]):
    name = serializers.CharField(max_length=MAX_NAME_CHARS, help_text="Who opens the link does not see it.")
    url = serializers.SerializerMethodField(help_text="Whoever has it sees the dashboard.")
    has_password = serializers.SerializerMethodField()
    password = serializers.CharField(
        required=False,
        write_only=True,
        allow_blank=True,
        trim_whitespace=False,
        min_length=0,
        max_length=MAX_PASSWORD_CHARS,
        help_text=f"At least {LEAST_PASSWORD_CHARS} characters; empty: none is asked.",
    )
    segment = serializers.UUIDField(
        source="segment_id",
        required=False,
        allow_null=True,
        help_text="A segment of the whole team: no more than that is shown.",
    )
    least_visitors = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_LEAST_VISITORS,
        default=LEAST_VISITORS,
        help_text="What fewer visitors did is not shown apart; 0: everything is.",
    )
    may_embed = serializers.BooleanField(required=False, default=False, help_text="In a frame of any other site.")

    pages = serializers.ListField(
        child=serializers.ChoiceField(choices=SHAREABLE_PAGES),
        required=False,
        max_length=len(SHAREABLE_PAGES),
        help_text="What the link shows beside the overview. `goals` also lets the overview tell goals by their names.",
    )

    class Meta:
        model = SharedLink
        fields = (
            "id", "name", "url", "has_password", "password", "segment", "least_visitors", "may_embed",
            "pages", "last_viewed_at", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = ("last_viewed_at",)

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, link: SharedLink) -> str:
        return str(self.context["base_url"]) + link.path

    def get_has_password(self, link: SharedLink) -> bool:
        return bool(link.password)


@extend_schema(tags=["Shared links"])
@extend_schema_view(
    list=extend_schema(
        summary="List shared links",
        description="Those that are open.",
        responses={200: SharedLinkSerializer(many=True), **documentation.READING_ONE},
    ),
    retrieve=extend_schema(
        summary="Read a shared link",
        parameters=[ID],
        responses={200: SharedLinkSerializer, **documentation.READING_ONE},
    ),
)
class SharedLinksView(GenericViewSet[SharedLink]):
    """Needs the role of an admin, or the scope `manage`."""

    serializer_class = SharedLinkSerializer
    pagination_class = Pages
    queryset = SharedLink.objects.none()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "base_url": base_url_of(self.request)}

    def _project(self) -> Project:
        return get_project_for(who(self.request), self.kwargs["project_id"], Role.ADMIN)

    def get_queryset(self) -> QuerySet[SharedLink]:
        return shared_links.of_project(self._project())

    def _link(self) -> SharedLink:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["link_id"])

    def _fields(self, *, partial: bool = False) -> dict[str, Any]:
        serializer = self.get_serializer(data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def list(self, request: Request, project_id: UUID) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="Make a shared link",
        request=SharedLinkSerializer,
        responses={201: SharedLinkSerializer, **documentation.WRITING},
        examples=[NEW, LINK],
    )
    def create(self, request: Request, project_id: UUID) -> Response:
        link = shared_links.create_link(project=self._project(), by=who(request), **self._fields())
        return Response(self.get_serializer(link).data, status.HTTP_201_CREATED)

    def retrieve(self, request: Request, project_id: UUID, link_id: UUID) -> Response:
        return Response(self.get_serializer(self._link()).data)

    @extend_schema(
        summary="Change a shared link",
        description="Whoever gave the old password has to give the new one.",
        parameters=[ID],
        responses={200: SharedLinkSerializer, **documentation.WRITING},
        examples=[OPENED, LINK],
    )
    def partial_update(self, request: Request, project_id: UUID, link_id: UUID) -> Response:
        link = shared_links.change_link(link=self._link(), **self._fields(partial=True))
        return Response(self.get_serializer(link).data)

    @extend_schema(
        summary="Give a shared link a new address",
        description="The old one opens nothing any more.",
        parameters=[ID],
        request=None,
        responses={200: SharedLinkSerializer, **documentation.READING_ONE},
    )
    def rotate(self, request: Request, project_id: UUID, link_id: UUID) -> Response:
        link = self._link()
        return Response(self.get_serializer(shared_links.rotate_link(link=link, replaces=link.slug)).data)

    @extend_schema(
        summary="Withdraw a shared link",
        description="It opens nothing any more, at once. This cannot be undone.",
        parameters=[ID],
        responses={204: None, **documentation.READING_ONE},
    )
    def destroy(self, request: Request, project_id: UUID, link_id: UUID) -> Response:
        shared_links.revoke_link(link=self._link(), now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
