"""The short way to the ingest routes: past sessions, logins, messages and the look through all URLs.

None of these concerns a beacon, and together they cost (85 us) as much as the view itself.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tracking.api_urls import ingest_routes

View = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: View) -> View:
    """Stands behind what concerns every request, and before what concerns pages."""
    views: dict[str, View] = {reverse(route.name): route.callback for route in ingest_routes if route.name}

    def take_short_way(request: HttpRequest) -> HttpResponse:
        view = views.get(request.path)
        if view is None:
            return get_response(request)
        response = view(request)
        if not getattr(response, "is_rendered", True):  # a problem; a receipt comes rendered
            response.render()  # type: ignore[attr-defined]
        # As CommonMiddleware does for the others: without it the server sends in chunks.
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return take_short_way
