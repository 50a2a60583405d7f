"""Annotations in the project's settings, and in the dashboard's dialog: the same forms."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from analytics_pulse import clock
from analytics_pulse.problems import Invalid
from projects.access import get_project_for
from projects.models import Project, Role
from projects.views.settings_page import settings_page
from projects.views.signed_in import SignedInRequest
from reports import annotations
from reports.annotation_form import AnnotationForm
from reports.models import Annotation
from reports.page_parts import HtmxHttpRequest, login_from_a_part
from reports.viewing import Viewing

ON_A_PAGE = 50


@login_required
@never_cache
@require_safe
def listing(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """All of them, the latest first, or those whose words contain what is looked for."""
    project = get_project_for(request.user, project_id)
    sought = request.GET.get("q", "").replace("\0", "").strip()
    found = Annotation.objects.filter(project=project).select_related("created_by")
    if sought:
        found = found.filter(Q(title__icontains=sought) | Q(text__icontains=sought))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return settings_page(
        request,
        "reports/annotations.html",
        project,
        page=page,
        sought=sought,
        may_write=annotations.may_write(Viewing(project, request.user)),
        zone=project.zone,
    )


@require_http_methods(["GET", "POST"])
@login_from_a_part
def new(request: Any, project_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id, Role.EDITOR)
    today = clock.now().astimezone(project.zone).date()
    form = AnnotationForm(request.POST or None, initial={"day": request.GET.get("day") or today}, is_new=True)
    if request.method == "POST" and form.is_valid():
        try:
            with suppress(IntegrityError):  # sent twice
                annotations.save_annotation(project=project, by=request.user, **form.values(project))
            return _done(request, project, _("The annotation is on the chart."))
        except Invalid as error:
            form.refuse(error)
    return _form(request, project, form)


@require_http_methods(["GET", "POST"])
@login_from_a_part
def edit(request: Any, project_id: UUID, annotation_id: UUID) -> HttpResponse:
    project, annotation = _own(request, project_id, annotation_id)
    form = AnnotationForm(request.POST or None, initial=AnnotationForm.fields_of(annotation, project))
    if request.method == "POST" and form.is_valid():
        annotations.change_annotation(annotation=annotation, **form.values(project))
        return _done(request, project, _("Saved."))
    return _form(request, project, form, annotation)


@require_POST
@login_from_a_part
def delete(request: Any, project_id: UUID, annotation_id: UUID) -> HttpResponse:
    project, annotation = _own(request, project_id, annotation_id)
    annotation.delete()
    return _done(request, project, _("The annotation is deleted."))


def _own(request: SignedInRequest, project_id: UUID, annotation_id: UUID) -> tuple[Project, Annotation]:
    project = get_project_for(request.user, project_id, Role.EDITOR)
    return project, get_object_or_404(Annotation, project=project, pk=annotation_id)


def _form(
    request: SignedInRequest, project: Project, form: AnnotationForm, annotation: Annotation | None = None
) -> HttpResponse:
    """In the dialog that asked for it, else as a page."""
    context: dict[str, Any] = {"form": form, "annotation": annotation, "timezone": project.zone.key}
    if _is_part(request):
        return render(request, "reports/_annotation_form.html", {"project": project, **context})
    return settings_page(request, "reports/annotation_form.html", project, **context)


def _done(request: SignedInRequest, project: Project, said: str) -> HttpResponse:
    if _is_part(request):
        return HttpResponseClientRefresh()
    messages.success(request, said)
    return redirect("reports:annotations", project.pk)


def _is_part(request: Any) -> bool:
    found: HtmxHttpRequest = request
    return bool(found.htmx)
