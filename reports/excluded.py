"""What came in and does not count: screened out, and lying in the quarantine."""

from typing import Any
from uuid import UUID

import msgspec

from reports.answer_cache import AnswerCache
from tracking.storage import quarantine
from tracking.storage.base import QueryTooLarge, StoreUnavailable
from tracking.storage.spec import Period

CLOSED_TTL_S, OPEN_TTL_S = 60.0, 10.0
# An answer does not wait for its footnote.
TIMEOUT_S = 1.0


class _Counted(msgspec.Struct):
    """By reason; None when counting took too long."""

    by_reason: dict[str, int] | None


_counted = AnswerCache("excluded", _Counted, closed_ttl_s=CLOSED_TTL_S, open_ttl_s=OPEN_TTL_S)


def excluded(project_id: UUID, period: Period) -> dict[str, Any] | None:
    """How many events of the period are quarantined, and of these by reason; None when counting takes too long.

    Whatever the filters of the question are: what was screened out was not enriched. At most a minute old.
    """
    start, end = period.start, period.end
    question = f"{start.timestamp():.0f}:{end.timestamp():.0f}"
    by_reason = _counted.get(project_id, start, end, question, lambda: _count(project_id, period)).by_reason
    return None if by_reason is None else {"quarantined": sum(by_reason.values()), "by_reason": by_reason}


def clear_memory() -> None:
    _counted.clear_memory()


def _count(project_id: UUID, period: Period) -> _Counted:
    try:
        return _Counted(quarantine.count(project_id, period.start, period.end, timeout_s=TIMEOUT_S))
    except (QueryTooLarge, StoreUnavailable):
        return _Counted(None)
