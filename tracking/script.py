"""GET /pulse.js: the tracker that sites include. Every page of every site may ask for it, so it is cheap to answer."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

SCRIPT = settings.BASE_DIR / "static" / "tracker" / "pulse.js"
# Short, so that a fix is on all sites within the hour; browsers revalidate by ETag after that.
MAX_AGE_S = 3600


@dataclass(frozen=True, slots=True)
class Script:
    """The built tracker, in both forms it is sent in. etag is weak, since it stands for either form."""

    plain: bytes
    gzipped: bytes
    etag: str


@cache
def built_script() -> Script:
    """Read once a process: it changes with a deployment only."""
    plain = SCRIPT.read_bytes()
    return Script(plain, gzip.compress(plain, 9, mtime=0), f'W/"{hashlib.sha256(plain).hexdigest()[:16]}"')


@require_safe
def pulse_js(request: HttpRequest) -> HttpResponseBase:
    """The tracker, for any site and any cache. Uses no database, no session and no cookie. 304 by ETag."""
    script = built_script()
    response = HttpResponse(content_type="text/javascript; charset=utf-8")
    if accepts_gzip(request.headers.get("Accept-Encoding", "")):
        response.content = script.gzipped
        response["Content-Encoding"] = "gzip"
    else:
        response.content = script.plain
    response["Content-Length"] = str(len(response.content))
    response["ETag"] = script.etag
    response["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
    response["Vary"] = "Accept-Encoding"
    # Pages that are isolated (COEP) or load it with `crossorigin` may use it too.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return get_conditional_response(request, etag=script.etag, response=response) or response


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether the header names gzip, or everything, and not only to refuse it with `q=0`."""
    quality = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        quality[name.strip()] = parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return quality.get("gzip", quality.get("*", False))
