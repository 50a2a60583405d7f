"""The pages of a shared link beside the dashboard itself. They say nothing of a project that its link does not show."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports.params import InvalidParams
from reports.viewing import Viewing


def gone(request: HttpRequest) -> HttpResponse:
    """The same for a link that was withdrawn, one that never was, and one whose segment cannot be applied any more."""
    return render(request, "reports/shared_gone.html", status=404)


def refused(request: HttpRequest, viewing: Viewing, error: InvalidParams) -> HttpResponse:
    return render(request, "reports/shared_refused.html", {"viewing": viewing, "problem": error}, status=400)
