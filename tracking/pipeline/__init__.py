"""From accepted to stored: a list of steps to read, then one transaction.

An event that makes a step or the store fail is found by halving its message; it is quarantined with its error, and the
rest goes on.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid5

import redis
import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from msgspec.structs import replace

from tracking.envelope import Envelope, Message
from tracking.layered_cache import AnswerUnknown
from tracking.pipeline.batch import Batch, Item, quarantine
from tracking.pipeline.enrich import enrich
from tracking.pipeline.screen import screen
from tracking.pipeline.sessionize import SessionsUnavailable, sessionize
from tracking.reasons import Reason
from tracking.storage.base import EventStore, StoreUnavailable
from tracking.storage.rows import Appended, StoredBatch

log = structlog.get_logger(__name__)

Step = Callable[[Batch], Batch]
STEPS: tuple[Step, ...] = (screen, enrich, sessionize)

# No fault of an event: a service is away, or time is up. Nothing is stored yet, and the same call works later.
RETRYABLE = (
    StoreUnavailable, SessionsUnavailable, AnswerUnknown, SoftTimeLimitExceeded,
    OperationalError, InterfaceError, redis.RedisError,
)  # fmt: skip


def run_pipeline(message: Message, *, store: EventStore, now: datetime) -> Appended:
    """Process a message and store what it comes to; again is a no-op.

    Raises one of RETRYABLE.
    """
    try:
        batch = Batch.of(message, now)
        for step in STEPS:
            batch = step(batch)
        return store.append(_stored(batch))
    except RETRYABLE:
        raise
    except Exception as error:
        items = Batch.of(message, now).items
        if not items:
            raise
        if len(items) == 1:
            log.exception("poison_event", project_id=str(items[0].envelope.project_id), event_id=str(message.id))
            poison = quarantine(items[0], Reason.POISON, f"{type(error).__name__}: {error}"[:500])
            return store.append(StoredBatch(message.id, now, [], [poison], [], message.rejections))
        first, second = (run_pipeline(half, store=store, now=now) for half in _halves(message, items))
        return _sum(first, second)


def _stored(batch: Batch) -> StoredBatch:
    return StoredBatch(
        message_id=batch.message_id,
        received_at=batch.now,
        events=[item.row for item in batch.items if item.row is not None],
        quarantined=batch.quarantined,
        completions=batch.completions,
        rejections=batch.rejections,
    )


def _halves(message: Message, items: list[Item]) -> tuple[Message, Message]:
    """The message as two, whose ids follow from its own: what is stored of them is known when it comes again."""
    middle = len(items) // 2
    return (
        Message(uuid5(message.id, "first half"), _envelopes(items[:middle]), message.rejections),
        Message(uuid5(message.id, "second half"), _envelopes(items[middle:])),
    )


def _envelopes(items: list[Item]) -> list[Envelope]:
    return [replace(item.envelope, events=[item.event]) for item in items]


def _sum(first: Appended, second: Appended) -> Appended:
    return Appended(
        stored=first.stored + second.stored,
        duplicate=first.duplicate + second.duplicate,
        quarantined=first.quarantined + second.quarantined,
        was_known=first.was_known and second.was_known,
    )
