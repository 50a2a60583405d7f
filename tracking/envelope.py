"""What travels from the web process to the worker: validated events with what was learned from their request.

No raw IP address is in here, by construction: the web process turns it into a place, a visitor hash and a verdict of
the IP rules, and forgets it. Encoded as MessagePack arrays, so a field is added only at the end and with a default.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class AcceptedEvent(msgspec.Struct, array_like=True, gc=False):
    """One valid event as its sender described it. Texts are at their limits and free of NUL; times are aware UTC."""

    event_id: UUID
    event_type: str
    occurred_at: datetime
    url: str
    event_name: str = ""
    referrer: str = ""
    title: str = ""
    language: str = ""
    timezone: str = ""
    screen_width: int | None = None
    screen_height: int | None = None
    viewport_width: int | None = None
    viewport_height: int | None = None
    user_id: str = ""
    custom_data: dict[str, Any] | None = None
    utm_params: dict[str, str] | None = None
    value: float | None = None
    currency: str = ""
    engaged_ms: int | None = None
    scroll_depth: int | None = None
    # The sender gave an id but no timestamp: occurred_at is the time of receipt, and a retry carries another one.
    is_undated: bool = False


class Envelope(msgspec.Struct, array_like=True, gc=False):
    """The accepted events of one client in one request.

    visitor_id: 64-bit signed hash of IP, user agent and project under today's salt (or of the anonymous id).
    previous_visitor_id: the same under yesterday's salt, which only keeps a visit going over midnight; None when there
    is none. screened: the IP rules' reason to quarantine, or "". country, region, city: from GeoIP or the CDN, or "".
    """

    project_id: UUID
    received_at: datetime
    visitor_id: int
    previous_visitor_id: int | None
    user_agent: str
    country: str
    region: str
    city: str
    screened: str
    events: list[AcceptedEvent]


class Rejections(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """How many events of a project were refused with a code in an hour. For the ledger."""

    project_id: UUID
    hour: datetime
    code: str
    count: int


class Message(msgspec.Struct, array_like=True):
    """One durable Celery message: the envelopes of many requests. `id` makes its redelivery a no-op.

    is_restored: its events lie in the quarantine, and their owner wants them counted. They are screened no more, and
    the store takes them out of the quarantine when it stores them.
    """

    id: UUID
    envelopes: list[Envelope]
    rejections: list[Rejections] = []
    is_restored: bool = False

    def encode(self) -> bytes:
        return _encoder.encode(self)

    @staticmethod
    def decode(data: bytes) -> "Message":
        return _decoder.decode(data)

    @property
    def event_count(self) -> int:
        return sum(len(envelope.events) for envelope in self.envelopes)


_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_decoder = msgspec.msgpack.Decoder(Message)
