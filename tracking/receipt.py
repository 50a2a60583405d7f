"""The answer to an ingest request whose events are durable."""

from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse

from tracking.validation import Accepted


class Receipt(msgspec.Struct):
    """event_ids: of the accepted events, in the order sent. errors: {"index", "code", "pointer", "detail"}."""

    status: str
    processed: int
    failed: int
    event_ids: list[UUID]
    errors: list[dict[str, Any]]

    @classmethod
    def of(cls, accepted: Accepted) -> "Receipt":
        event_ids = [event.event_id for event in accepted.events]
        status = "partial" if accepted.errors else "accepted"
        return cls(status, len(event_ids), len(accepted.errors), event_ids, accepted.errors)

    def as_response(self) -> HttpResponse:
        """Rendered at once: DRF's own Response costs several times as much as all of it."""
        return HttpResponse(_encoder.encode(self), content_type="application/json", status=202)


_encoder = msgspec.json.Encoder()
