"""The settings of a project's shared links, for admins."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from analytics_pulse import clock
from analytics_pulse.problems import Invalid
from projects.access import get_project_for
from projects.models import Project, Role
from projects.views.settings_page import settings_page
from projects.views.signed_in import SignedInRequest
from reports import embedding, shared_links
from reports.embedding import Embedding
from reports.link_forms import SharedLinkForm
from reports.links import PAGES
from reports.models import SharedLink
from tracking.install import base_url_of


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def listing(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """The links there are; a POST makes one."""
    project = get_project_for(request.user, project_id, Role.ADMIN)
    form = SharedLinkForm(request.POST or None, segments=shared_links.teams_segments(project))
    if request.method == "POST" and form.is_valid():
        try:
            shared_links.create_link(project=project, by=request.user, id=form.cleaned_data["new_id"], **form.values)
            messages.success(request, _("The link is made. Copy it below."))
            return redirect("reports:shared-links", project_id)
        except IntegrityError:  # sent twice
            return redirect("reports:shared-links", project_id)
        except Invalid as error:
            form.refuse(error)
    return settings_page(request, "reports/shared_links.html", project, **_listed(request, project, form))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, project_id: UUID, link_id: UUID) -> HttpResponse:
    project, link = _found(request, project_id, link_id)
    form = SharedLinkForm(request.POST or None, segments=shared_links.teams_segments(project), link=link)
    if request.method == "POST" and form.is_valid():
        try:
            shared_links.change_link(link=link, **form.values)
            messages.success(request, _("Saved."))
            return redirect("reports:shared-links", project_id)
        except Invalid as error:
            form.refuse(error)
    return settings_page(request, "reports/shared_link.html", project, form=form, link=link)


@login_required
@require_POST
def rotate(request: SignedInRequest, project_id: UUID, link_id: UUID) -> HttpResponse:
    _project, link = _found(request, project_id, link_id)
    shared_links.rotate_link(link=link, replaces=request.POST.get("replaces", ""))
    messages.success(request, _("The link has a new address. The old one opens nothing any more."))
    return redirect("reports:shared-links", project_id)


@login_required
@require_POST
def revoke(request: SignedInRequest, project_id: UUID, link_id: UUID) -> HttpResponse:
    _project, link = _found(request, project_id, link_id)
    shared_links.revoke_link(link=link, now=clock.now())
    messages.success(request, _("The link “%(name)s” is withdrawn. It opens nothing any more.") % {"name": link.name})
    return redirect("reports:shared-links", project_id)


def _found(request: SignedInRequest, project_id: UUID, link_id: UUID) -> tuple[Project, SharedLink]:
    """Raises Http404."""
    project = get_project_for(request.user, project_id, Role.ADMIN)
    return project, get_object_or_404(shared_links.of_project(project), pk=link_id)


def _listed(request: HttpRequest, project: Project, form: SharedLinkForm) -> dict[str, Any]:
    base_url = base_url_of(request)
    links = [
        {
            "row": link,
            "url": base_url + link.path,
            "pages": [PAGES[name] for name in link.pages],
            "snippets": _snippets(base_url + link.path, project),
        }
        for link in shared_links.of_project(project)
    ]
    return {"links": links, "form": form, "themes": embedding.THEMES}


def _snippets(url: str, project: Project) -> dict[str, str]:
    """Code for every way of embedding it, by theme, and with a "+" when it is transparent."""
    return {
        f"{theme}{'+' if is_transparent else ''}": embedding.snippet(
            url, project.domain, Embedding(theme, is_transparent)
        )
        for theme in embedding.THEMES
        for is_transparent in (False, True)
    }
