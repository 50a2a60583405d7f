"""The frame of a project's settings: which of its tabs are shown to whom."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from projects.models import Project, Role
from projects.views.signed_in import SignedInRequest


def settings_page(
    request: SignedInRequest, template: str, project: Project, *, status: int = 200, **context: Any
) -> HttpResponse:
    """`template` extends projects/settings_base.html. The caller has found the project through projects.access."""
    role = Role(project.organization.memberships.values_list("role", flat=True).get(user=request.user))
    rights = {f"is_{least.value}": role in least.and_above for least in (Role.OWNER, Role.ADMIN, Role.EDITOR)}
    return render(request, template, {"project": project, **rights, **context}, status=status)
