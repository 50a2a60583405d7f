"""Sending events through HTTP, and reading back what was queued: what the tests of the ingest contract share."""

import json
from typing import Any

from django.test import Client

from tracking import journal
from tracking.connections import redis_client
from tracking.envelope import AcceptedEvent, Envelope, Message, Rejections

EVENT = "/api/v1/track/event"
BATCH = "/api/v1/track/batch"
VISITOR_IP = "198.51.100.7"
URL = "https://example.com/pricing"


def pageview(**fields: Any) -> dict[str, Any]:
    return {"event_type": "pageview", "url": URL, **fields}


class Sender:
    """A client that sends to the ingest routes with a key, from an address of the internet."""

    def __init__(self, key: str | None) -> None:
        self.key = key
        self.client = Client()

    def batch(self, *events: Any, **frame: Any) -> Any:
        return self.raw(json.dumps({"events": list(events), **frame}))

    def event(self, event: Any, **options: Any) -> Any:
        return self.raw(json.dumps(event), url=EVENT, **options)

    def raw(
        self,
        body: str | bytes,
        *,
        url: str = BATCH,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
        **environ: Any,
    ) -> Any:
        with_key = {"X-API-Key": self.key} if self.key else {}
        return self.client.post(
            url,
            body,
            content_type,
            headers=with_key | (headers or {}),
            **({"REMOTE_ADDR": VISITOR_IP} | environ),
        )


def queued_messages() -> list[Message]:
    return [Message.decode(payload) for payload in redis_client().hvals(journal.PAYLOADS)]


def queued() -> list[Envelope]:
    return [envelope for message in queued_messages() for envelope in message.envelopes]


def queued_events() -> list[AcceptedEvent]:
    return [event for envelope in queued() for event in envelope.events]


def queued_rejections() -> list[Rejections]:
    return [rejections for message in queued_messages() for rejections in message.rejections]


def held_by_redis() -> bytes:
    """All that Redis holds, names and values, one after the other."""
    client: Any = redis_client()
    read = {
        b"string": client.get,
        b"list": lambda name: client.lrange(name, 0, -1),
        b"set": client.smembers,
        b"zset": lambda name: client.zrange(name, 0, -1),
        b"hash": lambda name: [part for pair in client.hgetall(name).items() for part in pair],
    }
    held = []
    for name in client.scan_iter():
        value = read[client.type(name)](name)
        held += [name, *([value] if isinstance(value, bytes) else value)]
    return b"\n".join(held)
