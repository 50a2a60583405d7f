"""The language of an answer: the one chosen in the footer, else the browser's, else English. Of programs, English."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

# What programs read does not change with who asks. The administration's pages are the operator's, and only in English.
IN_ENGLISH = ("/api/", "/admin/", "/pulse.js")


class LanguageMiddleware(LocaleMiddleware):
    """Django's, but for the addresses that are in English for everybody: those do not vary by language either."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(IN_ENGLISH):
            translation.activate("en")
            request.LANGUAGE_CODE = "en"
        else:
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(IN_ENGLISH):
            return response
        return super().process_response(request, response)
