"""Between queue and pipeline: which message is processed when, and what happens when the store is away."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import redis
import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from structlog.contextvars import bound_contextvars

from tracking import accounting, journal
from tracking.envelope import Message
from tracking.metrics.processing import note_delay
from tracking.pipeline import RETRYABLE, run_pipeline, stored_ids
from tracking.queue import ring
from tracking.spool import Spool
from tracking.storage import messages
from tracking.storage.base import EventStore, StoreUnavailable

log = structlog.get_logger(__name__)

# Waiting in the task keeps the backlog in Redis, where it is durable, and out of the worker's memory. Less than the soft
# time limit of a task.
PATIENCE_S = 12
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
OVERDUE_AFTER = timedelta(seconds=30)


class NotNow(Exception):
    """The message stays in the journal and is to be processed later."""


def process(message_id: UUID, *, store: EventStore, now: Callable[[], datetime]) -> None:
    """Process a message of the journal, then forget it. Raises NotNow when Redis or the store stays away."""
    with bound_contextvars(message_id=str(message_id)):  # in every log line, those of libraries included
        try:
            payload = journal.read(message_id)
            if payload is not None:
                _process(message_id, payload, store, now)
                journal.forget(message_id)
        except redis.RedisError as error:
            raise NotNow(str(error)) from error


def _process(message_id: UUID, payload: bytes, store: EventStore, now: Callable[[], datetime]) -> None:
    try:
        message = Message.decode(payload)
        _run_patiently(message, store, now)
        note_delay(message, now())
    except RETRYABLE as error:
        raise NotNow(str(error)) from error
    except Exception:
        # Neither whole nor event by event: for a person to look at. It is kept, and it is not tried for ever.
        log.exception("message_set_aside")
        journal.set_aside(message_id, payload)


def _run_patiently(message: Message, store: EventStore, now: Callable[[], datetime]) -> None:
    patient_until, pause_s = time.monotonic() + PATIENCE_S, FIRST_PAUSE_S
    while True:
        try:
            run_pipeline(message, store=store, now=now())
            return
        except RETRYABLE as error:
            if isinstance(error, SoftTimeLimitExceeded) or time.monotonic() + pause_s > patient_until:
                raise
            log.warning("pipeline_waits", error=type(error).__name__)
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


def drain_spool(*, now: datetime, limit: int = 500) -> int:
    """Move spooled messages to the journal, oldest first; how many. Stops quietly while Redis is still away."""
    spool = Spool(settings.SPOOL_DIR)
    moved = 0
    with spool.draining() as is_mine:
        if not is_mine:
            return 0
        spool.sweep()
        for path, message_id, payload in spool.messages():
            if moved == limit:
                break
            try:
                _journalize(message_id, payload, now)
            except (redis.RedisError, StoreUnavailable):
                break
            spool.remove(path)
            moved += 1
    return moved


def _journalize(message_id: UUID, payload: bytes, now: datetime) -> None:
    """Bring a spooled message to the journal, unless it was there already: its events must be counted once.

    That is so when the web process had no answer to a write that took effect, and when a drain died before it removed
    the file. The journal is asked first: a message leaves it only when the store knows it.
    """
    if journal.holds(message_id) or messages.is_any_known(stored_ids(message_id)):
        return
    try:
        accounting.journalize(Message.decode(payload), payload, now)
    except msgspec.MsgspecError:  # for a person to look at, as `process` will say
        journal.write(message_id, payload, now)
    ring([message_id])


def ring_for_overdue(*, now: datetime) -> int:
    """Ring again for messages that nobody has processed for OVERDUE_AFTER; how many. Ringing twice is harmless."""
    overdue = journal.overdue(now - OVERDUE_AFTER, now)
    if overdue:
        ring(overdue)
    return len(overdue)
