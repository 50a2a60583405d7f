"""What a visit becomes from its events, in whatever order they are delivered."""

import itertools
from uuid import UUID

from msgspec.structs import replace

from tracking.storage.base import EventStore
from tracking.storage.tests.builders import MINUTE, NOW, event, message
from tracking.storage.tests.questions import answer

METRICS = "visits pageviews bounce_rate visit_duration"


def test_one_pageview_is_a_bounce(store: EventStore) -> None:
    store.append(message(event()))
    assert answer(store, "visits bounce_rate visit_duration views_per_visit") == [(1, 100.0, 0.0, 1.0)]


def test_a_second_pageview_is_none_and_gives_the_visit_a_duration(store: EventStore) -> None:
    store.append(message(event(path="/in"), event(path="/out", occurred_at=NOW + 2 * MINUTE)))
    assert answer(store, METRICS, "entry_page", "exit_page") == [("/in", "/out", 1, 2, 0.0, 120.0)]


def test_an_interactive_event_is_none(store: EventStore) -> None:
    store.append(message(event(), event(event_type="custom", event_name="signup")))
    assert answer(store, "bounce_rate events") == [(0.0, 1)]
    assert answer(store, "bounce_rate events", "entry_page") == [("/", 0.0, 1)]


def test_engagement_extends_a_visit_but_does_not_move_its_exit_page(store: EventStore) -> None:
    late = event(event_type="engagement", path="/engaged", occurred_at=NOW + 5 * MINUTE, engaged_ms=9000)
    store.append(message(event(path="/in"), late))
    assert answer(store, METRICS, "entry_page", "exit_page") == [("/in", "/in", 1, 1, 100.0, 300.0)]


def test_engagement_that_is_delivered_before_its_pageview_leaves_no_trace_of_that(store: EventStore) -> None:
    store.append(message(event(event_type="engagement", path="/engaged", occurred_at=NOW + MINUTE, source="?")))
    store.append(message(event(path="/in", source="Google")))
    assert answer(store, METRICS, "entry_page", "exit_page", "source") == [("/in", "/in", "Google", 1, 1, 100.0, 60.0)]


def test_an_event_without_a_visit_makes_none(store: EventStore) -> None:
    store.append(message(event(event_type="engagement", session_started_at=None)))
    assert answer(store, "visits visitors") == [(0, 0)]


def test_a_duplicate_does_not_count_again(store: EventStore) -> None:
    one, two = event(), event(occurred_at=NOW + MINUTE, value=5.0)
    store.append(message(one, two))
    store.append(message(two, one, replace(one, occurred_at=NOW + 9 * MINUTE)))
    assert answer(store, METRICS) == [(1, 2, 0.0, 60.0)]


def test_the_order_of_delivery_makes_no_difference(store: EventStore) -> None:
    rows = [
        event(path="/first", source="Google", country="DE", occurred_at=NOW - MINUTE),
        event(path="/second", source="Bing", country="FR"),
        event(path="/third", source="", occurred_at=NOW + MINUTE),
        event(path="/engaged", event_type="engagement", occurred_at=NOW + 3 * MINUTE),
    ]
    expected = [("/first", "/third", "Google", "DE", 1, 3, 0.0, 240.0)]
    for session_id, order in enumerate(itertools.permutations(rows)):
        project_id = UUID(int=1000 + session_id)
        for row in order:
            copy = replace(row, project_id=project_id, session_id=session_id)
            assert store.append(message(copy)).stored == 1
        found = answer(store, METRICS, "entry_page", "exit_page", "source", "country", project_id=project_id)
        assert found == expected, order


def test_events_of_the_same_instant_are_told_apart_the_same_way_in_every_order(store: EventStore) -> None:
    rows = [event(event_id=UUID(int=n), path=f"/{n}") for n in (1, 2, 3)]
    for session_id, order in enumerate(itertools.permutations(rows)):
        project_id = UUID(int=2000 + session_id)
        copies = [replace(row, project_id=project_id, session_id=session_id) for row in order]
        store.append(message(copies[0]))
        store.append(message(*copies[1:]))
        assert answer(store, "visits", "entry_page", "exit_page", project_id=project_id) == [("/1", "/3", 1)]


def test_visits_of_many_sessions_in_one_message_are_kept_apart(store: EventStore) -> None:
    rows = [event(session_id=n, path=f"/{n}") for n in range(3)]
    store.append(message(*rows, event(session_id=2, path="/out", occurred_at=NOW + MINUTE)))
    found = answer(store, "visits pageviews", "entry_page", "exit_page")
    assert sorted(found) == [("/0", "/0", 1, 1), ("/1", "/1", 1, 1), ("/2", "/out", 1, 2)]
