"""What is asked at the moment of a scrape: how much waits where, and since when."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from tracking import journal
from tracking.models import LedgerGap
from tracking.spool import Spool
from tracking.storage.failures import translated


@dataclass(frozen=True, slots=True)
class Queue:
    """oldest_s: since its oldest event was received."""

    messages: int
    oldest_s: float


@dataclass(frozen=True, slots=True)
class OnDisk:
    messages: int
    size_bytes: int
    oldest_s: float


def queue(now: datetime) -> Queue:
    """Raises redis.RedisError."""
    messages, promised_at = journal.waiting()
    return Queue(messages, max(0.0, now.timestamp() - promised_at) if promised_at else 0.0)


def spool(now: datetime) -> OnDisk:
    """Of this machine: a spool lies on the disk of the web process."""
    there = Spool(settings.SPOOL_DIR)
    oldest_at = there.oldest_at()
    return OnDisk(there.depth(), there.size_bytes(), (now - oldest_at).total_seconds() if oldest_at else 0.0)


def gaps() -> tuple[int, int]:
    """(hours, events) of the ledger that do not add up. Raises StoreUnavailable."""
    with translated():
        found = list(LedgerGap.objects.filter(resolved_at=None).values_list("missing", flat=True))
    return len(found), sum(map(abs, found))
