"""Between queue and pipeline: which message is processed when, and what happens when the store is away."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import redis
import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from structlog.contextvars import bound_contextvars

from tracking import accounting, journal
from tracking.conclusion import Settled, conclude
from tracking.envelope import Message
from tracking.metrics.processing import note_delay
from tracking.overload import JournalBound
from tracking.pipeline import RETRYABLE, run_pipeline, stored_ids
from tracking.queue import ring, waiting_rings
from tracking.spool import Spool
from tracking.storage import messages
from tracking.storage.base import EventStore, StoreUnavailable
from tracking.storage.rows import Appended

log = structlog.get_logger(__name__)

# Waiting in the task keeps the backlog in Redis, where it is durable, and out of the worker's memory. Less than the
# soft time limit of a task.
PATIENCE_S = 12
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
OVERDUE_AFTER = timedelta(seconds=30)
MAX_EVENTS_A_TRANSACTION = 2_000
# Less than the time after which beat sends the next drain.
DRAIN_S = 8.0
# While no ring waits to be taken: then a message this old is either under way or has lost its ring, as those have that
# a killed worker had taken. The broker would bring them back only after its visibility timeout.
OVERDUE_WHILE_IDLE_AFTER = timedelta(seconds=5)


class NotNow(Exception):
    """The message stays in the journal and is to be processed later."""


def process(*message_ids: UUID, store: EventStore, now: Callable[[], datetime]) -> None:
    """Process messages of the journal, together where that works, and forget them.

    Raises NotNow when Redis or the store stays away: those that are not stored yet are still there.
    """
    # In every log line, those of libraries included.
    with bound_contextvars(message_id=",".join(map(str, message_ids))):
        try:
            found = journal.read(*message_ids)
            for group in _groups(_decoded(found)):
                conclude(_settle(group, store, now), now())
        except redis.RedisError as error:
            raise NotNow(str(error)) from error


def _decoded(found: dict[UUID, bytes]) -> Iterator[Message]:
    for message_id, payload in found.items():
        try:
            yield Message.decode(payload)
        except msgspec.MsgspecError:
            _set_aside(message_id, payload)
            journal.forget(message_id)


def _groups(messages: Iterable[Message]) -> Iterator[list[Message]]:
    """What may share a transaction: not too much of it, and nothing with what is restored."""
    group: list[Message] = []
    event_count = 0
    for message in messages:
        if message.is_restored:
            yield [message]
            continue
        if group and event_count + message.event_count > MAX_EVENTS_A_TRANSACTION:
            yield group
            group, event_count = [], 0
        group.append(message)
        event_count += message.event_count
    if group:
        yield group


def _settle(group: list[Message], store: EventStore, now: Callable[[], datetime]) -> list[Settled]:
    try:
        return [Settled(group, _run_patiently(group, store, now))]
    except RETRYABLE as error:
        raise NotNow(str(error)) from error
    except Exception:
        if len(group) > 1:  # one of them has an event that cannot be stored, or was stored before
            return [settled for message in group for settled in _settle([message], store, now)]
        # neither whole nor event by event
        _set_aside(group[0].id, group[0].encode())
        return [Settled(group, None)]


def _set_aside(message_id: UUID, payload: bytes) -> None:
    """For a person to look at: it is kept, and it is not tried for ever."""
    log.exception("message_set_aside", message_id=str(message_id))
    journal.set_aside(message_id, payload)


def _run_patiently(group: list[Message], store: EventStore, now: Callable[[], datetime]) -> Appended:
    patient_until, pause_s = time.monotonic() + PATIENCE_S, FIRST_PAUSE_S
    while True:
        try:
            appended = run_pipeline(*group, store=store, now=now())
            break
        except RETRYABLE as error:
            if isinstance(error, SoftTimeLimitExceeded) or time.monotonic() + pause_s > patient_until:
                raise
            log.warning("pipeline_waits", error=type(error).__name__)
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
    for message in group:
        note_delay(message, now())
    return appended


def drain_spool(*, now: datetime, for_s: float = DRAIN_S) -> int:
    """Move spooled messages to the journal, oldest first, for so many seconds; how many.

    Stops quietly while Redis is still away or holds as much as it may.
    """
    spool, bound, moved = Spool(settings.SPOOL_DIR), JournalBound(), 0
    ends_at = time.monotonic() + for_s
    with spool.draining() as is_mine:
        if not is_mine:
            return 0
        spool.sweep()
        for path, message_id, payload in spool.messages():
            if time.monotonic() >= ends_at or bound.is_reached:
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
    """Ring again for messages that nobody has processed for OVERDUE_AFTER, or sooner while the workers have nothing
    else to do; how many. Ringing twice is harmless.
    """
    after = OVERDUE_WHILE_IDLE_AFTER if waiting_rings() == 0 else OVERDUE_AFTER
    overdue = journal.overdue(now - after, now)
    if overdue:
        ring(overdue)
    return len(overdue)
