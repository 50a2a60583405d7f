"""The SQL of an append: what is new among the staged events, and the visits that follow from it."""

from typing import Any

from tracking.event_types import EVENT_TYPES, INTERACTIVE
from tracking.storage.staging import COLUMNS, INSTRUCTIONS, TABLE

OPENING = [name for name, event_type in EVENT_TYPES.items() if event_type.opens_visit]

# In order of their ids: two appends that wait for each other's ids in different orders deadlock.
NEW_MESSAGES = """
INSERT INTO processed_messages (message_id, received_at)
SELECT message_id, %(received_at)s FROM unnest(%(message_ids)s::uuid[]) message_id ORDER BY message_id
ON CONFLICT DO NOTHING
RETURNING now()
"""
# Undated events have another time on every delivery, so the key of `events` does not stop two deliveries that run at
# the same moment; a lock does. Few of them, since locks of a transaction live in a table of fixed size.
LOCK_BUCKETS = 256
LOCK_UNDATED = "SELECT count(pg_advisory_xact_lock(1634758005, bucket)) FROM unnest(%(buckets)s::int[]) bucket"

# Taken over by a visit from its earliest event.
FIRST_TOUCH = (
    "visitor_id", "hostname", "referrer", "source", "channel", "utm_source", "utm_medium", "utm_campaign", "utm_term",
    "utm_content", "country", "region", "city", "browser", "browser_version", "os", "os_version", "device_type",
    "language", "screen_width",
)  # fmt: skip
_KEY = "project_id, session_id, session_started_at"
_IS_EARLIER = (
    "(v.first_event_at IS NULL OR (EXCLUDED.first_event_at, EXCLUDED.first_event_id)"
    " < (v.first_event_at, v.first_event_id))"
)
_IS_LATER = (
    "(v.last_event_at IS NULL OR (EXCLUDED.last_event_at, EXCLUDED.last_event_id) > (v.last_event_at, v.last_event_id))"
)


def _list(names: tuple[str, ...], prefix: str = "") -> str:
    return ", ".join(prefix + name for name in names)


def _when(condition: str, names: tuple[str, ...]) -> str:
    return ",\n".join(f"    {name} = CASE WHEN {condition} THEN EXCLUDED.{name} ELSE v.{name} END" for name in names)


EVENT_COLUMNS = tuple(name for name in COLUMNS if name not in INSTRUCTIONS)
_STAGED = ", ".join("custom_data::jsonb" if name == "custom_data" else name for name in EVENT_COLUMNS)

# An event is known when its id is, up to `before` and `after` from the batch's own times: the correction of a sender's
# clock may have moved it, or it had no time of its own. Bounds for the whole batch and not per row, so that
# the planner leaves out the partitions beyond them. Of a new partition it has no statistics and takes that range for a
# few rows; LIMIT keeps it from a join that reads them all, and IS NOT DISTINCT FROM, which no index answers, from
# looking them up by (project_id, occurred_at). Without these the first 10,000 rows of a month take 10 times as long.
# In key order throughout: two appends that lock the same rows in different orders deadlock.
STORE = f"""
WITH fresh AS (
    INSERT INTO events ({_list(EVENT_COLUMNS)})
    SELECT {_STAGED}
    FROM pg_temp.{TABLE} s LEFT JOIN LATERAL (
        SELECT true AS is_known FROM events e
        WHERE e.event_id = s.event_id AND e.project_id IS NOT DISTINCT FROM s.project_id
          AND e.occurred_at >= %(after)s AND e.occurred_at < %(before)s
        LIMIT 1
    ) known ON true
    WHERE is_known IS NULL
    ORDER BY s.project_id, s.event_id
    ON CONFLICT DO NOTHING
    RETURNING project_id, event_id
), new AS MATERIALIZED (
    SELECT s.*, s.event_type = ANY(%(opening)s) AS is_opening
    FROM pg_temp.{TABLE} s
    -- IS TRUE keeps it a hashed look-up. As a join it becomes a nested loop, since one fresh row is expected.
    WHERE ((project_id, event_id) IN (SELECT project_id, event_id FROM fresh)) IS TRUE
), visited AS (
    INSERT INTO visits AS v (
        project_id, session_id, started_at, ended_at, first_event_at, first_event_id, last_event_at, last_event_id,
        user_id, entry_page, exit_page, pageviews, events, custom_events, engaged_ms, value, {_list(FIRST_TOUCH)}
    )
    SELECT DISTINCT ON ({_KEY}) {_KEY}, max(occurred_at) OVER visit,
        CASE WHEN is_opening THEN occurred_at END, CASE WHEN is_opening THEN event_id END,
        max(occurred_at) FILTER (WHERE is_opening) OVER visit,
        CASE WHEN is_opening THEN last_value(event_id) OVER latest END,
        max(user_id) OVER visit,
        CASE WHEN is_opening THEN path ELSE '' END,
        CASE WHEN is_opening THEN last_value(path) OVER latest ELSE '' END,
        count(*) FILTER (WHERE event_type = 'pageview') OVER visit,
        count(*) FILTER (WHERE event_type = ANY(%(interactive)s)) OVER visit,
        count(*) FILTER (WHERE event_type = 'custom') OVER visit,
        coalesce(sum(engaged_ms) OVER visit, 0),
        coalesce(sum(value) OVER visit, 0),
        {_list(FIRST_TOUCH)}
    FROM new
    WHERE session_started_at IS NOT NULL
    -- One sort a window and no joins: the planner knows nothing of the staged rows, and joins them in nested loops.
    WINDOW visit AS (PARTITION BY {_KEY}),
           latest AS (
               PARTITION BY {_KEY} ORDER BY is_opening, occurred_at, event_id
               ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
           )
    ORDER BY {_KEY}, is_opening DESC, occurred_at, event_id
    ON CONFLICT (project_id, session_id, started_at) DO UPDATE SET
        ended_at = greatest(v.ended_at, EXCLUDED.ended_at),
        user_id = greatest(v.user_id, EXCLUDED.user_id),
        pageviews = v.pageviews + EXCLUDED.pageviews,
        events = v.events + EXCLUDED.events,
        custom_events = v.custom_events + EXCLUDED.custom_events,
        engaged_ms = v.engaged_ms + EXCLUDED.engaged_ms,
        value = v.value + EXCLUDED.value,
{_when(_IS_EARLIER, ("first_event_at", "first_event_id", "entry_page", *FIRST_TOUCH))},
{_when(_IS_LATER, ("last_event_at", "last_event_id", "exit_page"))}
)
SELECT project_id, date_trunc('hour', received_at, 'UTC'), count(*),
    array_agg(event_id) FILTER (WHERE (SELECT count(*) FROM new) < %(staged)s)  -- only when it is not all of them
FROM new GROUP BY 1, 2
"""
STORE_CONSTANTS: dict[str, Any] = {"opening": OPENING, "interactive": list(INTERACTIVE)}

QUARANTINE = """
INSERT INTO quarantined_events (project_id, event_id, occurred_at, received_at, reason, detail, payload)
SELECT q.*
FROM unnest(%(project_id)s::uuid[], %(event_id)s::uuid[], %(occurred_at)s::timestamptz[],
            %(received_at)s::timestamptz[], %(reason)s::text[], %(detail)s::text[], %(payload)s::bytea[])
     q (project_id, event_id, occurred_at, received_at, reason, detail, payload)
WHERE NOT EXISTS (
    SELECT FROM quarantined_events known
    WHERE known.project_id = q.project_id AND known.event_id = q.event_id
      AND known.occurred_at >= %(after)s AND known.occurred_at < %(before)s
) AND NOT EXISTS (
    SELECT FROM events known
    WHERE known.project_id = q.project_id AND known.event_id = q.event_id
      AND known.occurred_at >= %(after)s AND known.occurred_at < %(before)s
)
ORDER BY 1, 2
ON CONFLICT DO NOTHING
RETURNING project_id, event_id
"""
