"""Requests for a part of a page, made by the page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

View = Callable[..., HttpResponse]


class HtmxHttpRequest(HttpRequest):
    """What HtmxMiddleware makes of a request."""

    htmx: HtmxDetails


def page_of(request: HtmxHttpRequest) -> str:
    """Path and query of the page that asks for a part; "" when the browser does not say, or it is not one of ours."""
    try:
        return request.htmx.current_url_abs_path or ""
    except ValueError:  # no address at all
        return ""


def login_from_a_part(view: View) -> View:
    """When the session has ended, the whole page goes to the login, and comes back to where it is."""

    @wraps(view)
    def signed_in(request: HtmxHttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            login = redirect_to_login(page_of(request) or "/", resolve_url("account_login"))
            return HttpResponseClientRedirect(login.url)
        return view(request, *args, **kwargs)

    return signed_in
