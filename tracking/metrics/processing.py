"""What the worker counts: a handful of additions a message, none an event."""

import time
from collections.abc import Iterable
from datetime import datetime

from tracking.envelope import Message
from tracking.metrics.counters import count, observe
from tracking.storage.rows import Appended, QuarantinedRow


def note_step(name: str, since: float) -> float:
    """A step of the pipeline that began at `since` has ended; time.perf_counter() of now."""
    now = time.perf_counter()
    observe(f"step:{name}", now - since)
    return now


def note_appended(appended: Appended, quarantined: Iterable[QuarantinedRow]) -> None:
    if appended.was_known:
        return
    count("stored", appended.stored)
    count("duplicate", appended.duplicate)
    for row in quarantined:
        count(f"quarantined:{row.reason}")


def note_delay(message: Message, now: datetime) -> None:
    """A message is stored; how long its oldest event had to wait."""
    if message.envelopes and not message.is_restored:
        oldest = min(envelope.received_at for envelope in message.envelopes)
        observe("delay", max(0.0, (now - oldest).total_seconds()))
