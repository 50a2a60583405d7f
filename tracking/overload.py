"""How much may wait in Redis: beyond it what is accepted goes to disk, and when that is full too, is refused.

Redis holds the journal in memory. A worker that stands still for a day must not end in a Redis without memory, which
would take visits, caches and the broker with it.
"""

import time

import redis
import structlog
from django.conf import settings

from tracking.connections import redis_client
from tracking.journal import PAYLOADS

log = structlog.get_logger(__name__)

MEASURED_EVERY_S = 1.0
# Redis extrapolates from so many messages; counting all would take it a millisecond for every few thousand.
SAMPLES = 50


class JournalBound:
    """Whether the journal holds as much as it may; asks Redis at most once in MEASURED_EVERY_S. For one thread."""

    def __init__(self) -> None:
        self._measured_at = float("-inf")
        self._is_reached = False

    @property
    def is_reached(self) -> bool:
        now = time.monotonic()
        if now - self._measured_at >= MEASURED_EVERY_S:
            self._measured_at = now
            was_reached, self._is_reached = self._is_reached, journal_bytes() >= settings.JOURNAL_MAX_BYTES
            if self._is_reached and not was_reached:
                log.error("journal_full", max_bytes=settings.JOURNAL_MAX_BYTES)
        return self._is_reached


def journal_bytes() -> int:
    """Memory that the waiting messages take, about; 0 when Redis does not say: then the write to it will fail too."""
    try:
        return redis_client().memory_usage(PAYLOADS, samples=SAMPLES) or 0
    except redis.RedisError:
        return 0
