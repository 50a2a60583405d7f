"""Visits from events: the rule in words, and the script against an obvious implementation of it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracking.connections import redis_client
from tracking.envelope import Message
from tracking.pipeline.batch import Batch
from tracking.pipeline.enrich import enrich
from tracking.pipeline.sessionize import TOUCH, SessionsUnavailable, sessionize
from tracking.storage.rows import EventRow
from tracking.tests.builders import NOON, envelope, event, message

pytestmark = pytest.mark.django_db  # enrichment asks for the project's settings
PROJECT = UUID(int=1)


def visits_of(*messages: Message) -> list[EventRow]:
    """The rows after enrichment and sessionization, in the order given."""
    rows = []
    for each in messages:
        batch = sessionize(enrich(Batch.of([each], NOON)))
        rows += [item.row for item in batch.items]
    return rows


def one(*events, **fields) -> Message:
    return message(envelope(*events, project_id=fields.pop("project_id", PROJECT), **fields))


def test_events_within_half_an_hour_are_one_visit():
    first, second, third = visits_of(one(event(0), event(29), event(58)))
    assert first.session_id == second.session_id == third.session_id != 0
    assert {row.session_started_at for row in (first, second, third)} == {NOON}


def test_more_than_half_an_hour_of_silence_ends_a_visit():
    first, second = visits_of(one(event(0), event(30.01)))
    assert first.session_id != second.session_id
    assert second.session_started_at == NOON + timedelta(minutes=30.01)


def test_visits_go_on_over_messages():
    first, second = visits_of(one(event(0)), one(event(20)))
    assert first.session_id == second.session_id


def test_visitors_and_projects_have_visits_of_their_own():
    rows = visits_of(one(event(0)), one(event(1), visitor_id=2), one(event(2), project_id=uuid4()))
    assert len({row.session_id for row in rows}) == 3


def test_an_event_that_comes_late_joins_the_visit_of_its_time():
    rows = visits_of(one(event(0)), one(event(120)), one(event(10)), one(event(110)))
    assert rows[2].session_id == rows[0].session_id
    assert rows[3].session_id == rows[1].session_id
    assert rows[3].session_started_at == rows[1].session_started_at == NOON + timedelta(minutes=120)


def test_engagement_prolongs_a_visit_but_never_opens_one():
    orphan, view, read, later = visits_of(
        one(event(-60, event_type="engagement")), one(event(0), event(25, event_type="engagement"), event(50))
    )
    assert (orphan.session_id, orphan.session_started_at) == (0, None)
    assert view.session_id == read.session_id == later.session_id


def test_a_visit_keeps_its_first_touch():
    landing = event(0, url="https://example.com/?utm_source=newsletter", referrer="https://www.google.com/")
    rows = visits_of(one(landing), one(event(5, referrer="https://example.com/")))
    assert rows[0].utm_source == "newsletter"
    assert [getattr(rows[1], name) for name in TOUCH] == [getattr(rows[0], name) for name in TOUCH]


def test_a_late_event_before_all_others_gives_the_first_touch():
    visits_of(one(event(10)), one(event(0, utm_params={"utm_source": "newsletter"})))
    (row,) = visits_of(one(event(12)))
    assert row.utm_source == "newsletter"


def test_a_visit_goes_on_over_midnight_under_yesterdays_visitor_id():
    rows = visits_of(
        one(event(0), visitor_id=7),
        one(event(10), visitor_id=8, previous_visitor_id=7),
        one(event(35), visitor_id=8, previous_visitor_id=7),
        one(event(90), visitor_id=8, previous_visitor_id=7),
    )
    assert len({row.session_id for row in rows[:3]}) == 1
    assert [row.visitor_id for row in rows] == [7, 7, 7, 8]
    assert rows[3].session_id != rows[0].session_id


def test_the_same_message_again_gives_the_same_visits():
    again = one(event(0), event(45))
    assert [row.session_id for row in visits_of(again)] == [row.session_id for row in visits_of(again)]


def test_redis_away_is_said(redis_away):
    with pytest.raises(SessionsUnavailable):
        visits_of(one(event(0)))


@dataclass
class Visit:
    """The oracle's visit: the span of its events, and the time of the one that opened it."""

    opened: float
    first: float
    last: float


def oracle(minutes: list[tuple[float, bool]]) -> list[Visit | None]:
    """The rule, slowly: in order of arrival each event joins the visit opened latest in its reach, or opens one."""
    visits: list[Visit] = []
    answer: list[Visit | None] = []
    for time, opens in minutes:
        near = [visit for visit in visits if visit.first - 30 <= time <= visit.last + 30]
        visit = max(near, key=lambda visit: visit.opened, default=None)
        if visit is None and opens:
            visit = Visit(time, time, time)
            visits.append(visit)
        if visit is not None:
            visit.first, visit.last = min(visit.first, time), max(visit.last, time)
        answer.append(visit)
    return answer


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 1), st.integers(0, 240), st.sampled_from(["pageview", "custom", "engagement"])),
            min_size=1, max_size=6,
        ),
        max_size=5,
    )
)  # fmt: skip
def test_any_stream_in_any_messages_gives_the_visits_of_the_rule(stream):
    """Messages of two visitors' events, at random times in random order: ids and opening times are the oracle's."""
    project = uuid4()
    arrivals: dict[int, list[tuple[float, bool]]] = {0: [], 1: []}
    got: dict[int, list[EventRow]] = {0: [], 1: []}
    for part in stream:
        events = {v: [event(m, event_type=kind, event_name="x") for w, m, kind in part if w == v] for v in (0, 1)}
        rows = visits_of(
            message(*(envelope(*events[v], project_id=project, visitor_id=v) for v in (0, 1) if events[v]))
        )
        for v in (0, 1):
            mine = sorted((r for r in rows if r.visitor_id == v), key=lambda r: (r.occurred_at, r.event_id.bytes))
            got[v] += mine
            arrivals[v] += [((r.occurred_at - NOON).total_seconds() / 60, r.event_type != "engagement") for r in mine]
    for v in (0, 1):
        expected = oracle(arrivals[v])
        names: dict[int, int] = {}
        for row, visit in zip(got[v], expected, strict=True):
            if visit is None:
                assert row.session_id == 0
                continue
            assert row.session_started_at == NOON + timedelta(minutes=visit.opened)
            assert names.setdefault(id(visit), row.session_id) == row.session_id
        assert len(set(names.values())) == len(names)


def test_the_state_expires():
    visits_of(one(event(0)))
    (key,) = redis_client().keys("ap:visits:*")
    assert 0 < redis_client().ttl(key) <= 24 * 3600
