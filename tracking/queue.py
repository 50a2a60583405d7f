"""The publisher: the batches of concurrent requests become one durable message, as a Kafka producer does it.

A request hands its envelopes over and waits. One thread a process takes what has gathered, writes it to the journal
(or, while Redis is away, to the spool on disk) and wakes the requests. A write costs some 300 us however much is in it,
so what arrives meanwhile travels together. Another thread rings for a worker, with a Celery message.
"""

import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from uuid import UUID, uuid4

import redis
import structlog
from celery import current_app
from django.conf import settings

from analytics_pulse import clock
from tracking import accounting, journal
from tracking.connections import redis_circuit
from tracking.envelope import Envelope, Message, Rejections
from tracking.overload import JournalBound
from tracking.spool import Spool, SpoolFull

TASK = "tracking.tasks.process_messages"
LINGER_S = 0.005
MAX_EVENTS_A_MESSAGE = 1_000
MAX_WAITING_EVENTS = 20_000
MAX_WAIT_S = 15
REJECTIONS_EVERY_S = 2
# Ringing costs about 2 ms of CPU here and in the worker together, however many messages it is for.
RING_EVERY_S = 0.025
# While so many messages wait the workers are behind: then a ring is for more of them, so that they share transactions,
# which cost the same however much is in them. Else a slow disk, with a few events a second, makes a queue that grows.
BEHIND_MESSAGES = 40
RING_EVERY_WHILE_BEHIND_S = 0.2

log = structlog.get_logger(__name__)


class QueueUnavailable(Exception):
    """Neither the broker nor the spool takes it. The client should try again after `retry_after_s`."""

    def __init__(self, retry_after_s: int = 5) -> None:
        super().__init__("the queue is not available")
        self.retry_after_s = retry_after_s


class _Ticket:
    """A request's envelopes and the lock on which it waits: held until they are durable or refused."""

    __slots__ = ("envelopes", "event_count", "is_durable", "message_id", "waiting")

    def __init__(self, envelopes: list[Envelope]) -> None:
        self.envelopes = envelopes
        self.event_count = sum(len(envelope.events) for envelope in envelopes)
        self.is_durable = False
        self.message_id: UUID | None = None
        self.waiting = threading.Lock()
        self.waiting.acquire()


class Publisher:
    """One thread that groups and makes durable. Bounded: beyond MAX_WAITING_EVENTS it refuses at once."""

    def __init__(self, spool: Spool) -> None:
        self.spool = spool
        self._tickets: list[_Ticket] = []
        self._waiting_events = 0
        self._rejections: Counter[tuple[UUID, str]] = Counter()
        self._rejections_sent_at = 0.0
        self._journal_bound = JournalBound()
        self._bell = Bell()
        self._arrived = threading.Condition()
        threading.Thread(target=self._run, name="publisher", daemon=True).start()

    def publish(self, envelopes: list[Envelope]) -> None:
        ticket = _Ticket(envelopes)
        with self._arrived:
            if self._waiting_events + ticket.event_count > MAX_WAITING_EVENTS:
                raise QueueUnavailable
            self._waiting_events += ticket.event_count
            self._tickets.append(ticket)
            if len(self._tickets) == 1:
                self._arrived.notify()
        if not ticket.waiting.acquire(timeout=MAX_WAIT_S) or not ticket.is_durable:
            raise QueueUnavailable
        if log.isEnabledFor(logging.DEBUG):  # asked first, since this is the hot path
            # In the request's thread: the line has the request's id too.
            log.debug("published", message_id=str(ticket.message_id), events=ticket.event_count)

    def note_rejections(self, project_id: UUID, codes: dict[str, int]) -> None:
        with self._arrived:
            for code, count in codes.items():
                self._rejections[project_id, code] += count
            self._arrived.notify()

    def forget_rejections(self) -> None:
        with self._arrived:
            self._rejections.clear()

    def _run(self) -> None:
        while True:
            try:
                self._publish_next(*self._gather())
            except Exception:  # the thread must outlive anything: without it no request is answered
                log.exception("publisher_failed")
                time.sleep(0.1)

    def _gather(self) -> tuple[list[_Ticket], list[Rejections]]:
        with self._arrived:
            while not self._tickets and not self._rejections:
                self._arrived.wait()
            if not self._tickets:
                # Only refusals: they need no haste, and a message for each would be an amplifier.
                self._arrived.wait(max(0.0, self._rejections_sent_at + REJECTIONS_EVERY_S - time.monotonic()))
        if self._tickets and self._waiting_events < MAX_EVENTS_A_MESSAGE:
            time.sleep(LINGER_S)
        with self._arrived:
            taken = event_count = 0
            for ticket in self._tickets:
                if taken and event_count + ticket.event_count > MAX_EVENTS_A_MESSAGE:
                    break
                event_count += ticket.event_count
                taken += 1
            tickets, self._tickets = self._tickets[:taken], self._tickets[taken:]
            self._waiting_events -= event_count
            rejections = []
            if time.monotonic() - self._rejections_sent_at >= REJECTIONS_EVERY_S:
                rejections = self._take_rejections()
        return tickets, rejections

    def _take_rejections(self) -> list[Rejections]:
        hour = clock.now().replace(minute=0, second=0, microsecond=0)
        taken = [Rejections(project_id, hour, code, n) for (project_id, code), n in self._rejections.items()]
        self._rejections.clear()
        self._rejections_sent_at = time.monotonic()
        return taken

    def _publish_next(self, tickets: list[_Ticket], rejections: list[Rejections]) -> None:
        if not tickets and not rejections:
            return
        message = Message(uuid4(), [envelope for t in tickets for envelope in t.envelopes], rejections)
        is_journaled = is_spooled = False
        try:
            payload = message.encode()
            is_journaled = self._journal(message, payload)
            is_spooled = not is_journaled and self._spool(message, payload)
        finally:
            for ticket in tickets:
                ticket.is_durable, ticket.message_id = is_journaled or is_spooled, message.id
                ticket.waiting.release()
        if is_journaled:
            self._bell.ring(message.id)

    def _journal(self, message: Message, payload: bytes) -> bool:
        if redis_circuit.is_open or self._journal_bound.is_reached:
            return False
        try:
            accounting.journalize(message, payload, clock.now())
        except redis.RedisError as error:
            redis_circuit.trip(error)
            return False
        return True

    def _spool(self, message: Message, payload: bytes) -> bool:
        try:
            self.spool.write(message.id, payload)
        except SpoolFull as error:
            log.error("spool_refuses", error=str(error))
            return False
        return True


class Bell:
    """Rings for a worker in a thread of its own: nothing that a request was promised depends on it.

    At once while messages come now and then; one ring is for all of RING_EVERY_S while they keep coming, and of
    RING_EVERY_WHILE_BEHIND_S while the workers are behind.
    """

    def __init__(self) -> None:
        self._message_ids: list[UUID] = []
        self._arrived = threading.Condition()
        threading.Thread(target=self._run, name="bell", daemon=True).start()

    def ring(self, message_id: UUID) -> None:
        with self._arrived:
            self._message_ids.append(message_id)
            self._arrived.notify()

    def _run(self) -> None:
        while True:
            with self._arrived:
                while not self._message_ids:
                    self._arrived.wait()
                message_ids, self._message_ids = self._message_ids, []
            ring(message_ids)
            time.sleep(RING_EVERY_S)
            patient_until = time.monotonic() + RING_EVERY_WHILE_BEHIND_S - RING_EVERY_S
            while time.monotonic() < patient_until and _are_workers_behind():
                time.sleep(RING_EVERY_S)


def ring(message_ids: Sequence[UUID]) -> None:
    """Ask a worker to process messages of the journal. A failure is no loss: what is overdue is rung for again."""
    try:
        # By name: the web process needs neither the task nor the pipeline that it imports.
        current_app.send_task(TASK, ([message_id.bytes for message_id in message_ids],), retry=False)
    except Exception as error:  # whatever it is, the messages are durable, and their senders must be told so
        log.warning("worker_not_rung", error=type(error).__name__)


def _are_workers_behind() -> bool:
    if redis_circuit.is_open:
        return False
    try:
        return journal.depth() > BEHIND_MESSAGES
    except redis.RedisError:
        return False


def waiting_rings() -> int | None:
    """How many rings no worker has taken yet; None when the broker does not say."""
    name = settings.CELERY_TASK_ROUTES[TASK]["queue"]
    try:
        with current_app.connection_or_acquire() as connection, connection.channel() as channel:
            # Declared as Celery declares it. Passively, kombu would look for it in Redis without its prefix.
            return channel.queue_declare(name, durable=True, auto_delete=False).message_count
    except Exception as error:  # as many kinds as there are brokers
        log.warning("broker_away", error=type(error).__name__)
        return None


_publisher: Publisher | None = None
_publisher_pid = 0
_publisher_lock = threading.Lock()


def publisher() -> Publisher:
    """The process's publisher, started with its first use: a thread does not survive a fork."""
    global _publisher, _publisher_pid
    if _publisher is None or _publisher_pid != os.getpid():
        with _publisher_lock:
            if _publisher is None or _publisher_pid != os.getpid():
                _publisher, _publisher_pid = Publisher(Spool(settings.SPOOL_DIR, settings.SPOOL_MAX_BYTES)), os.getpid()
    return _publisher


def publish(envelopes: list[Envelope]) -> None:
    """Return when the events are durable: in the journal, or fsynced to the spool. Raises QueueUnavailable."""
    publisher().publish(envelopes)


def note_rejections(project_id: UUID, codes: dict[str, int]) -> None:
    """Count refused events for the ledger; they travel with a later message."""
    publisher().note_rejections(project_id, codes)


def clear_memory() -> None:
    """Forget the refusals that this process has not sent yet."""
    if _publisher is not None:
        _publisher.forget_rejections()
