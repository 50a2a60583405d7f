"""Cross-origin rules of the ingest routes, and of these only: any page may send, no page may send with credentials."""

from functools import lru_cache
from urllib.parse import urlsplit

from analytics_pulse.problems import Problem
from tracking.keys import Source

ALLOW_ORIGIN = "*"
EXPOSED = "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Content-Encoding, X-API-Key",
    "Access-Control-Max-Age": "86400",
}


class OriginNotAllowed(Problem):
    status_code = 403
    code = "origin_not_allowed"
    title = "This project does not accept events from this origin"


def check_origin(source: Source, origin: str | None) -> None:
    """Raises OriginNotAllowed. A request without Origin comes from no browser page, and the key alone counts."""
    allowed = source.project.allowed_origins
    if allowed and origin is not None and not is_allowed(origin, allowed):
        raise OriginNotAllowed


@lru_cache(maxsize=4096)
def is_allowed(origin: str, allowed: tuple[str, ...]) -> bool:
    """Whether a row names this origin: `https://example.com`, `https://*.example.com` (any depth below it, not itself),
    or either without a scheme, for both http and https."""
    return any(_matches(origin.lower(), row.strip().lower().rstrip("/")) for row in allowed)


def _matches(origin: str, row: str) -> bool:
    scheme, separator, host = row.rpartition("://")
    try:
        sent = urlsplit(origin)
    except ValueError:
        return False
    if sent.scheme not in {"http", "https"} or (separator and sent.scheme != scheme):
        return False
    if host.startswith("*."):
        return sent.netloc.endswith(host[1:]) and len(sent.netloc) > len(host) - 1
    return sent.netloc == host
