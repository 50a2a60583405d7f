"""Pages, styles and scripts travel compressed, also where no proxy and no `collectstatic` has done it.

What production serves from STATIC_ROOT is compressed there already (brotli, gzip) and passes through. Django's
middleware pads pages by a random length, so that their size tells nothing of the secrets in them (BREACH).
"""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# Fonts and images are compressed by nature; exports and API answers are not made larger by a moment of our time.
COMPRESSED = ("text/html", "text/css", "text/javascript", "image/svg+xml")


class CompressionMiddleware(GZipMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if not response.headers.get("Content-Type", "").startswith(COMPRESSED):
            return response
        if response.streaming and "Last-Modified" in response.headers:
            # A file, which WhiteNoise would not recognise by the weakened tag. By its date it does.
            del response.headers["ETag"]
        return super().process_response(request, response)
