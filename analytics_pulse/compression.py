"""Pages, styles and scripts travel compressed, also where no proxy and no `collectstatic` has done it.

What production serves from STATIC_ROOT is compressed there already and passes through. Pages are packed with gzip by
Django's middleware, which pads them by a random length, so that their size tells nothing of the secrets in them
(BREACH). Files hold no secrets: they are packed with brotli, once.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import brotli
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

PAGES = "text/html"
# Fonts and images are compressed by nature.
FILES = ("text/css", "text/javascript", "image/svg+xml", "application/json")
BROTLI_QUALITY = 9  # of 11, which takes ten times as long
LARGEST = 512 * 1024  # bytes; what is larger is packed with gzip as it is sent


class CompressionMiddleware(GZipMiddleware):
    """Answers of the API and exports are left as they are: a moment of our time for each is worth more."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        kind = response.headers.get("Content-Type", "")
        if kind.startswith(PAGES):
            return super().process_response(request, response)
        if not isinstance(response, FileResponse) or not kind.startswith(FILES):
            return response
        if "Last-Modified" not in response.headers or "Content-Encoding" in response.headers:
            return response
        # WhiteNoise would not know the file by the tag of another encoding; by its date it does.
        del response.headers["ETag"]
        if _takes_brotli(request) and (content := _whole_file(response)) is not None:
            response.close()
            return _packed(content, response)
        return super().process_response(request, response)


def _takes_brotli(request: HttpRequest) -> bool:
    return "br" in request.headers.get("Accept-Encoding", "")


def _whole_file(response: FileResponse) -> bytes | None:
    """The file's content, packed; None when the answer is but a part of it, or it is too large to keep."""
    path = getattr(response.file_to_stream, "name", None)
    if path is None or response.status_code != 200 or int(response.headers["Content-Length"]) > LARGEST:
        return None
    return _brotli(path, response.headers["Last-Modified"])


def _packed(content: bytes, plain: FileResponse) -> HttpResponse:
    answer = HttpResponse(content, headers=dict(plain.headers))
    answer.headers["Content-Encoding"] = "br"
    answer.headers["Content-Length"] = str(len(content))
    patch_vary_headers(answer, ("Accept-Encoding",))
    return answer


@lru_cache(maxsize=128)
def _brotli(path: str, modified: str) -> bytes:
    return brotli.compress(Path(path).read_bytes(), quality=BROTLI_QUALITY)
