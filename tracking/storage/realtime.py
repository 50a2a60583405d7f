"""Who is there now, asked of the store: exact, and slower than the counters that the workers keep."""

from datetime import datetime, timedelta

from tracking.storage.base import EventStore
from tracking.storage.spec import Period, ProjectRef, StatsQuery

ACTIVE = timedelta(minutes=5)
# The event that arrives now occurred a moment ago by its sender's clock, or in a moment.
CLOCK_SLACK = timedelta(minutes=1)


def active_visitors(store: EventStore, project: ProjectRef, now: datetime) -> int:
    """Distinct visitors of the last five minutes."""
    period = Period(now - ACTIVE, now + CLOCK_SLACK, project.zone)
    # Without days: somebody who is there over midnight is there once.
    who = ProjectRef(project.id, project.zone, is_cookieless=False)
    (row,) = store.run(StatsQuery(who, ("visitors",), period)).rows
    return int(row.metrics[0] or 0)
