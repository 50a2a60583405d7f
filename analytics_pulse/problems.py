"""Errors of the API: RFC 9457 problem details with a stable code. Prose may change, codes may not."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"


class Problem(exceptions.APIException):
    """An answer that is an error. Subclasses set status_code, code and title; an instance adds detail and places.

    `errors`: a list of {"pointer" | "parameter", "code", "detail"} that says where in the input the fault is.
    `headers`: response headers, such as Retry-After.
    """

    status_code: int = status.HTTP_400_BAD_REQUEST
    code = "bad_request"
    title = "The request cannot be understood"

    def __init__(
        self,
        detail: str = "",
        *,
        errors: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.code = code or self.code
        self.errors = errors or []
        self.headers = headers or {}


class NotJson(Problem):
    code = "not_json"
    title = "The body is not valid JSON"


class Invalid(Problem):
    code = "invalid"
    title = "Some values are not valid"


def body(status_code: int, code: str, title: str, detail: str = "", errors: list[dict[str, Any]] | None = None) -> dict:
    """The problem document: type, title, status, code, and detail and errors where there are any."""
    document: dict[str, Any] = {
        "type": f"/problems/{code.replace('_', '-')}",
        "title": title,
        "status": status_code,
        "code": code,
    }
    if detail and detail != title:
        document["detail"] = detail
    if errors:
        document["errors"] = errors
    return document


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER: every refusal of the API as problem details."""
    if isinstance(error, Problem):
        document = body(error.status_code, error.code, error.title, str(error.detail), error.errors)
        return Response(document, error.status_code, headers=error.headers, content_type=MEDIA_TYPE)
    if isinstance(error, exceptions.ValidationError):
        return Response(
            body(400, Invalid.code, Invalid.title, errors=list(_places(error.detail))), 400, content_type=MEDIA_TYPE
        )
    from rest_framework.views import (
        exception_handler,  # here: at import time its module imports ours, through the settings
    )

    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, Http404):
        code, title = "not_found", "There is nothing here"
    elif isinstance(error, PermissionDenied):
        code, title = "permission_denied", "This is not allowed"
    else:
        code, title = _code(error), str(getattr(error, "detail", error))
    headers = {
        name: value for name, value in response.items() if name.lower() in {"www-authenticate", "retry-after", "allow"}
    }
    return Response(
        body(response.status_code, code, title), response.status_code, headers=headers, content_type=MEDIA_TYPE
    )


def _code(error: Exception) -> str:
    codes = error.get_codes() if isinstance(error, exceptions.APIException) else "error"
    return codes if isinstance(codes, str) else "error"


def _places(detail: Any, pointer: str = "") -> Any:
    """DRF's nested error detail as a flat list of {"pointer", "code", "detail"}."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from _places(value, pointer if key == "non_field_errors" else f"{pointer}/{key}")
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, (dict, list))
            yield from _places(value, f"{pointer}/{index}" if nested else pointer)
    else:
        yield {"pointer": pointer, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}
