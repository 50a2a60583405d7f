"""The body of an ingest request as bytes of JSON, within its limits whatever the sender claims."""

import zlib

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from analytics_pulse.problems import NotJson, Problem

MAX_BODY_BYTES = 100 * 1024
MEDIA_TYPES = {"", "application/json", "text/plain"}
_GZIP = 16 + zlib.MAX_WBITS


class TooLarge(Problem):
    status_code = 413
    code = "too_large"
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    status_code = 415
    code = "unsupported_media_type"
    title = "Send application/json or text/plain"


class UnsupportedEncoding(Problem):
    status_code = 415
    code = "unsupported_encoding"
    title = "Send the body as it is, or with Content-Encoding: gzip"


class NotGzip(NotJson):
    code = "not_gzip"
    title = "The body is not valid gzip"


def read_body(request: HttpRequest) -> bytes:
    """At most MAX_BODY_BYTES, inflated.

    Raises UnsupportedMediaType, UnsupportedEncoding, TooLarge, NotGzip, NotJson.
    """
    media_type = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise UnsupportedMediaType(f"not {media_type[:100]}")
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding not in {"", "identity", "gzip"}:
        raise UnsupportedEncoding
    try:
        body = _received(request)
    except RequestDataTooBig:
        raise _too_large() from None
    except (UnreadablePostError, ValueError):
        raise NotJson("the body ended early") from None
    if encoding == "gzip":
        body = _inflate(body)
    if len(body) > MAX_BODY_BYTES:
        raise _too_large()
    return body


def _received(request: HttpRequest) -> bytes:
    """At most one byte more than the limit. Raises UnreadablePostError, RequestDataTooBig, ValueError."""
    declared = request.META.get("CONTENT_LENGTH")
    if declared or not request.META.get("wsgi.input_terminated"):
        if int(declared or 0) > MAX_BODY_BYTES:  # not even read
            raise _too_large()
        return request.body
    # Sent in chunks, of a length unknown to its sender: Django would read nothing.
    received = b""
    try:
        while chunk := request.META["wsgi.input"].read(MAX_BODY_BYTES + 1 - len(received)):
            received += chunk
    except OSError as error:
        raise UnreadablePostError from error
    return received


def _inflate(data: bytes) -> bytes:
    """At most one byte more than the limit is ever made, however much is packed."""
    inflated = b""
    try:
        while data:
            stream = zlib.decompressobj(_GZIP)
            inflated += stream.decompress(data, MAX_BODY_BYTES + 1 - len(inflated))
            if len(inflated) > MAX_BODY_BYTES:
                raise _too_large()
            if not stream.eof:
                raise NotGzip("it ends early")
            data = stream.unused_data  # gzip allows several members
    except zlib.error:
        raise NotGzip from None
    return inflated


def _too_large() -> TooLarge:
    return TooLarge(f"at most {MAX_BODY_BYTES:,} bytes, also after inflation")
