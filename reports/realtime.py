"""Who is there now."""

from datetime import UTC, datetime, timedelta

from reports import results
from tracking.storage.spec import Period, ProjectRef, StatsQuery

ACTIVE_MINUTES = 5
RECENT_MINUTES = 30
# The end of the last minutes moves in such steps, so that several viewers share an answer.
STEP_S = 2


def last_minutes(minutes: int, project: ProjectRef, now: datetime) -> Period:
    """The minutes up to now, to the next step: so the period includes now and is cached as briefly as such are."""
    end = datetime.fromtimestamp((int(now.timestamp()) // STEP_S + 1) * STEP_S, UTC)
    return Period(end - timedelta(minutes=minutes), end, project.zone)


def active_visitors(project: ProjectRef, now: datetime) -> int:
    """Visitors of the last five minutes."""
    query = StatsQuery(project, ("visitors",), last_minutes(ACTIVE_MINUTES, project, now))
    rows = results.run(query).rows
    return int(rows[0].metrics[0] or 0) if rows else 0
