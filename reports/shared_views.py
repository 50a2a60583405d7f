"""What a shared link opens: the dashboard, read only, for whoever has its address, and its password if it has one."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from analytics_pulse import clock
from analytics_pulse.content_security import policy
from projects.client_address import pseudonym_of
from reports import link_passwords, section_views, shared_links, shared_pages, views
from reports.campaigns import pages as campaigns
from reports.funnels import pages as funnels
from reports.goals import pages as goals
from reports.link_forms import LinkPasswordForm
from reports.models import SharedLink
from reports.page_parts import HtmxHttpRequest
from reports.viewing import Viewing
from tracking.leases import Budget, RateLimited, spend

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

View = Callable[..., HttpResponse]
_TOO_MANY = gettext_lazy("Too many attempts. Please try again in an hour.")
_IN_FRAMES = policy(frame_ancestors="*")
_PAGES: dict[str, Callable[[HttpRequest, Viewing], HttpResponse]] = {
    "goals": goals.shown,
    "funnels": funnels.shown,
    "campaigns": campaigns.shown,
}


def of_open_link(view: View) -> View:
    """Gives the view what this link shows. Of one that is not open nobody learns more than that."""

    @wraps(view)
    def of_link(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
        link = shared_links.open_link(slug)
        viewing = Viewing.of_link(link, request.GET) if link else None
        response = view(request, viewing, **more) if viewing else shared_pages.gone(request)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "same-origin"  # the address opens the numbers
        response["X-Robots-Tag"] = "noindex, nofollow"
        if viewing and viewing.embedding:
            response.xframe_options_exempt = True  # type: ignore[attr-defined]
            response["Content-Security-Policy"] = _IN_FRAMES
        return response

    return of_link


@require_safe
@of_open_link
def dashboard(request: HttpRequest, viewing: Viewing) -> HttpResponse:
    link = _link(viewing)
    if not link_passwords.was_given(request, link):
        return _password_form(request, viewing)
    shared_links.note_view(link, clock.now())
    return views.shown(request, viewing)


@require_safe
@of_open_link
def page(request: HttpRequest, viewing: Viewing, name: str) -> HttpResponse:
    """One of the pages beside the overview, of a link that shows it."""
    link = _link(viewing)
    if not viewing.shows(name):
        return shared_pages.gone(request)
    if not link_passwords.was_given(request, link):
        return redirect(viewing.home)  # where it is asked for
    shared_links.note_view(link, clock.now())
    return _PAGES[name](request, viewing)


@require_safe
@of_open_link
def section(request: HtmxHttpRequest, viewing: Viewing, name: str) -> HttpResponse:
    if not link_passwords.was_given(request, _link(viewing)):
        return HttpResponseClientRefresh()  # the page asks for the password
    try:
        # Each is a question to the store, from whoever it may be.
        spend(Budget(f"shared-links:{pseudonym_of(request)}", settings.STATS_RATE_LIMIT_PER_HOUR), clock.now())
    except RateLimited as error:
        return _too_many(HttpResponse(_TOO_MANY, content_type="text/plain; charset=utf-8", status=429), error)
    return section_views.rendered(request, viewing, name)


# Without the cookie of Django's CSRF token, which a frame of another site does not have. There is nothing to forge:
# whoever makes a browser send the right password knows it, and all that follows is that this browser sees the page.
@csrf_exempt
@require_POST
@of_open_link
def password(request: HttpRequest, viewing: Viewing) -> HttpResponse:
    link = _link(viewing)
    try:
        is_right = link_passwords.is_right(request, link, request.POST.get("password", ""))
    except RateLimited as error:
        return _too_many(_password_form(request, viewing, _TOO_MANY, 429), error)
    if not is_right:
        return _password_form(request, viewing, _("This is not the password."), 403)
    response = redirect(f"{viewing.address('dashboard')}?{request.GET.urlencode()}".rstrip("?"))
    link_passwords.remember(response, link, in_frame=viewing.embedding is not None)
    return response


def _password_form(
    request: HttpRequest, viewing: Viewing, error: "StrOrPromise" = "", status: int = 200
) -> HttpResponse:
    form = LinkPasswordForm(request.POST if error else None)
    if error:
        form.add_error("password", error)
    context = {"viewing": viewing, "query": request.GET.urlencode(), "form": form}
    return render(request, "reports/shared_password.html", context, status=status)


def _too_many(response: HttpResponse, error: RateLimited) -> HttpResponse:
    response["Retry-After"] = error.headers["Retry-After"]
    return response


def _link(viewing: Viewing) -> SharedLink:
    assert viewing.link is not None
    return viewing.link
