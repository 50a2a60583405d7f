"""Which days of a project are added up, and are so still."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from tracking.storage.spec import ProjectRef

# The slots of these days, and no others: a project may have many, of days that are not over. Their days by their dates:
# the start of a day would be taken for the second of two midnights where the clock repeats it.
_CLEAN = """
SELECT d.day, d.computed_at
FROM analytics_daily d LEFT JOIN (
    SELECT DISTINCT (slot AT TIME ZONE %(zone)s)::date AS day FROM rollup_dirty_slots
    WHERE project_id = %(project_id)s
      AND slot >= (%(first)s::date - 2)::timestamptz AND slot < (%(last)s::date + 2)::timestamptz
) dirty ON dirty.day = d.day
WHERE d.project_id = %(project_id)s AND d.day >= %(first)s AND d.day <= %(last)s AND d.zone = %(zone)s
  AND dirty.day IS NULL
ORDER BY d.day
"""


class CleanDay(NamedTuple):
    day: date
    computed_at: datetime


def clean_days(project: ProjectRef, first: date, last: date) -> Sequence[CleanDay]:
    """The days from `first` to `last`, both included, for which analytics_* hold what events and visits come to, in
    order. Only in the snapshot in which it is asked: read the tables in the same one. Under 1 ms for a year."""
    asked: dict[str, Any] = {"project_id": project.id, "zone": project.zone.key, "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(_CLEAN, asked)
        return [CleanDay(*values) for values in cursor.fetchall()]


# Values beyond those that are kept are the last row of a day.
_KEPT = """
SELECT asked.day FROM unnest(%(days)s::date[]) asked (day)
WHERE NOT coalesce((
    SELECT f.is_other FROM analytics_breakdown f
    WHERE f.project_id = %(project_id)s AND f.dimension = %(dimension)s AND f.day = asked.day
    ORDER BY f.rank DESC LIMIT 1
), false)
ORDER BY asked.day
"""


def kept_days(project: ProjectRef, dimension: str, days: Sequence[date]) -> Sequence[date]:
    """Those of these clean days of which analytics_breakdown has every value of the dimension: none is in (other)."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, {"project_id": project.id, "dimension": dimension, "days": list(days)})
        return [day for (day,) in cursor.fetchall()]
