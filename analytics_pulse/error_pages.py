"""What an error looks like: a page for people, problem details under /api/. And an outage of a server is a 503.

Those for failures do not touch the database: it may be what is away.
"""

import sys
from collections.abc import Callable

import django.db
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from analytics_pulse import problems
from analytics_pulse.way_back import page_of_form
from tracking.storage.base import StoreUnavailable

RETRY_AFTER_S = 10
OUTAGES = (django.db.OperationalError, django.db.InterfaceError, StoreUnavailable)
PROBLEMS = {
    400: ("bad_request", "The request cannot be understood"),
    403: ("permission_denied", "This is not allowed"),
    404: ("not_found", "There is nothing here"),
    405: ("method_not_allowed", "This address does not take that method"),
    500: ("internal_error", "Something broke on our side; it has been logged"),
    503: ("unavailable", "The database does not answer; try again in a moment"),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Called while the exception that nobody caught is being handled."""
    if not isinstance(sys.exc_info()[1], OUTAGES):
        return answer(request, 500)
    response = answer(request, 503)
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Somebody logged in or out in another tab since the page was made. A part of a page gets a sentence to show."""
    if request.headers.get("HX-Request"):
        sentence = _("This form has expired. Reload the page and send it again.")
        return HttpResponse(sentence, status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(render_to_string("403_csrf.html", {"page": page_of_form(request)}, request), status=403)


def answer(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        document = problems.body(status, *PROBLEMS[status])
        return JsonResponse(document, status=status, content_type=problems.MEDIA_TYPE)
    # Who is logged in stands in the header of a page, and in the database.
    is_safe_to_ask = status in {403, 404, 405}
    return HttpResponse(render_to_string(f"{status}.html", request=request if is_safe_to_ask else None), status=status)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A page for a wrong method, which Django answers with nothing: whoever comes back from the login to the address
    of a button would see an empty window."""

    def with_a_page(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            page = answer(request, 405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    return with_a_page
