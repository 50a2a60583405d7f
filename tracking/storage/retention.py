"""Who comes back: people by when they were first there, and how many of them were there again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

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

# Visits are fewer than events, and narrower. Few reach into another bucket than the one that they began in.
_VISITED = """
SELECT person, bucket FROM (
    SELECT v.visitor_id AS person, {first} AS bucket FROM {visits}
    UNION ALL
    SELECT v.visitor_id, later::date
    FROM {visits} CROSS JOIN LATERAL generate_series({first} + {step}, {last}, {step}) later WHERE {first} < {last}
) touched WHERE bucket < {until} GROUP BY 1, 2
"""
_VISITS = """
(SELECT v.visitor_id, coalesce(v.first_event_at, v.started_at) AS first_at,
        coalesce(v.last_event_at, v.first_event_at, v.started_at) AS last_at
 FROM visits v WHERE v.project_id = %(project_id)s AND v.started_at < {until}) v
"""
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

    A cohort are the people who were first there, of all that is kept, in one bucket of the project's zone: a day, a
    week from Monday, or a month. A visitor is there in the buckets that a visit of theirs touches, from its first to
    its last event that counts a visitor; a user in those that have such an event of theirs.

    period: the buckets of the cohorts, as wholes. filters: in their first bucket they did something for which these
    hold. again: what counts as being there again; without, to be there.

    Reads all visits up to `until`, of users all events. Raises ValueError for visitors of a project that cannot know
    them again, and what EventStore.run does.
    """
    if unit not in UNITS:
        raise ValueError(f"unit: one of {', '.join(UNITS)}")
    if people is People.VISITORS and project.is_cookieless:
        raise ValueError("in cookieless mode a visitor is a visitor of one day")
    params = Parameters()
    since = Period(_BEGINNING, until, project.zone)
    counted = f"e.event_type = ANY({params.add(COUNTS_VISITOR)}::text[])"
    bucket = partial(_bucket, unit, params.add(project.zone.key))

    def active(of: Period, conditions: tuple[Condition, ...]) -> str:
        matching = MatchingEvents(project, of, conditions, params)
        events = matching.source(Span(of.start, of.end), counted, *people.is_known)
        return _ACTIVE.format(person=people.column, bucket=bucket("e.occurred_at"), events=events)

    parts = {"active": active(since, ()) if people is People.USERS else _visited(unit, bucket, params, until, project)}
    first, end = (params.add(at.astimezone(project.zone).date()) for at in (period.start, period.end))
    parts["firsts"] = _FIRSTS.format(first=first, end=end)
    parts["cohort_people"] = _CHOSEN.format(chosen=active(period, filters)) if filters else "SELECT * FROM firsts"
    if again:
        parts["again_active"] = active(Period(period.start, until, project.zone), again)
    every = ",\n".join(f"{name} AS ({part})" for name, part in (params.parts | parts).items())
    sql = f"WITH {every}\n{_CELLS.format(again='again_active' if again else 'active')}"
    return [Cell(*row) for row in fetch(sql, params.values | {"project_id": project.id})]


def _visited(unit: str, bucket: Callable[[str], str], params: Parameters, until: datetime, project: ProjectRef) -> str:
    return _VISITED.format(
        visits=_VISITS.format(until=params.add(until)),
        first=bucket("v.first_at"),
        last=bucket("v.last_at"),
        step=f"interval '1 {unit}'",
        until=params.add(until.astimezone(project.zone).date()),
    )


def _bucket(unit: str, zone: str, time: str) -> str:
    return f"date_trunc('{unit}', {time} AT TIME ZONE {zone})::date"
