"""The Content-Security-Policy of pages: everything from this origin, nothing inline."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "frame-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}

View = Callable[..., HttpResponse]


def policy(**changes: str) -> str:
    """The header's value; `style_src="..."` replaces a directive."""
    directives = STRICT | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in directives.items())


STRICT_HEADER = policy()


def relaxed(view: View, **changes: str) -> View:
    """The view under a policy of its own, for pages of libraries that need one."""
    header = policy(**changes)

    def with_its_own_policy(*args: object, **kwargs: object) -> HttpResponse:
        response = view(*args, **kwargs)
        response.headers["Content-Security-Policy"] = header
        return response

    return with_its_own_policy


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def with_policy(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # Only pages execute anything: API answers stay as small as they are.
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", STRICT_HEADER)
        return response

    return with_policy
