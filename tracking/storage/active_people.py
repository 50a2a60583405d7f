"""How many people are active: on each day, and in the 7 and the 30 days that end with it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from tracking.event_types import COUNTS_VISITOR
from tracking.storage.conditions import Condition
from tracking.storage.matching import MatchingEvents
from tracking.storage.people import People
from tracking.storage.reading import fetch
from tracking.storage.spans import Days
from tracking.storage.spec import Period, ProjectRef

WEEK, MONTH = 7, 30
_ACTIVE = "SELECT {person} AS person, (e.occurred_at AT TIME ZONE {zone})::date AS day FROM {events} GROUP BY 1, 2"
_SPACED = "SELECT day, lead(day) OVER (PARTITION BY person ORDER BY day) AS next_day FROM active"
# A day of a person counts in the windows that end on it and later, until the person's next day takes over.
_CHANGES = f"""
SELECT 1 AS length, day, count(*) FROM spaced GROUP BY 2
UNION ALL SELECT {WEEK}, least(day + {WEEK}, next_day), count(*) FROM spaced GROUP BY 2
UNION ALL SELECT {MONTH}, least(day + {MONTH}, next_day), count(*) FROM spaced GROUP BY 2
"""


@dataclass(frozen=True, slots=True)
class ActiveDay:
    """day: of the project's zone. daily: people who did something on it; weekly and monthly: in the 7 and the 30 days
    that end with it, each person once."""

    day: date
    daily: int
    weekly: int
    monthly: int


def active_days(
    project: ProjectRef, period: Period, people: People, filters: tuple[Condition, ...] = ()
) -> list[ActiveDay]:
    """Every day that the period touches, by events that count visitors and for which the filters hold.

    Reads the events of the period and of the 29 days before it. Raises ValueError for visitors of a project that cannot
    know them again, and what EventStore.run does.
    """
    if people is People.VISITORS and project.is_cookieless:
        raise ValueError("in cookieless mode a visitor is a visitor of one day")
    first, end = period.first_day, _day_after(period)
    read = Days(first - timedelta(days=MONTH - 1), end).span(project.zone)
    matching = MatchingEvents(project, Period(read.start, read.end, project.zone), filters)
    add = matching.params.add
    counted = f"e.event_type = ANY({add(COUNTS_VISITOR)}::text[])"
    active = _ACTIVE.format(
        person=people.column,
        zone=add(project.zone.key),
        events=matching.source(read, counted, *people.is_known),
    )
    sql = matching.statement(_CHANGES, active=active, spaced=_SPACED)
    changes: dict[tuple[int, date], int] = defaultdict(int)
    for length, day, people_number in fetch(sql, matching.params.values | {"project_id": project.id}):
        changes[length, day] += people_number
    return _added_up(changes, read_from=first - timedelta(days=MONTH - 1), first=first, end=end)


def _added_up(changes: dict[tuple[int, date], int], *, read_from: date, first: date, end: date) -> list[ActiveDay]:
    found, weekly, monthly, day = [], 0, 0, read_from
    while day < end:
        daily = changes[1, day]
        weekly += daily - changes[WEEK, day]
        monthly += daily - changes[MONTH, day]
        if day >= first:
            found.append(ActiveDay(day, daily, weekly, monthly))
        day += timedelta(days=1)
    return found


def _day_after(period: Period) -> date:
    """The day after the last one that it touches."""
    last = period.end - timedelta(microseconds=1)
    return last.astimezone(period.zone).date() + timedelta(days=1)
