"""/api/v1/organizations: the organizations of the caller."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response

from projects.actions.organizations import create_organization
from projects.api import documentation, examples
from projects.api.caller import person
from projects.api.pagination import Pages
from projects.api.serializers import OrganizationSerializer
from projects.models import Organization, Role


@extend_schema(tags=["Organizations"])
class OrganizationsView(generics.GenericAPIView[Organization]):
    """For people and their personal access tokens; a project's key has no organization."""

    serializer_class = OrganizationSerializer
    pagination_class = Pages
    queryset = Organization.objects.none()

    def get_queryset(self) -> QuerySet[Organization]:
        return Organization.objects.visible_to(person(self.request, Role.VIEWER))

    @extend_schema(
        operation_id="organizations_list",
        summary="List organizations",
        responses={200: OrganizationSerializer(many=True), **documentation.READING},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(OrganizationSerializer(page, many=True).data)

    @extend_schema(
        summary="Make an organization",
        description="The caller becomes its owner.",
        responses={201: OrganizationSerializer, 400: documentation.INVALID, **documentation.READING},
        examples=[OpenApiExample("A new team", {"name": "Web team"}, request_only=True), examples.ORGANIZATION],
    )
    def post(self, request: Request) -> Response:
        owner = person(request, Role.ADMIN)
        serializer = OrganizationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        organization = create_organization(name=serializer.validated_data["name"], owner=owner)
        return Response(OrganizationSerializer(organization).data, status.HTTP_201_CREATED)
