"""The last day of a project, asked of the events themselves: what the windows say, see tracking/realtime/days.py."""

from datetime import datetime, timedelta
from uuid import UUID

from tracking.event_types import COUNTS_VISITOR
from tracking.realtime.days import HOURS, Day, Spans
from tracking.storage.reading import fetch

# A list of projects does not wait for the largest of them.
TIMEOUT_S = 3.0
_HOUR = timedelta(hours=1)
_DAY = """
SELECT date_bin('1 hour', occurred_at, 'epoch'::timestamptz) AS hour,
    count(DISTINCT visitor_id) FILTER (WHERE occurred_at >= %(day)s),
    count(DISTINCT visitor_id) FILTER (WHERE occurred_at >= %(day)s AND occurred_at < %(this_hour)s),
    count(DISTINCT visitor_id) FILTER (WHERE occurred_at < %(same_hours_end)s),
    count(DISTINCT visitor_id) FILTER (WHERE occurred_at >= %(active)s)
FROM events
WHERE project_id = %(project_id)s AND occurred_at >= %(day_before)s AND occurred_at < %(end)s
  AND event_type = ANY(%(counted)s::text[])
GROUP BY GROUPING SETS ((1), ())
"""


def day(project_id: UUID, spans: Spans) -> Day:
    """Raises QueryTooLarge or StoreUnavailable."""
    params = {
        "project_id": project_id,
        "day_before": spans.day_before,
        "day": spans.day,
        "this_hour": spans.this_hour,
        "same_hours_end": spans.same_hours_end,
        "active": spans.active,
        "end": spans.end,
        "counted": list(COUNTS_VISITOR),
    }
    counts = {hour: counts for hour, *counts in fetch(_DAY, params, timeout_s=TIMEOUT_S)}
    visitors, whole_hours, day_before, active = counts[None]
    by_hour = _by_hour(spans, {hour: found[0] for hour, found in counts.items() if hour is not None})
    return Day(visitors, by_hour, whole_hours, day_before, active)


def _by_hour(spans: Spans, visitors: dict[datetime, int]) -> tuple[int, ...]:
    return tuple(visitors.get(spans.day + index * _HOUR, 0) for index in range(HOURS))
