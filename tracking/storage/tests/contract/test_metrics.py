"""What the metrics of engagement, goals and amounts mean, each by an example."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tracking.storage.base import EventStore
from tracking.storage.rows import EventRow
from tracking.storage.spec import Filter, HasDone
from tracking.storage.tests.builders import MINUTE, NOW, completion, event, message
from tracking.storage.tests.questions import UTC_ZONE, answer, days, question, visit_at

OTHER_GOAL = UUID(int=0x60A2)
ENGAGEMENT = "time_on_page scroll_depth"


def engagement(ms: int | None, depth: int | None = None, **fields: Any) -> EventRow:
    return event(event_type="engagement", engaged_ms=ms, scroll_depth=depth, **fields)


def test_time_on_page_is_the_mean_over_visits_to_each_page(store: EventStore) -> None:
    store.append(
        message(
            *(event(path=path) for path in ("/a", "/b")),
            *(engagement(ms, depth, path="/a") for ms, depth in ((1000, 20), (2000, 80), (None, 30))),
            engagement(6000, path="/b"),
            engagement(None, 10, path="/a", session_id=2, visitor_id=2),
        )
    )
    assert answer(store, ENGAGEMENT, "page", order_by=(("page", False),)) == [("/a", 3.0, 45.0), ("/b", 6.0, None)]
    assert answer(store, ENGAGEMENT) == [(4.5, 45.0)]


def test_a_visit_over_midnight_counts_its_page_on_each_day(store: EventStore) -> None:
    midnight = datetime(2026, 11, 20, tzinfo=UTC)
    rows = [engagement(1000, occurred_at=midnight + n * MINUTE, session_started_at=midnight) for n in (-1, 1)]
    store.append(message(*rows))
    both = days(UTC_ZONE, midnight - MINUTE, 2)
    assert answer(store, "time_on_page", period=both) == [(1.0,)]
    assert answer(store, "time_on_page", period=both, interval="week") == [("2026-11-16", 1.0)]


def test_engagement_without_a_visit_is_of_nobody(store: EventStore) -> None:
    store.append(message(event(), engagement(1000, session_id=0, session_started_at=None)))
    assert answer(store, "visitors time_on_page") == [(1, None)]


def test_revenue_is_of_all_events_and_in_one_currency(store: EventStore) -> None:
    store.append(
        message(
            event(path="/shop", value=10.0, currency="EUR"),
            event(path="/shop", value=2.5, currency="EUR", event_type="identify"),
            event(path="/free"),
            event(path="/us", value=1.0, currency="USD", session_id=2),
        )
    )
    by_page = store.run(question("visitors revenue", "page", order_by=(("page", False),)))
    assert [row.metrics for row in by_page.rows] == [(1, None), (1, 12.5), (1, 1.0)]
    assert by_page.meta["warnings"] == []
    mixed = store.run(question("revenue"))
    assert mixed.rows[0].metrics == (None,)
    assert [warning["code"] for warning in mixed.meta["warnings"]] == ["mixed_currencies"]
    assert answer(store, "revenue", "currency") == [("EUR", 12.5), ("USD", 1.0)]
    assert answer(store, "revenue", filters=(Filter("currency", "is", ("USD",)),)) == [(1.0,)]


def test_an_entry_page_earns_what_its_visits_do(store: EventStore) -> None:
    paid = event(path="/thanks", value=30.0, currency="EUR", occurred_at=NOW + MINUTE)
    store.append(message(event(path="/landing"), paid, completions=[completion(paid)]))
    store.append(message(visit_at(NOW, 2, path="/landing", visitor_id=2)))
    metrics = "visits revenue completions conversion_rate"
    assert answer(store, metrics, "entry_page") == [("/landing", 2, 30.0, 1, 50.0)]


def test_a_goals_conversion_rate_is_of_all_visits_that_the_other_filters_leave(store: EventStore) -> None:
    rows = [visit_at(NOW, n, visitor_id=n, country="DE" if n < 4 else "FR") for n in range(1, 6)]
    goals = [completion(rows[0]), completion(rows[0], goal_id=OTHER_GOAL), completion(rows[4])]
    store.append(message(*rows, completions=goals))
    first, second = str(goals[0].goal_id), str(OTHER_GOAL)
    metrics = "completions conversion_rate"
    assert answer(store, metrics, "goal") == [(first, 2, 40.0), (second, 1, 20.0)]
    germany = Filter("country", "is", ("DE",))
    assert answer(store, metrics, "goal", filters=(germany,)) == [(first, 1, 100 / 3), (second, 1, 100 / 3)]
    assert answer(store, metrics, filters=(Filter("goal", "is", (first,)),)) == [(2, 40.0)]
    assert answer(store, "conversion_rate") == [(40.0,)]


def test_a_converted_visit_counts_once_however_often_it_reached_a_goal(store: EventStore) -> None:
    again = event(session_id=1, occurred_at=NOW + MINUTE, session_started_at=NOW)
    rows = [visit_at(NOW, 1), again, visit_at(NOW, 2, visitor_id=2), visit_at(NOW, 3, visitor_id=3)]
    goals = [completion(rows[0]), completion(rows[1]), completion(rows[2], goal_id=OTHER_GOAL)]
    store.append(message(*rows, completions=goals))
    first, second = str(goals[0].goal_id), str(OTHER_GOAL)
    assert answer(store, "completions converted_visits") == [(3, 2)]
    assert answer(store, "completions converted_visits", "goal") == [(first, 2, 1), (second, 1, 1)]
    only = (Filter("goal", "is", (second,)),)
    assert answer(store, "completions converted_visits visitors", "goal", filters=only) == [(second, 1, 1, 1)]


def test_a_filter_on_a_goal_counts_the_completions_of_that_goal_alone(store: EventStore) -> None:
    signup = visit_at(NOW, 1)
    both = [completion(signup), completion(signup, goal_id=OTHER_GOAL)]
    store.append(message(signup, completions=both))
    first, second = str(both[0].goal_id), str(OTHER_GOAL)
    assert answer(store, "completions", filters=(Filter("goal", "is", (first,)),)) == [(1,)]
    either = Filter("goal", "is", (first, second))
    assert answer(store, "completions", filters=(either,)) == [(2,)]
    assert answer(store, "completions", "goal", filters=(Filter("goal", "is", (first,)),)) == [(first, 1)]


def test_who_reached_a_goal_by_reading_is_its_visitor_too(store: EventStore) -> None:
    pages = [visit_at(NOW, n, visitor_id=n) for n in (1, 2)]
    read = event(
        session_id=1, occurred_at=NOW + MINUTE, session_started_at=NOW, event_type="engagement", engaged_ms=60_000
    )
    reached = completion(read)
    store.append(message(*pages, read, completions=[reached]))
    goal = str(reached.goal_id)
    metrics = "completions visitors converted_visits conversion_rate"
    assert answer(store, metrics, "goal") == [(goal, 1, 1, 1, 50.0)]
    assert answer(store, metrics, filters=(Filter("goal", "is", (goal,)),)) == [(1, 1, 1, 50.0)]
    assert answer(store, "visitors", filters=(HasDone(Filter("goal", "is", (goal,))),)) == [(1,)]


def test_shares_are_of_all_visitors_and_not_of_those_with_a_name(store: EventStore) -> None:
    signup = visit_at(NOW, 1, event_type="custom", event_name="signup")
    store.append(message(signup, *(visit_at(NOW, n, visitor_id=n) for n in (2, 3, 4))))
    assert answer(store, "visitors percentage", "event_name") == [("signup", 1, 25.0)]


def test_rows_of_which_nothing_is_to_be_said_are_left_out(store: EventStore) -> None:
    store.append(message(event(path="/a"), event(path="/b", event_type="custom", event_name="signup")))
    assert answer(store, "events", "page") == [("/b", 1)]
    assert answer(store, "events pageviews", "page") == [("/b", 1, 0), ("/a", 0, 1)]
