"""What a visitor without a login sees."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from reports import figures
from reports.models import SharedLink
from tracking.install import base_url_of
from tracking.script import built_script

# The demo data come with a shared link of this name, which anybody may open.
DEMO_SLUG = "demo"


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("projects:index")
    return render(request, "landing.html", {
        "base_url": base_url_of(request),
        "script_kilobytes": figures.ratio(len(built_script().gzipped) / 1000),
        "demo_url": demo_url(),
    })  # fmt: skip


def demo_url() -> str | None:
    """Of the demo project's dashboard; None where there is none, or not for everybody."""
    try:
        is_open = SharedLink.objects.filter(
            slug=DEMO_SLUG, password="", may_embed=True, revoked_at=None, project__deleted_at=None
        ).exists()
        return reverse("reports:shared-dashboard", args=(DEMO_SLUG,)) if is_open else None
    except (DatabaseError, NoReverseMatch):  # the page says what it has to say without the demo too
        return None
