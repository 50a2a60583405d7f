"""The page of a project's exports, and the links that open their files."""

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics_pulse import clock
from projects.access import get_project_for, projects_of
from projects.models import Project, Role
from projects.views.settings_page import settings_page
from projects.views.signed_in import SignedInRequest
from reports.export_form import ExportForm
from reports.exports import actions, asking, files, links, rights, streaming
from reports.exports.actions import TooManyExports
from reports.exports.asked import AskedExport, title_of
from reports.exports.reasons import sentence_of
from reports.exports.tar_entries import BLOCK
from reports.models import Export, ExportFormat, ExportKind
from reports.params import InvalidParams

MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
    ExportFormat.JSONL: "application/x-ndjson",
    ExportFormat.TAR: "application/x-tar",
}
_CHUNK_BYTES = 128 * BLOCK


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def exports(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """The list, and the form that asks for another one."""
    project = get_project_for(request.user, project_id)
    is_admin = projects_of(request.user, Role.ADMIN).filter(pk=project.pk).exists()
    form = ExportForm(request.POST or None, is_admin=is_admin)
    if request.method == "POST" and form.is_valid() and _request(request, project, form):
        messages.success(request, _("The export is being made."))
        return redirect("reports:exports", project_id)
    return settings_page(request, "reports/exports.html", project, form=form, **_listed(request, project))


@login_required
@never_cache
@require_safe
def export_rows(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """The list alone, which the page asks for again and again while something is under way."""
    project = get_project_for(request.user, project_id)
    return render(request, "reports/_exports.html", {"project": project, **_listed(request, project)})


@login_required
@require_POST
def delete_export(request: SignedInRequest, project_id: UUID, export_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id)
    export = get_object_or_404(rights.visible(project, request.user), pk=export_id)
    if not rights.may_delete(export, request.user):
        raise Http404
    actions.delete_export(export=export)
    messages.success(request, _("The export is deleted. Its link opens nothing any more."))
    return redirect("reports:exports", project_id)


@never_cache
@require_safe
def export_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file, for whoever has the link. Compressed as it lies there for who accepts that."""
    export = links.opened(token, clock.now())
    if export is None or not files.whole(export.pk).exists():
        raise Http404
    file = files.whole(export.pk).open("rb")
    name, media_type = _file_name(export), MEDIA_TYPES[ExportFormat(export.format)]
    response: FileResponse | StreamingHttpResponse
    if export.kind == ExportKind.PROJECT or streaming.takes_gzip(request.META):
        response = FileResponse(file, content_type=media_type, filename=name, as_attachment=True)
        if export.kind != ExportKind.PROJECT:
            response["Content-Encoding"] = "gzip"
    else:
        response = StreamingHttpResponse(_inflated(file), content_type=media_type)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Vary"] = "Accept-Encoding"
    response["X-Robots-Tag"] = "noindex"
    return response


def _request(request: SignedInRequest, project: Project, form: ExportForm) -> bool:
    """Whether the export is asked for now; else the form says why it is not."""
    asked: AskedExport | None = None
    now = clock.now()
    try:
        if form.kind_asked != ExportKind.PROJECT:
            asked = asking.asked(form.kind_asked, form.query(), project, request.user, now)
        wants_email = form.cleaned_data["email"]
        actions.request_export(project=project, by=request.user, now=now, asked=asked, wants_email=wants_email)
    except InvalidParams as error:
        for each in error.errors:
            said = each["detail"]
            form.add_error({"from": "first", "to": "last"}.get(each["parameter"]), f"{said[0].upper()}{said[1:]}.")
    except TooManyExports as error:
        form.add_error(None, str(error.detail))
    return not form.errors


def _listed(request: SignedInRequest, project: Project) -> dict[str, Any]:
    found = list(rights.visible(project, request.user))
    return {
        "exports": [
            {
                "row": each,
                "title": title_of(each),
                "url": links.url_of(each) if each.state == "done" else "",
                "reason": sentence_of(each.error),
                "may_delete": rights.may_delete(each, request.user),
            }
            for each in found
        ],
        "is_under_way": any(each.is_open for each in found),
    }


def _file_name(export: Export) -> str:
    if export.kind == ExportKind.PROJECT:
        return streaming.archive_name(export.project, export.created_at)
    return streaming.file_name(AskedExport.from_json(export.question), export.project)


def _inflated(file: BinaryIO) -> Iterator[bytes]:
    stream = zlib.decompressobj(31)
    with file:
        while compressed := file.read(_CHUNK_BYTES):
            yield stream.decompress(compressed)
    yield stream.flush()
