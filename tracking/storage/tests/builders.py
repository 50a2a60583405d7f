"""Rows as the pipeline makes them, with only what a test cares about spelled out."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from tracking.reasons import Reason
from tracking.storage.rows import Appended, CompletionRow, EventRow, QuarantinedRow, StoredBatch

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
SITE = UUID(int=0xA)
OTHER_SITE = UUID(int=0xB)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def event(**fields: Any) -> EventRow:
    """A pageview of / by visitor 1 in visit 1, which it opened, at NOW, unless said otherwise."""
    occurred_at = fields.get("occurred_at", NOW)
    texts = dict.fromkeys((name for name, kind in EventRow.__annotations__.items() if kind is str), "")
    numbers = dict.fromkeys(
        (
            "screen_width",
            "screen_height",
            "viewport_width",
            "viewport_height",
            "custom_data",
            "value",
            "engaged_ms",
            "scroll_depth",
        )
    )
    row = {
        "project_id": SITE,
        "event_id": uuid4(),
        "occurred_at": occurred_at,
        "received_at": NOW,
        "visitor_id": 1,
        "session_id": 1,
        "session_started_at": NOW,
        "event_type": "pageview",
        "path": "/",
    }
    return EventRow(**(texts | numbers | row | fields))


def quarantined(**fields: Any) -> QuarantinedRow:
    row = {
        "project_id": SITE,
        "event_id": uuid4(),
        "occurred_at": NOW,
        "received_at": NOW,
        "reason": Reason.BOT,
        "detail": "Googlebot",
        "payload": b"\x00\xffmessage",
    }
    return QuarantinedRow(**(row | fields))


def completion(of: EventRow, **fields: Any) -> CompletionRow:
    row = {
        "project_id": of.project_id,
        "goal_id": UUID(int=0x60A1),
        "session_id": of.session_id,
        "event_id": of.event_id,
        "occurred_at": of.occurred_at,
        "url": "https://example.com/",
        "value": None,
        "metadata": None,
    }
    return CompletionRow(**(row | fields))


def message(*events: EventRow, **fields: Any) -> StoredBatch:
    message_ids = (fields.pop("message_id", None) or uuid4(),)
    return StoredBatch(**({"message_ids": message_ids, "received_at": NOW, "events": list(events)} | fields))


class Outcome(NamedTuple):
    """The numbers of an Appended; equal to one whose numbers are the same."""

    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    was_known: bool = False

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Appended):
            return self == (other.stored, other.duplicate, other.quarantined, other.was_known)
        return tuple(self) == other

    __hash__ = None  # type: ignore[assignment]


outcome = Outcome
