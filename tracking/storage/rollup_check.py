"""Whether what was added up still is what the events and visits come to: a cheap look, and not a second computation."""

from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from tracking.storage.rollup_days import bounds
from tracking.storage.spec import ProjectRef

# In one statement, and so of one moment. Dirty days may differ, and so may days that another zone cut.
_COMPARE = """
WITH clean AS (
    SELECT d.day, d.pageviews, d.visits
    FROM analytics_daily d
    WHERE d.project_id = %(project_id)s AND d.day >= %(first)s AND d.day <= %(last)s AND d.zone = %(zone)s
      AND d.day NOT IN (
          SELECT (slot AT TIME ZONE %(zone)s)::date FROM rollup_dirty_slots WHERE project_id = %(project_id)s
      )
), seen AS (
    SELECT (occurred_at AT TIME ZONE %(zone)s)::date AS day, count(*) AS pageviews
    FROM events
    WHERE project_id = %(project_id)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
      AND event_type = 'pageview' AND session_id <> 0
    GROUP BY 1
), started AS (
    SELECT (started_at AT TIME ZONE %(zone)s)::date AS day, count(*) AS visits
    FROM visits
    WHERE project_id = %(project_id)s AND started_at >= %(start)s AND started_at < %(end)s
    GROUP BY 1
), facts AS (
    SELECT day, sum(pageviews) AS pageviews, sum(visits) AS visits
    FROM analytics_visits
    WHERE project_id = %(project_id)s AND day >= %(first)s AND day <= %(last)s
    GROUP BY 1
)
SELECT day, clean.pageviews, coalesce(seen.pageviews, 0), clean.visits, coalesce(started.visits, 0)
FROM clean LEFT JOIN seen USING (day) LEFT JOIN started USING (day) LEFT JOIN facts USING (day)
WHERE (clean.pageviews, clean.visits) <> (coalesce(seen.pageviews, 0), coalesce(started.visits, 0))
   OR (clean.pageviews, clean.visits) <> (coalesce(facts.pageviews, 0), coalesce(facts.visits, 0))
ORDER BY day
"""


class Difference(NamedTuple):
    """A day whose row says something else than its events and visits, or than its rows of visits."""

    day: date
    pageviews: int
    true_pageviews: int
    visits: int
    true_visits: int


def differences(project: ProjectRef, first: date, last: date) -> list[Difference]:
    """Of the days from `first` to `last`, both included. Reads all events of those days."""
    asked: dict[str, Any] = {
        "project_id": project.id,
        "zone": project.zone.key,
        "first": first,
        "last": last,
        "start": bounds(first, project.zone)[0],
        "end": bounds(last, project.zone)[1],
    }
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, asked)
        return [Difference(*values) for values in cursor.fetchall()]
