"""Who comes back: people by when they were first there, and how many of them were there again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tracking.event_types import COUNTS_VISITOR
from tracking.storage.conditions import Condition
from tracking.storage.matching import MatchingEvents
from tracking.storage.parameters import Parameters
from tracking.storage.people import People
from tracking.storage.reading import fetch
from tracking.storage.spans import Span
from tracking.storage.spec import Period, ProjectRef

# Before any event.
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

# The number of a bucket, from 1 on; 0: before the first. To look a moment up among the starts of the buckets costs a
# tenth of what it costs to tell its day in a time zone.
_BUCKET = "width_bucket({time}, {starts}::timestamptz[])"
# Visits are fewer than events, and narrower. Few reach into another bucket than the one that they began in.
_VISITED = """
SELECT person, bucket FROM (
    SELECT person, first_bucket AS bucket FROM visited
    UNION ALL
    SELECT person, generate_series(first_bucket + 1, last_bucket) FROM visited WHERE first_bucket < last_bucket
) touched GROUP BY 1, 2
"""
_VISITS = """
SELECT v.visitor_id AS person, {first} AS first_bucket, {last} AS last_bucket
FROM visits v WHERE v.project_id = %(project_id)s AND v.started_at < {until}
"""
_FIRST_AT = "coalesce(v.first_event_at, v.started_at)"
_LAST_AT = "least(coalesce(v.last_event_at, v.first_event_at, v.started_at), {until} - interval '1 microsecond')"
# Grouped by person and bucket first: what follows is about as many rows as there are visits.
_ACTIVE = "SELECT {person} AS person, {bucket} AS bucket FROM {events} GROUP BY 1, 2"
_FIRSTS = """
SELECT person, min(bucket) AS cohort FROM active GROUP BY person HAVING min(bucket) BETWEEN 1 AND {cohorts}
"""
_CHOSEN = """
SELECT firsts.person, firsts.cohort FROM firsts
JOIN ({chosen}) chosen ON chosen.person = firsts.person AND chosen.bucket = firsts.cohort
"""
_CELLS = """
SELECT cohort, 0 AS bucket, count(*) FROM cohort_people GROUP BY 1
UNION ALL
SELECT cohort_people.cohort, again.bucket, count(*) FROM cohort_people
JOIN {again} again ON again.person = cohort_people.person AND again.bucket >= cohort_people.cohort
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many people of a cohort were there in a bucket; bucket None: how many there are in the cohort. Both are
    places in the list of buckets, from 0 on."""

    cohort: int
    bucket: int | None
    people: int


def cells(
    project: ProjectRef,
    buckets: Sequence[datetime],
    people: People,
    filters: tuple[Condition, ...] = (),
    *,
    cohorts: int,
    until: datetime,
    again: tuple[Condition, ...] = (),
) -> list[Cell]:
    """Cells with nobody are left out.

    buckets: the starts of days, weeks or months that follow one another, the last of which ends at `until`. A cohort
    are the people who were first there, of all that is kept, in one of the first `cohorts` buckets. A visitor is there
    in the buckets that a visit of theirs touches, from its first to its last event that counts a visitor; a user in
    those that have such an event of theirs. filters: in their first bucket they did something for which these hold.
    again: what counts as being there again; without, to be there.

    Reads all visits up to `until`, of users all events. Raises ValueError for visitors of a project that cannot know
    them again, and what EventStore.run does.
    """
    if people is People.VISITORS and project.is_cookieless:
        raise ValueError("in cookieless mode a visitor is a visitor of one day")
    params = Parameters()
    starts, end = params.add(tuple(buckets)), params.add(until)
    counted = f"e.event_type = ANY({params.add(COUNTS_VISITOR)}::text[])"

    def active(span: Span, conditions: tuple[Condition, ...]) -> str:
        matching = MatchingEvents(project, Period(span.start, span.end, project.zone), conditions, params)
        events = matching.source(span, counted, *people.is_known)
        bucket = _BUCKET.format(time="e.occurred_at", starts=starts)
        return _ACTIVE.format(person=people.column, bucket=bucket, events=events)

    parts = {}
    if people is People.VISITORS:
        first, last = (_BUCKET.format(time=time, starts=starts) for time in (_FIRST_AT, _LAST_AT.format(until=end)))
        parts["visited"] = _VISITS.format(first=first, last=last, until=end)
    parts["active"] = _VISITED if people is People.VISITORS else active(Span(_BEGINNING, until), ())
    parts["firsts"] = _FIRSTS.format(cohorts=params.add(cohorts))
    parts["cohort_people"] = "SELECT * FROM firsts"
    if filters:
        of_cohorts = Span(buckets[0], [*buckets, until][cohorts])
        parts["cohort_people"] = _CHOSEN.format(chosen=active(of_cohorts, filters))
    if again:
        parts["again_active"] = active(Span(buckets[0], until), again)
    sql = _CELLS.format(again="again_active" if again else "active")
    found = fetch(params.statement(sql, **parts), params.values | {"project_id": project.id})
    return [Cell(cohort - 1, bucket - 1 if bucket else None, number) for cohort, bucket, number in found]
