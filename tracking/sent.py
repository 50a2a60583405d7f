"""An ingest request as its sender wrote it: what msgspec decodes and checks in one pass. null means absent."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

MAX_EVENTS = 100
MAX_ENGAGED_MS = 86_400_000

Moment = Annotated[datetime, Meta(tz=True)] | int | float
Pixels = Annotated[int, Meta(ge=0, le=65_535)]
Text = Annotated[str, Meta(max_length=2_048)]


class SentUtm(msgspec.Struct, gc=False):
    utm_source: Text | None = None
    utm_medium: Text | None = None
    utm_campaign: Text | None = None
    utm_term: Text | None = None
    utm_content: Text | None = None


class SentEvent(msgspec.Struct, gc=False):
    """One event. `user_agent` and `ip_address` are of any type here, since without a secret key they are ignored."""

    event_type: str
    url: Text
    event_id: UUID | None = None
    event_name: Annotated[str, Meta(max_length=100)] | None = None
    referrer: Text | None = None
    title: str | None = None
    language: str | None = None
    timezone: str | None = None
    timestamp: Moment | None = None
    screen_width: Pixels | None = None
    screen_height: Pixels | None = None
    viewport_width: Pixels | None = None
    viewport_height: Pixels | None = None
    session_id: UUID | None = None
    visitor_id: UUID | None = None
    user_id: Annotated[str, Meta(max_length=128)] | None = None
    custom_data: dict[str, Any] | None = None
    utm_params: SentUtm | None = None
    value: float | None = None
    currency: str | None = None
    engaged_ms: Annotated[int, Meta(ge=0, le=MAX_ENGAGED_MS)] | None = None
    scroll_depth: Annotated[int, Meta(ge=0, le=100)] | None = None
    user_agent: Any = None
    ip_address: Any = None


class SentHeader(msgspec.Struct):
    """What a request says besides its events: the key, where no header could carry it, and the sender's clock."""

    key: str | None = None
    sent_at: Moment | None = None


class SentBatch(SentHeader, kw_only=True):
    events: list[SentEvent]


class SentBatchOfRaw(SentHeader, kw_only=True):
    events: list[msgspec.Raw]
