"""The definitions of the metrics, each by an example."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tracking.storage.base import EventStore
from tracking.storage.spec import Filter
from tracking.storage.tests.builders import DAY, MINUTE, NOW, OTHER_SITE, event, message
from tracking.storage.tests.questions import answer, days, question, visit_at

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 60 * MINUTE


def test_a_project_without_events_has_zeros_and_no_ratios(store: EventStore) -> None:
    metrics = "visitors visits pageviews events bounce_rate visit_duration views_per_visit percentage"
    assert answer(store, metrics) == [(0, 0, 0, 0, None, None, None, None)]
    assert answer(store, metrics, "source") == []
    assert answer(store, metrics, interval="day") == []


def test_a_cookieless_visitor_is_a_visitor_of_each_local_day(store: EventStore) -> None:
    # 23:30 and 00:30 in Berlin: one UTC day, two days there.
    midnight = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    store.append(message(visit_at(midnight - 30 * MINUTE, 1), visit_at(midnight + 30 * MINUTE, 2)))
    period = days(BERLIN, NOW, 2)
    assert answer(store, "visitors", zone=BERLIN, period=period) == [(2,)]
    assert answer(store, "visitors", zone=BERLIN, period=period, is_cookieless=False) == [(1,)]
    assert answer(store, "visitors", zone=BERLIN, period=period, interval="month") == [("2026-11-01", 2)]
    assert answer(store, "visitors", period=days(ZoneInfo("UTC"), NOW, 2)) == [(1,)]


def test_engagement_alone_makes_no_visitor(store: EventStore) -> None:
    store.append(message(event(event_type="engagement"), event(event_type="vitals"), event(event_type="identify")))
    assert answer(store, "visitors pageviews events") == [(0, 0, 0)]


def test_pageviews_count_by_their_own_time_and_visits_by_their_start(store: EventStore) -> None:
    before_midnight = datetime(2026, 11, 19, 23, 50, tzinfo=UTC)
    rows = [event(occurred_at=before_midnight + n * 20 * MINUTE, session_started_at=before_midnight) for n in range(3)]
    store.append(message(*rows))
    assert answer(store, "visits pageviews visitors views_per_visit") == [(0, 2, 1, None)]
    yesterday = days(ZoneInfo("UTC"), before_midnight, 1)
    assert answer(store, "visits pageviews visitors views_per_visit", period=yesterday) == [(1, 1, 1, 3.0)]


def test_the_hour_that_the_clock_repeats_is_two_buckets(store: EventStore) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 summer time in Berlin, and an hour later 02:30 again
    store.append(message(visit_at(first, 1), visit_at(first + HOUR, 2), visit_at(first + 2 * HOUR, 3)))
    assert answer(store, "pageviews", zone=BERLIN, period=days(BERLIN, first, 1), interval="hour") == [
        ("2026-10-25T02:00:00+02:00", 1),
        ("2026-10-25T02:00:00+01:00", 1),
        ("2026-10-25T03:00:00+01:00", 1),
    ]
    assert answer(store, "pageviews", zone=BERLIN, period=days(BERLIN, first, 1), interval="day") == [("2026-10-25", 3)]


@pytest.mark.parametrize(
    ("interval", "label"),
    [
        ("minute", "2026-11-22T23:59:00+01:00"),
        ("hour", "2026-11-22T23:00:00+01:00"),
        ("day", "2026-11-22"),
        ("week", "2026-11-16"),
        ("month", "2026-11-01"),
    ],
)
def test_a_bucket_is_named_by_its_local_start(store: EventStore, interval: str, label: str) -> None:
    sunday_night = datetime(2026, 11, 22, 22, 59, 30, tzinfo=UTC)
    store.append(message(visit_at(sunday_night, 1)))
    period = days(BERLIN, NOW, 7)
    found = answer(store, "visitors visits pageviews", zone=BERLIN, period=period, interval=interval)
    assert found == [(label, 1, 1, 1)]


def test_visits_of_a_page_are_those_that_saw_it(store: EventStore) -> None:
    store.append(
        message(
            event(path="/in"),
            event(path="/pricing", occurred_at=NOW + MINUTE),
            event(path="/pricing", occurred_at=NOW + 2 * MINUTE),
            event(path="/pricing", session_id=2, visitor_id=2),
            event(path="/in", session_id=3, visitor_id=3),
        )
    )
    metrics = "visitors visits pageviews bounce_rate visit_duration"
    expected = [("/in", 2, 2, 2, 50.0, 60.0), ("/pricing", 2, 2, 3, 50.0, 60.0)]
    assert answer(store, metrics, "page", order_by=(("page", False),)) == expected
    only = (Filter("page", "is", ("/pricing",)),)
    assert answer(store, metrics, filters=only) == [(2, 2, 3, 50.0, 60.0)]
    assert answer(store, metrics, "entry_page", filters=only) == [
        ("/in", 1, 1, 3, 0.0, 120.0),
        ("/pricing", 1, 1, 1, 100.0, 0.0),
    ]


def test_event_names_are_those_of_events_that_have_one(store: EventStore) -> None:
    signups = [event(event_type="custom", event_name="signup", session_id=n, visitor_id=n) for n in (1, 1, 2)]
    store.append(message(event(), *signups))
    assert answer(store, "events visitors visits", "event_name") == [("signup", 3, 2, 2)]


def test_an_empty_value_is_a_row(store: EventStore) -> None:
    store.append(message(event(source=""), event(source="Google", session_id=2, visitor_id=2)))
    assert answer(store, "visitors visits", "source") == [("", 1, 1), ("Google", 1, 1)]


def test_percentage_is_of_all_visitors_of_the_period(store: EventStore) -> None:
    rows = [event(country=country, session_id=n, visitor_id=n) for n, country in enumerate(["DE", "DE", "DE", "FR"])]
    store.append(message(*rows))
    assert answer(store, "visitors percentage", "country", limit=1) == [("DE", 3, 75.0)]


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("is", ("DE", "FR"), {"DE", "FR"}),
        ("is", ("",), {""}),
        ("is_not", ("DE", "FR"), {"", "%"}),
        ("contains", ("e", "r"), {"DE", "FR"}),
        ("contains", ("%",), {"%"}),
        ("contains_not", ("E", "%"), {"", "FR"}),
    ],
)
def test_filters(store: EventStore, operator: str, values: tuple[str, ...], expected: set[str]) -> None:
    rows = [event(country=country, session_id=n) for n, country in enumerate(["DE", "FR", "", "%"])]
    store.append(message(*rows))
    found = answer(store, "visitors visits", "country", filters=(Filter("country", operator, values, False),))
    assert {country for country, _, _ in found} == expected


def test_every_filter_must_hold(store: EventStore) -> None:
    store.append(message(event(country="DE", os="Linux"), event(country="DE", os="Windows", session_id=2)))
    both = (Filter("country", "is", ("DE",)), Filter("os", "is", ("Linux",)))
    assert answer(store, "visits pageviews", filters=both) == [(1, 1)]


def test_pages_of_an_answer_neither_repeat_nor_skip_a_row(store: EventStore) -> None:
    store.append(message(*(event(path=f"/{n}", session_id=n) for n in range(25))))
    pages = [answer(store, "pageviews", "page", limit=10, offset=offset) for offset in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert len({row for page in pages for row in page}) == 25
    assert store.run(question("pageviews", "page", limit=10)).meta["total_rows"] == 25


def test_rows_come_in_the_order_that_was_asked_for(store: EventStore) -> None:
    store.append(message(event(path="/b"), event(path="/a"), event(path="/c"), event(path="/c")))

    def pages(**fields: Any) -> list[str]:
        return [page for page, _ in answer(store, "pageviews", "page", **fields)]

    assert pages() == ["/c", "/a", "/b"]
    assert pages(order_by=(("pageviews", False),)) == ["/a", "/b", "/c"]
    assert pages(order_by=(("page", True),)) == ["/c", "/b", "/a"]


def test_a_metric_may_be_asked_for_twice(store: EventStore) -> None:
    store.append(message(event(), event()))
    assert answer(store, "pageviews visitors pageviews", "page", "page") == [("/", "/", 2, 1, 2)]


def test_another_projects_events_are_never_counted(store: EventStore) -> None:
    store.append(message(event(), event(project_id=OTHER_SITE), event(project_id=OTHER_SITE, occurred_at=NOW - MINUTE)))
    for dimension in ("page", "entry_page", "source"):
        assert answer(store, "visitors visits pageviews", dimension)[0][1:] == (1, 1, 1)
    assert answer(store, "percentage") == [(100.0,)]


@pytest.mark.parametrize(
    "fields",
    [
        {"metrics": "visitors; DROP TABLE events"},
        {"dimensions": ("1",)},
        {"filters": (Filter("country", "resembles", ("x",)),)},
        {"filters": (Filter("nothing", "is", ("x",)),)},
        {"interval": "year' --"},
        {"order_by": (("pageviews", True),)},
        {"metrics": ""},
    ],
)
def test_a_name_that_is_in_no_registry_is_refused(store: EventStore, fields: dict) -> None:
    with pytest.raises(ValueError):
        store.run(question(fields.pop("metrics", "visitors"), *fields.pop("dimensions", ()), **fields))


def test_the_first_event_is_the_earliest_of_the_project(store: EventStore) -> None:
    assert store.first_event_at(event().project_id) is None
    store.append(message(event(), event(occurred_at=NOW - 40 * DAY)))
    assert store.first_event_at(event().project_id) == NOW - 40 * DAY
