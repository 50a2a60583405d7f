"""What an owner does with quarantined events: take them back into the numbers, or delete them.

A restored event goes through the pipeline again as a message of its own, past the screening. It stays in the
quarantine until the very transaction that stores it, so it cannot be lost on its way, and whatever is asked for twice
is done once.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
import structlog

from tracking import accounting, journal
from tracking.envelope import Envelope, Message
from tracking.queue import ring
from tracking.storage import quarantine as stored
from tracking.storage.quarantine import Place, Quarantined

CHUNK_ROWS = 500
# A task's share: well below its soft time limit.
BUDGET_S = 10
# Visitors of now do not wait behind what is restored.
MAX_WAITING_MESSAGES = 20
PAUSE_S = 0.2

log = structlog.get_logger(__name__)


class Selection(msgspec.Struct, frozen=True, array_like=True):
    """All that occurred in [start, end), of one reason or of any (""), the latest first. before: where to go on."""

    project_id: UUID
    start: datetime
    end: datetime
    reason: str = ""
    before: Place | None = None

    def encode(self) -> bytes:
        return msgspec.msgpack.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> "Selection":
        return msgspec.msgpack.decode(data, type=cls)

    def next_rows(self) -> list[Quarantined]:
        """The first of them. Raises StoreUnavailable or QueryTooLarge."""
        return stored.list_quarantined(
            self.project_id, self.start, self.end, reason=self.reason, limit=CHUNK_ROWS, before=self.before
        )


def restore(project_id: UUID, event_ids: Sequence[UUID], *, now: datetime) -> int:
    """Send these events through the pipeline again; how many are on their way.

    They are stored within seconds, and leave the quarantine then. Raises redis.RedisError and StoreUnavailable.
    """
    return _send(stored.read(project_id, event_ids), now)


def restore_all(selection: Selection, *, now: Callable[[], datetime], budget_s: float = BUDGET_S) -> Selection | None:
    """Send what is selected through the pipeline again, chunk by chunk; what is left when the time is over.

    Can run twice. Raises redis.RedisError and StoreUnavailable.
    """
    deadline = time.monotonic() + budget_s
    while rows := selection.next_rows():
        _send(rows, now())
        selection = msgspec.structs.replace(selection, before=rows[-1].place)
        while journal.depth() > MAX_WAITING_MESSAGES and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
        if time.monotonic() >= deadline:
            return selection
    return None


def drop_all(selection: Selection, *, budget_s: float = BUDGET_S) -> Selection | None:
    """Delete what is selected, chunk by chunk; what is left when the time is over. Can run twice."""
    deadline = time.monotonic() + budget_s
    while rows := selection.next_rows():
        stored.drop(selection.project_id, [row.event_id for row in rows])
        if time.monotonic() >= deadline:
            return selection
    return None


def envelope_of(row: Quarantined) -> Envelope | None:
    """The event as it was accepted, alone in its envelope; None when this version cannot read it."""
    try:
        (envelope,) = Message.decode(row.payload).envelopes
    except (msgspec.MsgspecError, ValueError):
        return None
    return envelope


def _send(rows: Sequence[Quarantined], now: datetime) -> int:
    envelopes = []
    for row in rows:
        envelope = envelope_of(row)
        if envelope is None:
            log.warning("unreadable_quarantined_event", project_id=str(row.project_id), event_id=str(row.event_id))
        else:
            envelopes.append(envelope)
    if envelopes:
        message = Message(uuid4(), envelopes, is_restored=True)
        accounting.journalize(message, message.encode(), now)
        ring([message.id])
    return len(envelopes)
