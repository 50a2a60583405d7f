"""The last minutes, asked of the events themselves: what the windows of Redis say is what these statements say."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tracking.event_types import COUNTS_VISITOR
from tracking.storage.reading import fetch

_OF = """
    FROM events
    WHERE project_id = %(project_id)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
      AND event_type = ANY(%(counted)s::text[])
"""
_VISITORS = f"SELECT count(DISTINCT visitor_id) {_OF}"
_SERIES = f"""
SELECT date_bin(make_interval(secs => %(seconds)s), occurred_at, 'epoch'::timestamptz) AS starts_at,
    count(*) FILTER (WHERE event_type = 'pageview'), count(*) FILTER (WHERE event_type = 'custom'),
    count(DISTINCT visitor_id) {_OF}
GROUP BY 1 ORDER BY 1
"""
# One look at the events for all dimensions. Grouped by visitor first, since a distinct aggregate sorts each row.
_TOP = f"""
WITH recent AS MATERIALIZED (
    SELECT visitor_id, path, source, country, device_type,
        count(*) FILTER (WHERE event_type = 'pageview') AS views {_OF}
    GROUP BY 1, 2, 3, 4, 5
), counted AS (
    SELECT dimension, value, count(*) AS visitors, sum(views)::int8 AS pageviews
    FROM (
        SELECT dimension, value, visitor_id, sum(views) AS views
        FROM recent CROSS JOIN LATERAL (
            VALUES ('page', path), ('source', source), ('country', country), ('device', device_type)
        ) of (dimension, value)
        GROUP BY 1, 2, 3
    ) by_visitor
    GROUP BY 1, 2
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY dimension ORDER BY visitors DESC, value COLLATE "C") AS place FROM counted
)
SELECT dimension, value, visitors, pageviews FROM ranked WHERE place <= %(limit)s ORDER BY dimension, place
"""


def visitors(project_id: UUID, start: datetime, end: datetime) -> int:
    """Distinct visitors of [start, end), however many days that is. Raises QueryTooLarge or StoreUnavailable."""
    ((count,),) = fetch(_VISITORS, _params(project_id, start, end))
    return count


def series(project_id: UUID, start: datetime, end: datetime, seconds: int) -> list[tuple[datetime, int, int, int]]:
    """(start, pageviews, custom events, visitors) of each window so long that has any. Raises as `visitors`."""
    return fetch(_SERIES, _params(project_id, start, end) | {"seconds": seconds})


def top(project_id: UUID, start: datetime, end: datetime, limit: int) -> list[tuple[str, str, int, int]]:
    """(dimension, value, visitors, pageviews) by page, source, country and device; of each those with most visitors.

    Raises as `visitors`.
    """
    return fetch(_TOP, _params(project_id, start, end) | {"limit": limit})


def _params(project_id: UUID, start: datetime, end: datetime) -> dict[str, Any]:
    return {"project_id": project_id, "start": start, "end": end, "counted": list(COUNTS_VISITOR)}
