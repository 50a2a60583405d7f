"""/api/v1/projects/{id}/funnels/saved: funnels that are kept under a name."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from analytics_pulse.problems import Invalid
from goals.models import Funnel
from projects.access import get_project_for
from projects.api.pagination import Pages
from projects.authentication import who
from projects.models import Project
from reports.api.allowance import Limited
from reports.api.json_body import JsonBody
from reports.faults import kind
from reports.funnels import actions, api_documentation
from reports.funnels.api_documentation import FunnelSerializer

# Of what was read, and is sent back with something changed.
_READ_ONLY = frozenset({"id", "created_at", "updated_at"})


@extend_schema(tags=["Funnels"])
@extend_schema_view(list=extend_schema(**api_documentation.LIST), retrieve=extend_schema(**api_documentation.RETRIEVE))
class FunnelsView(Limited, GenericViewSet[Funnel]):
    """Members read, editors and above write. Keys and tokens need `read`, `manage`."""

    serializer_class = FunnelSerializer
    parser_classes = (JsonBody,)
    pagination_class = Pages
    queryset = Funnel.objects.none()

    def _project(self) -> Project:
        return get_project_for(who(self.request), self.kwargs["project_id"])

    def get_queryset(self) -> QuerySet[Funnel]:
        return Funnel.objects.filter(project=self._project())

    def _funnel(self) -> Funnel:
        return actions.find_funnel(self._project(), self.kwargs["funnel_id"])

    def list(self, request: Request, project_id: UUID) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(FunnelSerializer(page, many=True).data)

    @extend_schema(**api_documentation.CREATE)
    def create(self, request: Request, project_id: UUID) -> Response:
        made = actions.create_funnel(project=self._project(), by=who(request), fields=_fields(request))
        return Response(FunnelSerializer(made).data, status.HTTP_201_CREATED)

    def retrieve(self, request: Request, project_id: UUID, funnel_id: UUID) -> Response:
        return Response(FunnelSerializer(self._funnel()).data)

    @extend_schema(**api_documentation.CHANGE)
    def partial_update(self, request: Request, project_id: UUID, funnel_id: UUID) -> Response:
        changed = actions.change_funnel(funnel=self._funnel(), by=who(request), fields=_fields(request))
        return Response(FunnelSerializer(changed).data)

    @extend_schema(**api_documentation.DELETE)
    def destroy(self, request: Request, project_id: UUID, funnel_id: UUID) -> Response:
        actions.delete_funnel(funnel=self._funnel(), by=who(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _fields(request: Request) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        detail = f"an object with a name and steps, not {kind(request.data)}"
        raise Invalid(errors=[{"pointer": "", "code": "not_an_object", "detail": detail}])
    return {key: value for key, value in request.data.items() if key not in _READ_ONLY}
