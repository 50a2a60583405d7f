"""What an answer says of itself: where it was read, how fresh it is, what is missing from it, what to know of it."""

from datetime import datetime
from typing import Any

from analytics_pulse import clock
from reports import caveats
from reports.excluded import excluded
from reports.periods import Since
from tracking.storage.spec import Period, StatsQuery, StatsResult

# Of the store's account those parts that say something to whoever asked.
_TOLD = ("source", "plan", "timed_ms", "rolled_up_at")


def account(
    query: StatsQuery,
    result: StatsResult,
    now: datetime,
    *,
    includes_now: bool,
    since: Since,
    compared: Period | None = None,
) -> dict[str, Any]:
    """The `meta` of an answer. `since`: when the first event came in, asked after the answer is there.

    At most one query besides, which is cached: how many events were screened out.
    """
    meta = {key: result.meta[key] for key in _TOLD if key in result.meta}
    meta["as_of"] = result.meta.get("as_of") or clock.text(now)
    meta["includes_now"] = includes_now
    meta["timezone"] = query.project.zone.key
    meta["excluded"] = excluded(query.project.id, query.period)
    meta["warnings"] = caveats.caveats(query, result, now, first_event_at=since(), compared=compared)
    return meta
