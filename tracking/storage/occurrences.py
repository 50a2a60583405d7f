"""What happens on a site besides pageviews, and how often."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tracking.storage.reading import fetch

# What a visitor does on purpose, or wants to: of clicks there are too many kinds to tell.
KINDS = ("custom", "outbound", "download", "form", "not_found")
MAX_KINDS = 100
MAX_NAME_CHARS = 100
TIMEOUT_S = 5.0
_HAPPENINGS = """
SELECT event_type, CASE WHEN event_type = 'custom' THEN event_name ELSE '' END AS name, count(*)
FROM events
WHERE project_id = %(project_id)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
  AND event_type = ANY(%(kinds)s) AND session_id <> 0 AND length(event_name) <= %(chars)s
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT %(limit)s
"""


class Happening(NamedTuple):
    """event_name: of custom events."""

    event_type: str
    event_name: str
    events: int


def happenings(project_id: UUID, start: datetime, end: datetime) -> list[Happening]:
    """The most frequent first. Raises QueryTooLarge and StoreUnavailable."""
    params = {
        "project_id": project_id,
        "start": start,
        "end": end,
        "kinds": list(KINDS),
        "chars": MAX_NAME_CHARS,
        "limit": MAX_KINDS,
    }
    return [Happening(*row) for row in fetch(_HAPPENINGS, params, timeout_s=TIMEOUT_S)]
