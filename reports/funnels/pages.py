"""The pages of funnels: the list, one of them, the form in which one is built."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics_pulse import clock
from analytics_pulse.problems import Invalid
from goals.models import Funnel
from projects.access import get_project_for
from projects.models import Role
from projects.views.signed_in import SignedInRequest
from reports.faults import Faults
from reports.funnels import actions, builder, csv_file, definition
from reports.funnels.breakdowns import breakdown_of
from reports.funnels.builder import Form, Row
from reports.funnels.definition import WINDOWS, BrokenFunnel
from reports.funnels.steps import MAX_NAME_CHARS
from reports.member_page import member_page, shown_page
from reports.page_files import file_of
from reports.viewing import Viewing
from tracking.storage.funnels import MAX_STEPS, MIN_STEPS


@require_safe
@login_required
def funnels(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return shown(request, Viewing.of_member(request.user, project_id))


def shown(request: HttpRequest, viewing: Viewing) -> HttpResponse:
    """The list, for a member, or through a shared link that has this page."""
    may_write = actions.may_write(viewing.project, viewing.who)
    return shown_page(request, viewing, "funnels", sections=("funnel-list",), may_write=may_write)


@require_safe
@login_required
def funnel(request: SignedInRequest, project_id: UUID, funnel_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id)
    saved = actions.find_funnel(project, funnel_id)
    about = {"funnel": str(funnel_id)}
    if request.GET.get("breakdown"):
        about["breakdown"] = request.GET["breakdown"]
    return member_page(
        request,
        project_id,
        "funnels",
        str(funnel_id),
        template="funnel",
        sections=("funnel", "funnel-groups"),
        about=about,
        funnel=saved,
        may_write=actions.may_write(project, request.user),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_funnel(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """The form; its live numbers are there for viewers as well, saving is for editors."""
    project = get_project_for(request.user, project_id, Role.EDITOR if request.method == "POST" else Role.VIEWER)
    if request.method != "POST":
        return _builder(request, project_id, "new-funnel", builder.of_address(request.GET, project))
    form = builder.of_request(request.POST)
    try:
        made = actions.create_funnel(project=project, by=request.user, fields={"name": form.name, **form.values()})
    except Invalid as error:
        form.checked(project).refuse(error.errors)
        return _builder(request, project_id, "new-funnel", form)
    messages.success(request, _("The funnel is saved."))
    return redirect(_address(request, project_id, made.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_funnel(request: SignedInRequest, project_id: UUID, funnel_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id, Role.EDITOR)
    saved = actions.find_funnel(project, funnel_id)
    if request.method != "POST":
        return _builder(request, project_id, "edit-funnel", _form_of(request, saved), saved=saved)
    form = builder.of_request(request.POST)
    try:
        actions.change_funnel(funnel=saved, by=request.user, fields={"name": form.name, **form.values()})
    except Invalid as error:
        form.checked(project).refuse(error.errors)
        saved.refresh_from_db()
        return _builder(request, project_id, "edit-funnel", form, saved=saved)
    messages.success(request, _("The funnel is saved."))
    return redirect(_address(request, project_id, funnel_id))


@require_POST
@login_required
def delete_funnel(request: SignedInRequest, project_id: UUID, funnel_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id, Role.EDITOR)
    actions.delete_funnel(funnel=actions.find_funnel(project, funnel_id), by=request.user)
    messages.success(request, _("The funnel is deleted."))
    return redirect("reports:funnels", project_id)


@require_safe
@login_required
@file_of("funnels")
def funnel_file(request: SignedInRequest, project_id: UUID, funnel_id: UUID) -> HttpResponse:
    """The numbers as CSV, for the period, filters and breakdown of the page. Raises Http404."""
    viewing = Viewing.of_member(request.user, project_id)
    saved = actions.find_funnel(viewing.project, funnel_id)
    question, breakdown = viewing.question(request.GET, clock.now()), breakdown_of(request.GET)
    content = csv_file.content(definition.of_funnel(saved), question, breakdown)
    return csv_file.response(content, saved.name)


def _builder(
    request: SignedInRequest, project_id: UUID, page: str, form: Form, *, saved: Funnel | None = None
) -> HttpResponse:
    viewing = Viewing.of_member(request.user, project_id)
    return shown_page(
        request,
        viewing,
        page,
        *([str(saved.pk)] if saved else []),
        template="funnel-builder",
        sections=("funnel-draft", "suggestions"),
        form=form,
        saved=saved,
        goals=builder.goals_of(viewing.project),
        windows=[(each, definition.window_words(definition.window(each, "", Faults()) or 0)) for each in WINDOWS],
        blank_row=Row(),
        min_steps=MIN_STEPS,
        max_steps=MAX_STEPS,
        max_name_chars=MAX_NAME_CHARS,
        may_write=actions.may_write(viewing.project, request.user),
    )


def _form_of(request: SignedInRequest, saved: Funnel) -> Form:
    """What is being changed: as it was saved, or as the address says."""
    if "steps" in request.GET:
        form = builder.of_address(request.GET, saved.project)
    else:
        try:
            return builder.of_definition(definition.of_funnel(saved), saved.name)
        except BrokenFunnel:
            form = builder.blank()
            form.faults["steps"] = _("The steps of this funnel are not possible any more: say them anew.")
    form.name = saved.name
    return form


def _address(request: SignedInRequest, project_id: UUID, funnel_id: UUID) -> str:
    """The page of the funnel, for the same period and filters."""
    kept = request.GET.copy()
    for name in definition.KEYS:
        kept.pop(name, None)
    return f"{reverse('reports:funnels', args=(project_id, funnel_id))}?{kept.urlencode()}".rstrip("?")
