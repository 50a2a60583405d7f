"""A project's settings: what it is, its keys, its end. For admins of its organization; its end for owners."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects.access import get_project_for, projects_of
from projects.actions.keys import create_api_key, revoke_api_key
from projects.actions.projects import change_project, delete_project, rotate_write_key
from projects.forms.confirmation import TypedConfirmation
from projects.forms.keys import ApiKeyForm
from projects.forms.projects import ProjectSettingsForm
from projects.models import Role
from projects.views.settings_page import settings_page
from projects.views.signed_in import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def general(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """The first page of the settings; who may change nothing here is shown the one that is for every member."""
    project = get_project_for(request.user, project_id, Role.ADMIN if request.method == "POST" else Role.VIEWER)
    if not projects_of(request.user, Role.ADMIN).filter(pk=project.pk).exists():
        return redirect("tracking:ledger", project_id)
    form = ProjectSettingsForm(request.POST or None, initial=ProjectSettingsForm.fields_of(project))
    if request.method == "POST" and form.is_valid():
        change_project(project=project, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("projects:settings", project_id)
    return settings_page(request, "projects/settings.html", project, form=form)


@login_required
@never_cache  # the answer to a POST holds a secret
@require_http_methods(["GET", "POST"])
def keys(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """The list of keys; a POST makes one and shows its secret, once."""
    project = get_project_for(request.user, project_id, Role.ADMIN)
    form = ApiKeyForm(request.POST or None)
    new_key = secret = None
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            with transaction.atomic():
                new_key, secret = create_api_key(project=project, by=request.user, id=fields.pop("new_id"), **fields)
        except IntegrityError:
            messages.info(request, _("This key was made already. Its secret cannot be shown again."))
            return redirect("projects:keys", project_id)
        form = ApiKeyForm()
    keys = list(project.api_keys.filter(is_active=True).select_related("created_by"))
    context: dict[str, Any] = {"form": form, "keys": keys, "new_key": new_key, "secret": secret}
    return settings_page(request, "projects/keys.html", project, **context)


@login_required
@require_POST
def revoke_key(request: SignedInRequest, project_id: UUID, key_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id, Role.ADMIN)
    key = get_object_or_404(project.api_keys, pk=key_id)
    revoke_api_key(key=key)
    messages.success(
        request,
        _("The key “%(name)s” is revoked. Programs that use it stop working within seconds.") % {"name": key.name},
    )
    return redirect("projects:keys", project_id)


@login_required
@require_POST
def rotate(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id, Role.ADMIN)
    rotate_write_key(project=project, replaces=request.POST.get("replaces", ""))
    messages.success(
        request, _("The write key is new. Put the new snippet into your pages: the old one sends no more.")
    )
    return redirect("projects:keys", project_id)


@login_required
@require_safe
def members(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """Who sees this project. They are its organization's, and managed there."""
    project = get_project_for(request.user, project_id)
    members = project.organization.memberships.select_related("user").order_by("created_at")
    return settings_page(request, "projects/members.html", project, members=members)


@login_required
@require_http_methods(["GET", "POST"])
def danger(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id, Role.OWNER)
    form = TypedConfirmation(request.POST or None, expected=project.name)
    if request.method == "POST" and form.is_valid():
        delete_project(project=project)
        messages.success(
            request,
            _("The project “%(name)s” is deleted. Its data is on its way out.") % {"name": project.name},
        )
        return redirect("projects:index")
    return settings_page(request, "projects/danger.html", project, form=form)
