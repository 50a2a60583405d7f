"""The pages: what a visitor without a login sees, and a project's dashboard."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from projects.access import get_project_for


def landing(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("projects:index")
    return render(request, "landing.html")


@login_required
def dashboard(request: HttpRequest, project_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id)
    return render(request, "reports/dashboard.html", {"project": project})
