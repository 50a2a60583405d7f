"""The page that says how to install the tracker, and looks by itself whether the first event has come."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from projects.access import get_project_for
from projects.models import IdentityMode, Project
from projects.views.settings_page import settings_page
from projects.views.signed_in import SignedInRequest
from tracking.storage import get_store
from tracking.storage.base import StoreUnavailable


def snippet(project: Project, base_url: str) -> str:
    """The tag to paste. `base_url`: where the site's visitors reach this server."""
    identity = ' data-identity="anonymous"' if project.identity_mode == IdentityMode.ANONYMOUS_ID else ""
    return f'<script defer src="{base_url}/pulse.js" data-key="{project.write_key}"{identity}></script>'


def base_url_of(request: HttpRequest) -> str:
    """In development whatever address this page was opened by works; in production only the public one is sure to."""
    return settings.PUBLIC_URL if settings.PRODUCTION else f"{request.scheme}://{request.get_host()}"


@login_required
@require_safe
def install(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id)
    return settings_page(
        request,
        "tracking/install.html",
        project,
        snippet=snippet(project, base_url_of(request)),
        first_event_at=project.first_event_at,
    )


@login_required
@never_cache
@require_safe
def check(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """The part of the page that changes by itself: nothing to swap in (204) until the first event has come."""
    project = get_project_for(request.user, project_id)
    try:
        first_event_at = first_event_of(project)
    except StoreUnavailable:  # the next poll may tell
        first_event_at = None
    if first_event_at is None:
        return HttpResponse(status=204)
    return render(request, "tracking/_install_check.html", {"project": project, "first_event_at": first_event_at})


def first_event_of(project: Project) -> datetime | None:
    """When the project's first event occurred. Kept on the project once known, since it never changes again."""
    if project.first_event_at is None:
        project.first_event_at = get_store().first_event_at(project.pk)
        if project.first_event_at:
            # Nobody caches this field, so there is nothing to announce.
            Project.objects.filter(pk=project.pk).update(first_event_at=project.first_event_at)
    return project.first_event_at
