"""What signed-in people see is kept by no browser: who steps back after the logout sees nothing of it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: GetResponse) -> GetResponse:
    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # Without a look at the session nobody's own things are in it, and nobody's session is looked up here.
        if not response.has_header("Cache-Control") and request.session.accessed and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response

    return answered
