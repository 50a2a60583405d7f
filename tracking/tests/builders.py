"""Events as the web process hands them on, for tests of what comes after it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tracking.envelope import AcceptedEvent, Envelope, Message

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)


def event(minutes: float = 0, **fields: Any) -> AcceptedEvent:
    """A pageview so many minutes after noon."""
    values: dict[str, Any] = {
        "event_id": uuid4(),
        "event_type": "pageview",
        "occurred_at": NOON + timedelta(minutes=minutes),
        "url": "https://example.com/",
    }
    return AcceptedEvent(**(values | fields))


def envelope(*events: AcceptedEvent, project_id: UUID, **fields: Any) -> Envelope:
    values: dict[str, Any] = {
        "project_id": project_id,
        "received_at": max((e.occurred_at for e in events), default=NOON),
        "visitor_id": 1,
        "previous_visitor_id": None,
        "user_agent": CHROME,
        "country": "DE",
        "region": "",
        "city": "",
        "screened": "",
        "events": list(events),
    }
    return Envelope(**(values | fields))


def message(*envelopes: Envelope) -> Message:
    return Message(uuid4(), list(envelopes))
