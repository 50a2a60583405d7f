"""One event, to look at."""

from typing import Any
from uuid import UUID

from tracking.storage.append_sql import EVENT_COLUMNS
from tracking.storage.reading import fetch

_FIND = f"""
SELECT {", ".join(EVENT_COLUMNS)} FROM events WHERE event_id = %(event_id)s AND project_id = %(project_id)s
"""


def find_event(project_id: UUID, event_id: UUID) -> dict[str, Any] | None:
    """The event's columns by name. One look at the key of each partition."""
    found = fetch(_FIND, {"event_id": event_id, "project_id": project_id})
    return dict(zip(EVENT_COLUMNS, found[0], strict=True)) if found else None
