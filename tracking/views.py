"""The ingest routes. 202 means durable and queued, not yet stored.

The hot path: no query and, but for a lease of requests now and then, no call of Redis when the process knows the key;
one wait for the queue.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics_pulse import clock
from analytics_pulse.problems import Problem
from tracking import cors, keys, queue, rate_limit
from tracking.body import read_body
from tracking.client import client_of
from tracking.leases import Allowance
from tracking.metrics.counters import count
from tracking.openapi import BATCH, EVENT
from tracking.parsing import Parsed, parse_batch, parse_event
from tracking.queue import QueueUnavailable
from tracking.receipt import Receipt
from tracking.sealing import seal
from tracking.validation import InvalidEvents, accept


class QueueAway(Problem):
    status_code = 503
    code = "queue_unavailable"
    title = "Events cannot be taken at the moment: keep them and try again"


class AnyAccept(BaseContentNegotiation):
    """JSON, whatever Accept says: beacons and SDKs send anything there."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class IngestView(APIView):
    """What both routes do; they differ in how the body is parsed."""

    authentication_classes = ()  # the key is the credential
    permission_classes = ()
    parser_classes = ()  # msgspec decodes the raw body
    throttle_classes = ()  # tracking/rate_limit.py: the limit is the key's, not the client's
    renderer_classes = (JSONRenderer,)  # of problems; a receipt renders itself
    content_negotiation_class = AnyAccept
    versioning_class = None

    parse: Callable[[bytes], Parsed]
    allowance: Allowance | None = None

    @property
    def default_response_headers(self) -> dict[str, str]:
        """What DRF would find out for each request anew, in 10 us."""
        return {"Allow": "POST, OPTIONS"}

    def ingest(self, request: HttpRequest) -> HttpResponse:
        received_at = clock.now()
        key = request.META.get("HTTP_X_API_KEY") or request.GET.get("key") or request.GET.get("apiKey")
        source = keys.resolve(key) if key else None
        parsed = type(self).parse(read_body(request))
        if source is None:
            source = keys.resolve(parsed.header.key)
        cors.check_origin(source, request.META.get("HTTP_ORIGIN"))
        self.allowance = rate_limit.spend(source, received_at)
        accepted = accept(parsed, source, received_at)
        if accepted.events:
            try:
                queue.publish(seal(accepted, source, client_of(request), received_at))
            except QueueUnavailable as error:
                raise QueueAway(headers={"Retry-After": str(error.retry_after_s)}) from error
        # After publishing: a sender that is told to try again will have its refused events counted then.
        if accepted.errors:
            queue.note_rejections(source.project.id, accepted.rejections)
        if not accepted.events:
            raise InvalidEvents(errors=accepted.errors)
        return Receipt.of(accepted).as_response()

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """The browser's preflight: the same answer to everybody, without a look at the key."""
        response = HttpResponse(status=204, headers=cors.PREFLIGHT)
        del response.headers["Content-Type"]
        return response

    def handle_exception(self, exc: Exception) -> Response:
        count(f"refused:{getattr(exc, 'code', None) or getattr(exc, 'default_code', 'error')}")
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = cors.ALLOW_ORIGIN
        response.headers["Access-Control-Expose-Headers"] = cors.EXPOSED
        if self.allowance is not None:
            for name, value in self.allowance.headers.items():
                response.headers[name] = value
        return response


class EventView(IngestView):
    parse = staticmethod(parse_event)

    @EVENT
    def post(self, request: Request) -> HttpResponse:
        return self.ingest(request._request)


class BatchView(IngestView):
    parse = staticmethod(parse_batch)

    @BATCH
    def post(self, request: Request) -> HttpResponse:
        return self.ingest(request._request)
