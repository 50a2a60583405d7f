"""Goals that events reached: written with the events, in the transaction of their append."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db.backends.utils import CursorWrapper

from tracking.storage.rows import CompletionRow, EventRow, StoredBatch, Threshold
from tracking.storage.spans import LONGEST_VISIT

Moments = Sequence[tuple[UUID, datetime]]

# In key order: two that wait for each other's rows in different orders deadlock.
ADD = """
INSERT INTO goal_completions (project_id, goal_id, session_id, event_id, occurred_at, url, value, metadata)
SELECT c.project_id, c.goal_id, c.session_id, c.event_id, c.occurred_at, c.url, c.value, c.metadata::jsonb
FROM unnest(%(project_id)s::uuid[], %(goal_id)s::uuid[], %(session_id)s::int8[], %(event_id)s::uuid[],
            %(occurred_at)s::timestamptz[], %(url)s::text[], %(value)s::float8[], %(metadata)s::text[])
     c (project_id, goal_id, session_id, event_id, occurred_at, url, value, metadata)
ORDER BY 1, 2, 4
ON CONFLICT DO NOTHING
"""
# The event at which the engagement of a visit on a page comes to the target, in the order of time, is the completion,
# and no other event of that visit and page is. Whatever order they are delivered in: whoever adds one of them has
# locked the visit's row by then, and sees all that others have added. A look-up a visit, and never a range of time,
# which the planner takes for a few rows in a new partition: that is what IS NOT DISTINCT FROM is for.
REACH = """
WITH progress AS MATERIALIZED (
    SELECT *, is_enough AND row_number() OVER (
        PARTITION BY project_id, goal_id, session_id, path, is_enough ORDER BY occurred_at, event_id
    ) = 1 AS is_it
    FROM (
        SELECT asked.*, e.event_id, e.occurred_at, coalesce(least <= CASE
            WHEN is_scroll THEN max(e.scroll_depth) OVER so_far ELSE sum(e.engaged_ms) OVER so_far
        END, false) AS is_enough
        FROM unnest(%(project_id)s::uuid[], %(goal_id)s::uuid[], %(session_id)s::int8[], %(path)s::text[],
                    %(is_scroll)s::bool[], %(least)s::float8[])
             asked (project_id, goal_id, session_id, path, is_scroll, least)
        CROSS JOIN LATERAL (
            SELECT event_id, occurred_at, scroll_depth, engaged_ms FROM events
            WHERE event_type = 'engagement' AND events.session_id = asked.session_id
              AND events.project_id IS NOT DISTINCT FROM asked.project_id AND events.path = asked.path
              AND occurred_at >= %(after)s AND occurred_at < %(before)s
            OFFSET 0
        ) e
        WINDOW so_far AS (
            PARTITION BY project_id, goal_id, asked.session_id, asked.path ORDER BY e.occurred_at, e.event_id
        )
    ) summed
), gone AS (
    DELETE FROM goal_completions c USING progress p
    WHERE c.project_id = p.project_id AND c.goal_id = p.goal_id AND c.event_id = p.event_id
      AND c.occurred_at = p.occurred_at AND NOT p.is_it AND c.occurred_at >= %(after)s AND c.occurred_at < %(before)s
    RETURNING c.project_id, c.occurred_at, c.session_id
), come AS (
    INSERT INTO goal_completions (project_id, goal_id, session_id, event_id, occurred_at, url)
    SELECT project_id, goal_id, session_id, event_id, occurred_at, path FROM progress WHERE is_it
    ORDER BY 1, 2, 4
    ON CONFLICT DO NOTHING
    RETURNING project_id, occurred_at, session_id
)
SELECT * FROM gone UNION ALL SELECT * FROM come
"""


def add(cursor: CursorWrapper, batch: StoredBatch, new: Sequence[EventRow]) -> Moments:
    """What the new ones of the batch's events reach. Project and time of what changes for earlier events too."""
    completions, thresholds = batch.completions, batch.thresholds
    if not new or not (completions or thresholds):
        return ()
    # A duplicate may be sent with other fields than the event that is stored, and its visit's row is not locked.
    if completions:
        ids = {(row.project_id, row.event_id) for row in new}
        completions = [row for row in completions if (row.project_id, row.event_id) in ids]
    if thresholds:
        places = {(row.project_id, row.session_id, row.path) for row in new}
        thresholds = [row for row in thresholds if (row.project_id, row.session_id, row.path) in places]
    insert(cursor, completions)
    times = [row.occurred_at for row in new]
    return [(project_id, at) for project_id, at, _ in reach(cursor, thresholds, min(times), max(times))]


def insert(cursor: CursorWrapper, completions: Sequence[CompletionRow]) -> None:
    if completions:
        cursor.execute(ADD, _columns(CompletionRow, completions) | {"metadata": _texts(completions)})


def reach(
    cursor: CursorWrapper, thresholds: Sequence[Threshold], first: datetime, last: datetime
) -> list[tuple[UUID, datetime, int]]:
    """Look up where the targets are reached by visits that go on between these moments; (project, time, visit) of each
    completion that came or went. Whoever calls it has locked the visits' rows."""
    if not thresholds:
        return []
    window = {"after": first - LONGEST_VISIT, "before": last + LONGEST_VISIT}
    cursor.execute(REACH, _columns(Threshold, thresholds) | window)
    return cursor.fetchall()


def _texts(completions: Iterable[CompletionRow]) -> list[str | None]:
    return [None if row.metadata is None else msgspec.json.encode(row.metadata).decode() for row in completions]


def _columns(struct: type[msgspec.Struct], rows: Iterable[Any]) -> dict[str, Any]:
    values = zip(*map(msgspec.structs.astuple, rows), strict=True)
    return dict(zip(struct.__struct_fields__, map(list, values), strict=True))
