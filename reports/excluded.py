"""What came in and does not count: screened out, and lying in the quarantine."""

from typing import Any
from uuid import UUID

from django.core.cache import cache

from tracking.storage import quarantine
from tracking.storage.base import QueryTooLarge, StoreUnavailable
from tracking.storage.spec import Period

TTL_S = 60
# An answer does not wait for its footnote.
TIMEOUT_S = 1.0


def excluded(project_id: UUID, period: Period) -> dict[str, Any] | None:
    """How many events of the period are quarantined, and of these by reason; None when counting takes too long.

    Whatever the filters of the question are: what was screened out was not enriched. At most a minute old.
    """
    key = f"excluded:{project_id}:{period.start.timestamp():.0f}:{period.end.timestamp():.0f}"
    if (found := cache.get(key)) is not None:
        return found or None
    try:
        by_reason = quarantine.count(project_id, period.start, period.end, timeout_s=TIMEOUT_S)
    except (QueryTooLarge, StoreUnavailable):
        cache.set(key, {}, TTL_S)
        return None
    found = {"quarantined": sum(by_reason.values()), "by_reason": by_reason}
    cache.set(key, found, TTL_S)
    return found
