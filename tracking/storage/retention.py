"""Who comes back: people by when they were first there, and how many of them were there again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tracking.event_types import COUNTS_VISITOR
from tracking.storage.conditions import Condition
from tracking.storage.matching import MatchingEvents
from tracking.storage.parameters import Parameters
from tracking.storage.people import People
from tracking.storage.reading import fetch
from tracking.storage.spans import Span
from tracking.storage.spec import Period, ProjectRef

UNITS = ("day", "week", "month")
# Before any event.
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

# Grouped by person and bucket first: what follows is about as many rows as there are visits.
_ACTIVE = "SELECT {person} AS person, {bucket} AS bucket FROM {events} GROUP BY 1, 2"
_FIRSTS = """
SELECT person, min(bucket) AS cohort FROM active GROUP BY person
HAVING min(bucket) >= {first} AND min(bucket) < {end}
"""
_CHOSEN = """
SELECT firsts.person, firsts.cohort FROM firsts
JOIN ({chosen}) chosen ON chosen.person = firsts.person AND chosen.bucket = firsts.cohort
"""
_CELLS = """
SELECT cohort, NULL::date AS bucket, count(*) FROM cohort_people GROUP BY 1
UNION ALL
SELECT cohort_people.cohort, again.bucket, count(*) FROM cohort_people
JOIN {again} again ON again.person = cohort_people.person AND again.bucket >= cohort_people.cohort
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many people of a cohort were there in a bucket; bucket None: how many there are in the cohort. Both are named
    by their first day."""

    cohort: date
    bucket: date | None
    people: int


def cells(
    project: ProjectRef,
    period: Period,
    unit: str,
    people: People,
    filters: tuple[Condition, ...] = (),
    *,
    until: datetime,
    again: tuple[Condition, ...] = (),
) -> list[Cell]:
    """Cells with nobody are left out, and so are those of buckets that begin at `until` or later.

    A cohort are the people whose first event of all that is kept lies in one bucket of the project's zone: a day, a
    week from Monday, or a month. period: the buckets of the cohorts, as wholes. filters: in their first bucket they did
    something for which these hold. again: what counts as being there again; without, any event that counts a visitor.

    Reads all events up to `until`. Raises ValueError for visitors of a project that cannot know them again, and what
    EventStore.run does.
    """
    if unit not in UNITS:
        raise ValueError(f"unit: one of {', '.join(UNITS)}")
    if people is People.VISITORS and project.is_cookieless:
        raise ValueError("in cookieless mode a visitor is a visitor of one day")
    params = Parameters()
    since = Period(_BEGINNING, until, project.zone)
    counted = f"e.event_type = ANY({params.add(COUNTS_VISITOR)}::text[])"
    bucket = f"date_trunc('{unit}', e.occurred_at AT TIME ZONE {params.add(project.zone.key)})::date"

    def active(of: Period, conditions: tuple[Condition, ...]) -> str:
        matching = MatchingEvents(project, of, conditions, params)
        events = matching.source(Span(of.start, of.end), counted, *people.is_known)
        return _ACTIVE.format(person=people.column, bucket=bucket, events=events)

    parts = {"active": active(since, ())}
    first, end = (params.add(at.astimezone(project.zone).date()) for at in (period.start, period.end))
    parts["firsts"] = _FIRSTS.format(first=first, end=end)
    parts["cohort_people"] = _CHOSEN.format(chosen=active(period, filters)) if filters else "SELECT * FROM firsts"
    if again:
        parts["again_active"] = active(Period(period.start, until, project.zone), again)
    every = ",\n".join(f"{name} AS ({part})" for name, part in (params.parts | parts).items())
    sql = f"WITH {every}\n{_CELLS.format(again='again_active' if again else 'active')}"
    return [Cell(*row) for row in fetch(sql, params.values | {"project_id": project.id})]
