"""/api/v1/projects: projects, and the rotation of their write keys."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from projects.access import get_organization_for, get_project_for, projects_of
from projects.actions.projects import change_project, create_project, delete_project, rotate_write_key
from projects.api import documentation, examples
from projects.api.caller import person
from projects.api.pagination import Pages
from projects.api.serializers import (
    NewProjectSerializer,
    ProjectSerializer,
    RotateWriteKeySerializer,
    WriteKeySerializer,
)
from projects.authentication import who
from projects.models import Organization, Project, Role, User

NEW_PROJECT = {"name": "Shop", "domain": "shop.example.com", "timezone": "Europe/Berlin"}


@extend_schema(tags=["Projects"])
@extend_schema_view(
    list=extend_schema(summary="List projects", responses={200: ProjectSerializer(many=True), **documentation.READING}),
    retrieve=extend_schema(summary="Read a project", responses={200: ProjectSerializer, **documentation.READING_ONE}),
)
class ProjectsView(GenericViewSet[Project]):
    """The projects of the caller: those of their organizations, or the one of the key."""

    serializer_class = ProjectSerializer
    pagination_class = Pages
    lookup_url_kwarg = "project_id"

    def get_queryset(self) -> QuerySet[Project]:
        return projects_of(who(self.request))

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="Make a project",
        request=NewProjectSerializer,
        responses={201: ProjectSerializer, **documentation.WRITING},
        examples=[OpenApiExample("A new site", NEW_PROJECT, request_only=True), examples.PROJECT],
    )
    def create(self, request: Request) -> Response:
        user = person(request, Role.ADMIN)
        serializer = NewProjectSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        fields = dict(serializer.validated_data)
        organization = _organization(user, fields.pop("organization", None))
        project = create_project(organization=organization, **fields)
        return Response(ProjectSerializer(project).data, status.HTTP_201_CREATED)

    def retrieve(self, request: Request, project_id: str) -> Response:
        return Response(ProjectSerializer(get_project_for(who(request), project_id)).data)

    @extend_schema(
        summary="Replace a project's settings",
        responses={200: ProjectSerializer, **documentation.WRITING},
        examples=[OpenApiExample("A site that moved", NEW_PROJECT, request_only=True), examples.PROJECT],
    )
    def update(self, request: Request, project_id: str, **options: Any) -> Response:
        project = get_project_for(who(request), project_id, Role.ADMIN)
        serializer = ProjectSerializer(project, data=request.data, partial=options.get("partial", False))
        serializer.is_valid(raise_exception=True)
        return Response(ProjectSerializer(change_project(project=project, **serializer.validated_data)).data)

    @extend_schema(
        summary="Change some of a project's settings",
        responses={200: ProjectSerializer, **documentation.WRITING},
        examples=[OpenApiExample("Stop accepting events", {"is_active": False}, request_only=True), examples.PROJECT],
    )
    def partial_update(self, request: Request, project_id: str) -> Response:
        return self.update(request, project_id, partial=True)

    @extend_schema(
        summary="Delete a project and all its data",
        description="Needs the role of an owner. The project is gone at once; its data follows in the background.",
        responses={204: None, **documentation.READING_ONE},
    )
    def destroy(self, request: Request, project_id: str) -> Response:
        delete_project(project=get_project_for(who(request), project_id, Role.OWNER))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Replace the write key",
        description="The old key stops working within 5 s: put the new one into the pages.",
        request=RotateWriteKeySerializer,
        responses={200: WriteKeySerializer, **documentation.WRITING},
    )
    @action(detail=True, methods=["post"])
    def rotate_write_key(self, request: Request, project_id: str) -> Response:
        project = get_project_for(who(request), project_id, Role.ADMIN)
        serializer = RotateWriteKeySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        replaces = serializer.validated_data.get("replaces", project.write_key)
        return Response({"write_key": rotate_write_key(project=project, replaces=replaces)})


def _organization(user: User, organization_id: Any) -> Organization:
    """The one that the caller named, or the only one in which they may make projects."""
    if organization_id:
        return get_organization_for(user, organization_id, Role.ADMIN)
    choices = list(Organization.objects.visible_to(user, Role.ADMIN)[:2])
    if not choices:
        raise exceptions.PermissionDenied("You have no organization in which you may make projects.")
    if len(choices) > 1:
        raise serializers.ValidationError({"organization": ["Say in which organization."]}, code="required")
    return choices[0]
