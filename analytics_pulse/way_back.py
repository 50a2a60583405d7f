"""After the login back to the page that a form was on, and not to the address it was sent to, which shows nothing."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The session ended while somebody filled in a form: the answer to their POST is the login page."""

    def with_way_back(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "POST" and response.status_code == 302:
            page, login = page_of_form(request), urlsplit(response.headers["Location"])
            is_login = login.path == resolve_url(settings.LOGIN_URL)
            if page and is_login and parse_qs(login.query).get("next") == [request.get_full_path()]:
                response.headers["Location"] = f"{login.path}?{urlencode({'next': page})}"
        return response

    return with_way_back


def page_of_form(request: HttpRequest) -> str:
    """The path of the page that sent this form; empty when the browser does not say, or it was not ours."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        return ""
    parts = urlsplit(referrer)
    if not parts.path.startswith("/") or parts.path.startswith("//"):  # two: the browser would take it for a host
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
