"""Exports over the API: small ones as the answer itself, any others as a file that is made in the background."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from analytics_pulse.problems import NotJson, Problem
from projects.access import get_project_for
from projects.api.documentation import INVALID
from projects.authentication import who
from reports.api import documentation
from reports.api.base import StatsView
from reports.api.export_documentation import (
    BOM,
    DIMENSION,
    FILE,
    FORMAT,
    LIST,
    ONE,
    REFUSALS,
    REQUEST,
    TOO_MANY,
    ExportSerializer,
)
from reports.exports import actions, asking, rights, streaming
from reports.exports.asked import AskedExport
from reports.exports.sources import source_of
from reports.exports.streaming import MAX_ROWS
from reports.models import Export, ExportKind
from tracking.storage.base import QueryTooLarge


class ExportTooLarge(Problem):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    code = "export_too_large"
    title = "This is too much for one answer"


class AnyFormat(DefaultContentNegotiation):
    """`format` is a parameter of ours, and the answer is what it says; only errors are rendered, as JSON."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


def _body(request: Request) -> Any:
    try:
        return request.data
    except RecursionError:
        raise NotJson("It is nested too deep.") from None


class ExportView(StatsView):
    """The rows themselves, up to a bound. Compressed for who accepts gzip."""

    kind: ClassVar[ExportKind]
    content_negotiation_class = AnyFormat

    def get(self, request: Request, project_id: UUID) -> HttpResponseBase:
        project = self.project(request, project_id)
        asked = asking.asked(self.kind, self.params, project, who(request), clock.now())
        source = source_of(asked, project)
        try:
            is_too_large = source.count(MAX_ROWS + 1) > MAX_ROWS
        except QueryTooLarge:
            is_too_large = True
        if is_too_large:
            raise ExportTooLarge(f"More than {MAX_ROWS:,} rows: make it in the background, by POST …/exports.")
        is_compressed = streaming.takes_gzip(request.META)
        return streaming.response(source, source.page(None), asked, project, gzip=is_compressed)


def _described(summary: str, description: str, *parameters: Any):  # type: ignore[no-untyped-def]
    described = extend_schema(
        tags=["Exports"],
        summary=summary,
        description=description,
        parameters=[FORMAT, *documentation.QUESTION, *parameters, BOM],
        responses=FILE,
    )
    return extend_schema_view(get=described)


@_described(
    "Export statistics",
    "By day, or by any dimensions, with the numbers of the dashboard or those that are asked for.",
    DIMENSION,
    documentation.METRICS_PARAMETER,
    documentation.GRANULARITY,
)
class AnalyticsExportView(ExportView):
    kind = ExportKind.ANALYTICS


@_described(
    "Export campaigns",
    "By campaign, source and medium, or by the dimensions that are asked for.",
    DIMENSION,
    documentation.METRICS_PARAMETER,
    documentation.GRANULARITY,
)
class CampaignsExportView(ExportView):
    kind = ExportKind.CAMPAIGNS


@_described(
    "Export events",
    "Every event of the period in the order of its time, with all its columns. Visitors and visits are 16 hex digits.",
)
class EventsExportView(ExportView):
    kind = ExportKind.EVENTS


@extend_schema(tags=["Exports"])
class ExportsView(StatsView):
    @extend_schema(
        summary="List exports",
        operation_id="exports_list",
        responses={200: LIST, **REFUSALS},
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        found = rights.visible(self.project(request, project_id), who(request))
        return Response(ExportSerializer(found, many=True).data)  # type: ignore[arg-type]

    @extend_schema(
        summary="Make an export in the background",
        description="Of any size. Ask for it again until its `state` is `done`, or let it send an email; then fetch "
        "`download_url`, which is deleted after 7 days. `kind` `project` is the whole project as an archive that "
        "`manage.py import_project` reads back; it needs the rights of an admin.",
        operation_id="exports_create",
        request=REQUEST,
        responses={202: ONE, **REFUSALS, 400: INVALID, 415: documentation.UNSUPPORTED_MEDIA_TYPE, 429: TOO_MANY},
        examples=[
            OpenApiExample(
                "Events of a month", {"kind": "events", "format": "csv", "period": "month"}, request_only=True
            ),
            OpenApiExample("The whole project", {"kind": "project"}, request_only=True),
        ],
    )
    def post(self, request: Request, project_id: UUID) -> Response:
        self.project(request, project_id)
        body = _body(request)
        kind = asking.kind_of_body(body)
        project = get_project_for(who(request), project_id, rights.role_for(kind))
        now = clock.now()
        asked: AskedExport | None = None
        if kind != ExportKind.PROJECT:
            asked = asking.asked_by_body(body, project, who(request), now)
        export = actions.request_export(
            project=project, by=who(request), now=now, asked=asked, wants_email=body.get("email", False)
        )
        return Response(ExportSerializer(export).data, status.HTTP_202_ACCEPTED)


@extend_schema(tags=["Exports"])
class OneExportView(StatsView):
    @extend_schema(summary="Read an export", operation_id="exports_retrieve", responses={200: ONE, **REFUSALS})
    def get(self, request: Request, project_id: UUID, export_id: UUID) -> Response:
        return Response(ExportSerializer(self._export(request, project_id, export_id)).data)

    @extend_schema(
        summary="Delete an export",
        description="Its link opens nothing from then on. For who asked for it, and for editors and above.",
        operation_id="exports_destroy",
        responses={204: None, **REFUSALS},
    )
    def delete(self, request: Request, project_id: UUID, export_id: UUID) -> Response:
        export = self._export(request, project_id, export_id)
        if not rights.may_delete(export, who(request)):
            raise PermissionDenied("For who asked for it, and for editors and above.")
        actions.delete_export(export=export)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _export(self, request: Request, project_id: UUID, export_id: UUID) -> Export:
        export = rights.visible(self.project(request, project_id), who(request)).filter(pk=export_id).first()
        if export is None:
            raise Http404
        return export
