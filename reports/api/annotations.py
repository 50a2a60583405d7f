"""/api/v1/projects/{id}/annotations: what happened when, such as a release that a CI job tells of."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from analytics_pulse import clock
from projects.access import get_project_for
from projects.api.documentation import READING_ONE
from projects.api.pagination import Pages
from projects.authentication import who
from projects.models import Project, Role
from projects.models.keys import Scope
from reports import annotations, periods
from reports.annotations import When
from reports.api import annotation_documentation
from reports.api.allowance import Limited
from reports.api.annotation_serializers import AnnotationSerializer
from reports.models import Annotation
from reports.params import InvalidParams, fault
from reports.segments import person_of
from reports.viewing import Viewing


@extend_schema(tags=["Annotations"])
@extend_schema_view(
    list=extend_schema(**annotation_documentation.LIST),
    retrieve=extend_schema(
        summary="Read an annotation",
        parameters=[annotation_documentation.ID],
        responses={200: AnnotationSerializer, **READING_ONE},
    ),
)
class AnnotationsView(Limited, ListModelMixin, RetrieveModelMixin, GenericViewSet[Annotation]):
    """Members read, editors and above write. A key or token takes `read`, to add one `ingest`, else `manage`."""

    serializer_class = AnnotationSerializer
    pagination_class = Pages
    lookup_url_kwarg = "annotation_id"
    queryset = Annotation.objects.none()

    def _project(self, role: Role = Role.VIEWER, scope: Scope | None = None) -> Project:
        return get_project_for(who(self.request), self.kwargs["project_id"], role, scope=scope)

    def get_queryset(self) -> QuerySet[Annotation]:
        project = self._project()
        found = annotations.seen_through(Viewing(project, who(self.request))).select_related("project")
        if self.action == "list":
            if first := self._day("from"):
                found = found.filter(occurred_at__gte=When.of_day(first, project).at)
            if last := self._day("to"):
                found = found.filter(occurred_at__lt=When.of_day(last + timedelta(days=1), project).at)
        return found

    def _day(self, name: str) -> date | None:
        text = self.request.GET.get(name, "")
        try:
            day = date.fromisoformat(text) if text else None
            if day and not periods.FIRST_DAY <= day <= periods.LAST_DAY:
                raise ValueError(text)
        except ValueError:
            raise InvalidParams(errors=[fault(name, "invalid_date", "a date such as 2026-03-01")]) from None
        return day

    def _changed(self) -> Annotation:
        project = self._project(Role.EDITOR)
        return get_object_or_404(Annotation.objects.filter(project=project), pk=self.kwargs["annotation_id"])

    @extend_schema(**annotation_documentation.CREATE)
    def create(self, request: Request, project_id: UUID) -> Response:
        project = self._project(Role.EDITOR, Scope.INGEST)
        serializer = AnnotationSerializer(data=request.data, context={"project": project})
        serializer.is_valid(raise_exception=True)
        fields = {"when": When(clock.now())} | serializer.validated_data
        annotation, is_new = annotations.save_annotation(project=project, by=person_of(who(request)), **fields)
        return Response(
            AnnotationSerializer(annotation, context={"project": project}).data,
            status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
        )

    @extend_schema(**annotation_documentation.CHANGE)
    def partial_update(self, request: Request, project_id: UUID, annotation_id: UUID) -> Response:
        annotation = self._changed()
        context = {"project": annotation.project}
        serializer = AnnotationSerializer(data=request.data, partial=True, context=context)
        serializer.is_valid(raise_exception=True)
        changed = annotations.change_annotation(annotation=annotation, **serializer.validated_data)
        return Response(AnnotationSerializer(changed, context=context).data)

    @extend_schema(
        summary="Delete an annotation", parameters=[annotation_documentation.ID], responses={204: None, **READING_ONE}
    )
    def destroy(self, request: Request, project_id: UUID, annotation_id: UUID) -> Response:
        self._changed().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
