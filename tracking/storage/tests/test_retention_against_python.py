"""Coming back, ageing pages and single visits: about any events the answer is that of plain Python."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from statistics import median
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.storage import active_people, get_store, page_ages, retention, returning, visit_list
from tracking.storage.people import People
from tracking.storage.rows import EventRow
from tracking.storage.spans import midnight
from tracking.storage.spec import Filter, Period, ProjectRef, StatsQuery
from tracking.storage.tests.comparison import tried
from tracking.storage.tests.oracle import Oracle, Visit, counts_visitor
from tracking.storage.tests.questions import days
from tracking.storage.tests.strategies import FILTERS, Scene, filters, scenes

pytestmark = pytest.mark.django_db
USERS = ["", "anna", "ben"]
FILTER = st.just(()) | filters().map(lambda one: (one,))


def stored(data: st.DataObject) -> tuple[Scene, ProjectRef]:
    scene = data.draw(scenes([uuid4(), uuid4()]), label="scene")
    for row in scene.events:
        row.user_id = data.draw(st.sampled_from(USERS))
    scene.store_in_two_messages(get_store(), data.draw(st.integers(0, len(scene.events)), label="cut"))
    return scene, ProjectRef(scene.sites[0], scene.zone, is_cookieless=False)


def oracle(scene: Scene, project: ProjectRef, period: Period, conditions: tuple = ()) -> Oracle:
    return Oracle(scene.events, StatsQuery(project, ("visitors",), period, filters=conditions), scene.completions)


def done_in(asked: Oracle, people: People) -> list[tuple[int | str, EventRow]]:
    """Who did what, of the events that count, in the period and by its filters."""
    found = []
    for each in asked.events:
        who = each.visitor_id if people is People.VISITORS else each.user_id
        if who != "" and counts_visitor(each) and asked.is_within(each.occurred_at) and asked.fulfils(each):
            found.append((who, each))
    return found


def bucket(at: datetime, unit: str, project: ProjectRef) -> date:
    return bucket_of(at.astimezone(project.zone).date(), unit)


def bucket_of(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def following(day: date, unit: str) -> date:
    if unit == "month":
        return bucket_of(day.replace(day=1) + timedelta(days=31), unit)
    return day + timedelta(days=7 if unit == "week" else 1)


def starts_of(first: date, until: datetime, unit: str, scene: Scene) -> list[datetime]:
    found = []
    while (start := midnight(first, scene.zone)).astimezone(UTC) < until.astimezone(UTC):
        found.append(start)
        first = following(first, unit)
    return found


def whole_buckets(scene: Scene, unit: str, data: st.DataObject) -> Period:
    """Some whole buckets around the scene."""
    first = bucket(scene.around + timedelta(days=data.draw(st.integers(-6, 1))), unit, ProjectRef(uuid4(), scene.zone))
    length = {"day": 1, "week": 7, "month": 31}[unit] * data.draw(st.integers(1, 6))
    after = first + timedelta(days=length)
    after = after.replace(day=1) if unit == "month" else after
    start = datetime(first.year, first.month, first.day, tzinfo=scene.zone)
    return Period(start, datetime(after.year, after.month, after.day, tzinfo=scene.zone), scene.zone)


def touch(buckets: set[date], visit: Visit, unit: str, project: ProjectRef, until: datetime) -> None:
    """Add the buckets from the visit's first to its last event that counts a visitor."""
    if visit.started_at is None or visit.started_at >= until:
        return
    times = [each.occurred_at for each in visit.all if counts_visitor(each)]
    day, last = (of(times).astimezone(project.zone).date() for of in (min, max))
    while day <= last:
        if (found := bucket_of(day, unit)) < until.astimezone(project.zone).date():
            buckets.add(found)
        day += timedelta(days=1)


@tried(0.5)
@given(data=st.data())
def test_cohorts_are_those_of_plain_python(data: st.DataObject) -> None:
    scene, project = stored(data)
    for people in People:
        unit = data.draw(st.sampled_from(["day", "week", "month"]))
        period = whole_buckets(scene, unit, data)
        until = period.end  # and some buckets more
        for _ in range(data.draw(st.integers(0, 4))):
            until = midnight(following(until.date(), unit), scene.zone)
        chosen, again = data.draw(FILTER), data.draw(FILTER)

        ever = Period(datetime(2000, 1, 1, tzinfo=UTC), until, project.zone)
        in_bucket = defaultdict(set)
        if people is People.USERS:
            for who, each in done_in(oracle(scene, project, ever), people):
                in_bucket[who].add(bucket(each.occurred_at, unit, project))
        else:
            for visit in oracle(scene, project, ever).visit_of.values():
                touch(in_bucket[visit.first.visitor_id], visit, unit, project, until)
        did = {
            (who, bucket(each.occurred_at, unit, project))
            for who, each in done_in(oracle(scene, project, period, chosen), people)
        }
        later = Period(period.start, until, project.zone)
        came = {
            (who, bucket(each.occurred_at, unit, project))
            for who, each in done_in(oracle(scene, project, later, again), people)
        }
        expected: Counter[tuple[date, date | None]] = Counter()
        for who, buckets in in_bucket.items():
            cohort = min(buckets, default=date.max)
            if not period.first_day <= cohort < period.end.astimezone(period.zone).date():
                continue
            if chosen and (who, cohort) not in did:
                continue
            expected[cohort, None] += 1
            for there in buckets:
                if not again or (who, there) in came:
                    expected[cohort, there] += 1

        buckets = starts_of(period.first_day, until, unit, scene)
        cohorts = sum(start < period.end for start in buckets)
        found = retention.cells(project, buckets, people, chosen, cohorts=cohorts, until=until, again=again)
        days_of = {None: None} | {place: start.date() for place, start in enumerate(buckets)}
        assert {(days_of[each.cohort], days_of[each.bucket]): each.people for each in found} == expected


@tried(0.4)
@given(data=st.data())
def test_active_people_are_those_of_plain_python(data: st.DataObject) -> None:
    scene, project = stored(data)
    for people in People:
        period = days(scene.zone, scene.around + timedelta(days=-3), data.draw(st.integers(1, 40)))
        conditions: tuple[Filter, ...] = data.draw(FILTER)
        first = period.first_day
        read = days(scene.zone, scene.around + timedelta(days=-3 - 29), (period.end.date() - first).days + 29)
        on = defaultdict(set)
        for who, each in done_in(oracle(scene, project, read, conditions), people):
            on[bucket(each.occurred_at, "day", project)].add(who)
        expected = []
        for number in range((period.end.date() - first).days):
            day = first + timedelta(days=number)
            sizes = [
                len(set().union(*(on[day - timedelta(days=ago)] for ago in range(length)))) for length in (1, 7, 30)
            ]
            expected.append(active_people.ActiveDay(day, *sizes))
        assert active_people.active_days(project, period, people, conditions) == expected


@tried(0.4)
@given(data=st.data())
def test_visits_and_who_began_two_on_a_day_are_those_of_plain_python(data: st.DataObject) -> None:
    scene, project = stored(data)
    period, conditions = days(scene.zone, scene.around + timedelta(days=-4), 9), data.draw(FILTERS)
    asked = oracle(scene, project, period, conditions)
    expected = {
        session_id: visit
        for session_id, visit in asked.visit_of.items()
        if visit.started_at and asked.is_within(visit.started_at) and asked.visit_fulfils(visit)
    }
    found = visit_list.visits(project, period, conditions, limit=100)
    assert {each.session_id: (each.pageviews, each.is_bounce, each.duration_s) for each in found} == {
        session_id: (visit.pageviews, visit.is_bounce, visit.duration_s) for session_id, visit in expected.items()
    }
    assert found == sorted(found, key=lambda each: each.place, reverse=True)
    assert visit_list.count(project, period, conditions, at_most=100) == len(expected)

    visits = Counter(
        (bucket(visit.started_at, "day", project), visit.first.visitor_id)
        for visit in expected.values()
        if visit.started_at
    )
    assert {
        each.day: (each.visitors, each.returning) for each in returning.returning_days(project, period, conditions)
    } == {
        day: (
            sum(of == day for of, _ in visits),
            sum(of == day and number > 1 for (of, _), number in visits.items()),
        )
        for day, _ in visits
    }


@tried(0.4)
@given(data=st.data())
def test_pages_age_as_in_plain_python(data: st.DataObject) -> None:
    scene, project = stored(data)
    period, until = days(scene.zone, scene.around + timedelta(days=-3), 8), scene.around + timedelta(days=9)
    conditions: tuple[Filter, ...] = data.draw(FILTER)
    viewed = defaultdict(list)
    for each in oracle(scene, project, Period(period.start, until, project.zone), conditions).events:
        if each.event_type == "pageview":
            viewed[each.path].append(each.occurred_at)
    asked = oracle(scene, project, Period(period.start, until, project.zone), conditions)
    expected = {}
    for page, times in viewed.items():
        seen = min(times)
        if not period.start <= seen < period.end:
            continue
        counted = [
            each.occurred_at
            for each in asked.events
            if (each.path, each.event_type) == (page, "pageview")
            and asked.is_within(each.occurred_at)
            and asked.fulfils(each)
        ]
        ages = tuple(
            sum(at < seen + timedelta(days=age) for at in counted) if seen + timedelta(days=age) <= until else None
            for age in page_ages.AGES
        )
        expected[page] = (seen, len(counted), ages)
    found = page_ages.aged_pages(project, period, conditions, until=until, limit=100)
    assert {each.page: (each.first_seen_at, each.views, each.views_at) for each in found.rows} == expected
    assert found.total == len(expected)
    for index, value in enumerate(found.medians):
        known = [number for _, _, ages in expected.values() if (number := ages[index]) is not None]
        assert value == (median(known) if known else None)
