"""/api/v1/projects/{id}/keys: a project's secret API keys."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from projects.access import get_project_for
from projects.actions.keys import create_api_key, revoke_api_key
from projects.api import documentation, examples
from projects.api.pagination import Pages
from projects.api.serializers import ApiKeySerializer, NewApiKeySerializer
from projects.authentication import who
from projects.models import ApiKey, Project, Role, User

NEW_KEY = {"name": "Nightly export", "scopes": ["read"]}


@extend_schema(tags=["API keys"])
@extend_schema_view(
    list=extend_schema(
        summary="List a project's secret API keys",
        responses={200: ApiKeySerializer(many=True), **documentation.READING_ONE},
    ),
    retrieve=extend_schema(summary="Read one key", responses={200: ApiKeySerializer, **documentation.READING_ONE}),
)
class ApiKeysView(GenericViewSet[ApiKey]):
    """Needs the role of an admin, or the scope `manage`. Revoked keys stay in the list, inactive."""

    serializer_class = ApiKeySerializer
    pagination_class = Pages
    queryset = ApiKey.objects.none()

    def _project(self) -> Project:
        return get_project_for(who(self.request), self.kwargs["project_id"], Role.ADMIN)

    def get_queryset(self) -> QuerySet[ApiKey]:
        return ApiKey.objects.filter(project=self._project())

    def list(self, request: Request, project_id: UUID) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(ApiKeySerializer(page, many=True).data)

    @extend_schema(
        summary="Make a secret API key",
        description="The answer holds the secret, which cannot be read again.",
        request=ApiKeySerializer,
        responses={201: NewApiKeySerializer, **documentation.WRITING},
        examples=[OpenApiExample("A key to read with", NEW_KEY, request_only=True), examples.NEW_API_KEY],
    )
    def create(self, request: Request, project_id: UUID) -> Response:
        project = self._project()
        serializer = ApiKeySerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        by = request.user if isinstance(request.user, User) else None
        key, secret = create_api_key(project=project, by=by, **serializer.validated_data)
        return Response(ApiKeySerializer(key).data | {"secret": secret}, status.HTTP_201_CREATED)

    def retrieve(self, request: Request, project_id: UUID, key_id: UUID) -> Response:
        return Response(ApiKeySerializer(get_object_or_404(self.get_queryset(), pk=key_id)).data)

    @extend_schema(
        summary="Revoke a key",
        description="It stops working within 5 s. Revoking again changes nothing.",
        responses={204: None, **documentation.READING_ONE},
    )
    def destroy(self, request: Request, project_id: UUID, key_id: UUID) -> Response:
        revoke_api_key(key=get_object_or_404(self.get_queryset(), pk=key_id))
        return Response(status=status.HTTP_204_NO_CONTENT)
