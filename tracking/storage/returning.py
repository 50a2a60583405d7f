"""Who comes back on the same day: known in every identity mode, and exactly."""

from dataclasses import dataclass
from datetime import date

from tracking.storage.conditions import Condition
from tracking.storage.matching_visits import MatchingVisits
from tracking.storage.reading import fetch
from tracking.storage.spec import Period, ProjectRef

_BY_DAY = """
SELECT day, count(*), count(*) FILTER (WHERE visits > 1)
FROM (
    SELECT v.visitor_id, (v.started_at AT TIME ZONE {zone})::date AS day, count(*) AS visits FROM {visits} GROUP BY 1, 2
) by_visitor
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class ReturningDay:
    """visitors: who began a visit on this day of the project's zone; returning: who began two or more."""

    day: date
    visitors: int
    returning: int


def returning_days(project: ProjectRef, period: Period, filters: tuple[Condition, ...] = ()) -> list[ReturningDay]:
    """The days that have visits for which the filters hold. Reads the period's visits. Raises what EventStore.run
    does."""
    matching = MatchingVisits(project, period, filters)
    sql = _BY_DAY.format(zone=matching.params.add(project.zone.key), visits=matching.source())
    found = fetch(matching.statement(sql), matching.params.values | {"project_id": project.id})
    return [ReturningDay(*row) for row in found]
