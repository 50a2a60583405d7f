"""Pages, styles and scripts travel compressed, also where no proxy and no `collectstatic` has done it.

What production serves from STATIC_ROOT is compressed there already (brotli, gzip) and passes through. Django's
middleware pads pages by a random length, so that their size tells nothing of the secrets in them (BREACH).
"""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# Fonts and images are compressed by nature; answers of the API and exports are not worth the time it takes.
PAGES = ("text/html", "text/css", "text/javascript", "image/svg+xml")
DATA = ("application/json",)


class CompressionMiddleware(GZipMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        is_file = response.streaming and "Last-Modified" in response.headers
        if not response.headers.get("Content-Type", "").startswith(PAGES + DATA if is_file else PAGES):
            return response
        if is_file:
            # WhiteNoise would not know the file by its weakened tag; by its date it does.
            del response.headers["ETag"]
        return super().process_response(request, response)
