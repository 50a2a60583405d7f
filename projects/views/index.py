"""All of one's projects, and making a new one."""

from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from projects.actions.projects import create_project
from projects.forms.projects import NewProjectForm
from projects.models import Membership, Organization, Project, Role
from projects.views.signed_in import SignedInRequest


@login_required
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Projects by organization; organizations without one are shown too."""
    roles = dict(Membership.objects.filter(user=request.user).values_list("organization_id", "role"))
    projects = Project.objects.visible_to(request.user).order_by("organization_id", "name", "created_at")
    by_organization = {key: list(group) for key, group in groupby(projects, lambda project: project.organization_id)}
    groups = [
        {
            "organization": organization,
            "projects": by_organization.get(organization.pk, []),
            "may_manage": roles.get(organization.pk) in Role.ADMIN.and_above,
        }
        for organization in Organization.objects.visible_to(request.user)
    ]
    context = {
        "groups": groups,
        "has_projects": bool(by_organization),
        "has_only_one": sum(map(len, by_organization.values())) == 1,
        "may_create": any(group["may_manage"] for group in groups),
    }
    return render(request, "projects/index.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    if not Organization.objects.visible_to(request.user, Role.ADMIN).exists():
        return redirect("organizations:new")
    initial = {"organization": request.GET.get("organization")}
    form = NewProjectForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        project_id = fields.pop("new_id")
        try:
            with transaction.atomic():
                create_project(id=project_id, **fields)
        except IntegrityError:  # submitted twice
            pass
        return redirect("tracking:install", project_id)
    return render(request, "projects/new.html", {"form": form})
