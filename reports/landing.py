"""What a visitor without a login sees."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reports import figures
from reports.shared_links import DEMO_SLUG, open_link
from tracking.install import base_url_of
from tracking.script import built_script


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
        link = open_link(DEMO_SLUG)
    except DatabaseError:  # the page says what it has to say without the demo too
        return None
    if link is None or link.password or not link.may_embed:
        return None
    return reverse("reports:shared-dashboard", args=(link.slug,))
