"""Who is there now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reports import results
from tracking.storage.spec import Period, ProjectRef, StatsQuery

TOP_PAGES = 10
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


@dataclass(frozen=True, slots=True)
class Recent:
    """The last half hour. minutes: (start, pageviews), oldest first, empty ones included. pages: (path, visitors,
    pageviews), most visitors first."""

    minutes: Sequence[tuple[datetime, int]]
    pages: Sequence[tuple[str, int, int]]


def recent(project: ProjectRef, now: datetime) -> Recent:
    """Two queries."""
    period = last_minutes(RECENT_MINUTES, project, now)
    by_minute = StatsQuery(project, ("pageviews",), period, interval="minute", limit=RECENT_MINUTES + 1)
    views = {
        datetime.fromisoformat(row.dimensions[0]).astimezone(UTC): int(row.metrics[0] or 0)
        for row in results.run(by_minute).rows
    }
    this_minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    minutes = [this_minute - timedelta(minutes=back) for back in reversed(range(RECENT_MINUTES))]
    by_page = StatsQuery(project, ("visitors", "pageviews"), period, dimensions=("page",), limit=TOP_PAGES)
    return Recent(
        [(minute, views.get(minute, 0)) for minute in minutes],
        [(row.dimensions[0], int(row.metrics[0] or 0), int(row.metrics[1] or 0)) for row in results.run(by_page).rows],
    )
