"""Any question about any events has the answer that plain Python comes to."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracking.event_types import EVENT_TYPES
from tracking.storage.base import EventStore
from tracking.storage.rows import EventRow
from tracking.storage.spec import INTERVALS, METRICS, Filter, Period, ProjectRef, StatsQuery
from tracking.storage.tests.builders import event, message
from tracking.storage.tests.oracle import Oracle
from tracking.storage.tests.questions import days, flat

# Around a change of the clock in each: an hour repeated, an hour left out, half an hour left out, a midnight left out,
# and an offset that is no whole hour.
SCENES = [
    (ZoneInfo("Europe/Berlin"), datetime(2026, 10, 25, 0, tzinfo=UTC)),
    (ZoneInfo("America/New_York"), datetime(2026, 3, 8, 6, tzinfo=UTC)),
    (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 10, 3, 15, tzinfo=UTC)),
    (ZoneInfo("Africa/Cairo"), datetime(2026, 4, 23, 21, tzinfo=UTC)),
    (ZoneInfo("Asia/Kathmandu"), datetime(2026, 12, 31, 18, tzinfo=UTC)),
]
DIMENSIONS_USED = ("page", "event_name", "entry_page", "exit_page", "source", "country", "utm_campaign", "hostname")
PATHS = ["/", "/a", "/a/B", "/100%", "/_"]
VALUES = ["", "/", "/a", "b", "%", "_", "DE", "Google", "signup", "\\"]


@st.composite
def visits(draw: st.DrawFn, sites: list[UUID], around: datetime) -> list[EventRow]:
    """One visit: an opening event, and then events minutes or hours apart, some at the same instant."""
    site, session_id = draw(st.sampled_from(sites)), draw(st.integers(1, 2**62))
    started_at = around + timedelta(minutes=draw(st.integers(-72, 72) | st.integers(-250, 250)) * 30)
    shared = {
        "project_id": site,
        "session_id": session_id,
        "session_started_at": started_at,
        "visitor_id": draw(st.sampled_from([-7, 7])),
        "source": draw(st.sampled_from(["", "Google", "google ads"])),
        "country": draw(st.sampled_from(["", "DE", "FR"])),
        "utm_campaign": draw(st.sampled_from(["", "50%_off"])),
    }
    rows = []
    occurred_at = started_at
    for number in range(draw(st.integers(1, 4))):
        event_type = draw(st.sampled_from(["pageview", "pageview", *EVENT_TYPES])) if number else "pageview"
        row = event(
            **shared,
            event_id=UUID(int=draw(st.integers(0, 2**128 - 1))),
            occurred_at=occurred_at,
            event_type=event_type,
            event_name=draw(st.sampled_from(["signup", "buy"])) if event_type == "custom" else "",
            path=draw(st.sampled_from(PATHS)),
            hostname=draw(st.sampled_from(["example.com", "blog.example.com"])),
        )
        rows.append(row)
        occurred_at += timedelta(minutes=draw(st.sampled_from([0, 0, 1, 25, 600])))
    return rows


@st.composite
def questions(draw: st.DrawFn, site: UUID, zone: ZoneInfo, around: datetime) -> StatsQuery:
    names = st.sampled_from(DIMENSIONS_USED)
    period = days(zone, around + timedelta(days=draw(st.integers(-5, 3))), draw(st.integers(1, 8)))
    if draw(st.booleans()) and draw(st.booleans()):
        middle = around + timedelta(minutes=draw(st.integers(-600, 600)))
        period = Period(middle, middle + timedelta(minutes=draw(st.integers(1, 1200))), zone)
    filters = st.builds(
        Filter,
        dimension=names,
        operator=st.sampled_from(["is", "is_not", "contains", "contains_not"]),
        values=st.lists(st.sampled_from(VALUES), min_size=1, max_size=2).map(tuple),
    )
    return StatsQuery(
        project=ProjectRef(site, zone, draw(st.booleans())),
        metrics=tuple(draw(st.lists(st.sampled_from(list(METRICS)), min_size=1, max_size=8, unique=True))),
        period=period,
        dimensions=tuple(draw(st.lists(names, max_size=2, unique=True))),
        filters=tuple(draw(st.lists(filters, max_size=2))),
        interval=draw(st.none() | st.sampled_from(INTERVALS)),
        limit=10_000,
    )


def by_keys(query: StatsQuery, rows: list[tuple]) -> dict[tuple, tuple]:
    width = len(query.dimensions) + bool(query.interval)
    found = {row[:width]: tuple(round(v, 6) if isinstance(v, float) else v for v in row[width:]) for row in rows}
    assert len(found) == len(rows), "a row appears twice"
    return found


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_answer_is_the_oracles(store: EventStore, data: st.DataObject) -> None:
    zone, around = data.draw(st.sampled_from(SCENES), label="scene")
    sites = [uuid4(), uuid4()]
    # A session_id is a hash of 64 bits: two visits that share one are no scene of real life.
    several = st.lists(visits(sites, around), min_size=1, max_size=10, unique_by=lambda rows: rows[0].session_id)
    found = data.draw(several, label="visits")
    rows = list({row.event_id: row for visit in found for row in visit}.values())
    random.Random(len(rows)).shuffle(rows)
    cut = data.draw(st.integers(0, len(rows)), label="cut")
    for part in (rows[:cut], rows[max(0, cut - 2) :]):  # two messages, and what is in both is a duplicate
        store.append(message(*part))
    for _ in range(6):
        query = data.draw(questions(sites[0], zone, around), label="question")
        expected = by_keys(query, flat(Oracle(rows, query).rows()))
        assert by_keys(query, flat(store.run(query).rows)) == expected
