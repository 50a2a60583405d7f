"""From accepted to stored: a list of steps to read, then one transaction.

Messages that wait together are stored together, since a transaction costs some 3 ms however much is in it. An event
that makes a step or the store fail is found by halving its message; it is quarantined with its error, and the rest
goes on.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

import redis
import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from msgspec.structs import replace

from tracking.envelope import Envelope, Message
from tracking.layered_cache import AnswerUnknown
from tracking.metrics.processing import note_appended, note_step
from tracking.pipeline.batch import Batch, Item, quarantine
from tracking.pipeline.enrich import enrich
from tracking.pipeline.erased import leave_out_erased
from tracking.pipeline.match_goals import append_matched, match_goals
from tracking.pipeline.screen import screen
from tracking.pipeline.sessionize import SessionsUnavailable, sessionize
from tracking.reasons import Reason
from tracking.storage.base import EventStore, StoreUnavailable
from tracking.storage.rows import Appended, StoredBatch

log = structlog.get_logger(__name__)

Step = Callable[[Batch], Batch]
STEPS: tuple[Step, ...] = (leave_out_erased, screen, enrich, sessionize, match_goals)

FIRST_HALF = "first half"
MAX_HALVINGS = 16  # more than a message has events for

# No fault of an event: a service is away, or time is up. Nothing is stored yet, and the same call works later.
RETRYABLE = (
    StoreUnavailable, SessionsUnavailable, AnswerUnknown, SoftTimeLimitExceeded,
    OperationalError, InterfaceError, redis.RedisError,
)  # fmt: skip


def run_pipeline(*messages: Message, store: EventStore, now: datetime) -> Appended:
    """Process messages and store what they come to; again is a no-op.

    Raises one of RETRYABLE. Of several messages it raises whatever else one of them causes, and stores nothing; a
    single one is halved until its poison is found.
    """
    try:
        batch, since = Batch.of(messages, now), time.perf_counter()
        for step in STEPS:
            batch = step(batch)
            since = note_step(step.__name__, since)
        appended = append_matched(store, _stored(batch))
        note_step("store", since)
        note_appended(appended, batch.quarantined)
        return appended
    except RETRYABLE:
        raise
    except Exception as error:
        items = Batch.of(messages, now).items
        if len(messages) > 1 or not items:
            raise
        (message,) = messages
        if len(items) == 1:
            log.exception("poison_event", project_id=str(items[0].envelope.project_id), event_id=str(message.id))
            poison = quarantine(items[0], Reason.POISON, f"{type(error).__name__}: {error}"[:500])
            alone = StoredBatch(
                (message.id,), now, [], [poison], [], message.rejections, is_restored=message.is_restored
            )
            appended = store.append(alone)
            note_appended(appended, alone.quarantined)
            return appended
        return _sum([run_pipeline(half, store=store, now=now) for half in _halves(message, items)])


def stored_ids(message_id: UUID) -> list[UUID]:
    """Ids of which the store knows one when the message was processed: its own, or that of the first of its halves."""
    ids = [message_id]
    for _ in range(MAX_HALVINGS):
        ids.append(uuid5(ids[-1], FIRST_HALF))
    return ids


def _stored(batch: Batch) -> StoredBatch:
    return StoredBatch(
        message_ids=batch.message_ids,
        received_at=batch.now,
        events=[item.row for item in batch.items if item.row is not None],
        quarantined=batch.quarantined,
        completions=batch.completions,
        thresholds=batch.thresholds,
        rule_versions=batch.rule_versions,
        rejections=batch.rejections,
        erased=batch.erased,
        is_restored=batch.is_restored,
    )


def _halves(message: Message, items: list[Item]) -> tuple[Message, Message]:
    """The message as two, whose ids follow from its own: what is stored of them is known when it comes again."""
    middle = len(items) // 2
    return (
        replace(
            message,
            id=uuid5(message.id, FIRST_HALF),
            envelopes=_envelopes(items[:middle]),
        ),
        replace(message, id=uuid5(message.id, "second half"), envelopes=_envelopes(items[middle:]), rejections=[]),
    )


def _envelopes(items: list[Item]) -> list[Envelope]:
    return [replace(item.envelope, events=[item.event]) for item in items]


def _sum(parts: Sequence[Appended]) -> Appended:
    return Appended(
        stored=sum(part.stored for part in parts),
        duplicate=sum(part.duplicate for part in parts),
        quarantined=sum(part.quarantined for part in parts),
        was_known=all(part.was_known for part in parts),
        new=[row for part in parts for row in part.new],
    )
