"""Visitors one by one: who was there, and what one of them did."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tracking.storage import get_store, visitors
from tracking.storage.spec import Filter, HasDone, Period, ProjectRef, StatsQuery
from tracking.storage.tests.builders import DAY, MINUTE, NOW, OTHER_SITE, SITE, event, message

pytestmark = pytest.mark.django_db
SITE_REF = ProjectRef(SITE, ZoneInfo("Europe/Berlin"))
TODAY = Period(NOW - timedelta(hours=12), NOW + timedelta(hours=12), ZoneInfo("UTC"))


@pytest.fixture
def append():
    return lambda *events: get_store().append(message(*events))


def visit(visitor_id, session_id, started_at, *events):
    """Events of a visit, each at so many minutes after its start."""
    return [
        event(
            visitor_id=visitor_id,
            session_id=session_id,
            session_started_at=started_at,
            **({"occurred_at": started_at + minutes * MINUTE} | fields),
        )
        for minutes, fields in events
    ]


def seen(period=TODAY, **more):
    return visitors.visitors(SITE_REF, period, **({"limit": 10} | more))


def test_a_visitor_is_counted_over_all_their_visits(append):
    signup = {"event_type": "custom", "event_name": "Signup"}
    append(*visit(1, 11, NOW - 60 * MINUTE, (0, {}), (5, {"path": "/a"})))
    append(*visit(1, 12, NOW, (0, {"country": "DE"}), (2, {"path": "/b", "device_type": "mobile"} | signup)))
    (row,) = seen().rows
    assert (row.visits, row.pageviews, row.events) == (2, 3, 1)
    assert (row.first_seen_at, row.last_seen_at) == (NOW - 60 * MINUTE, NOW + 2 * MINUTE)
    assert (row.current_page, row.device) == ("/b", "mobile")


def test_the_last_seen_come_first_and_a_page_goes_on_where_the_one_before_ended(append):
    for visitor in range(1, 6):
        # Visitors 2 and 3 are seen at the same instant.
        append(*visit(visitor, visitor, NOW + min(visitor, 2) * MINUTE, (0, {}), (visitor // 4, {})))
    everybody = seen()
    assert everybody.total == 5
    pages = []
    after = None
    while rows := seen(limit=2, after=after).rows:
        pages.append([row.visitor_id for row in rows])
        after = rows[-1].place
    assert pages == [[5, 4], [3, 2], [1]]
    assert [row.visitor_id for row in everybody.rows] == [5, 4, 3, 2, 1]


def test_the_total_is_of_all_pages_also_behind_the_last_one(append):
    append(*visit(1, 1, NOW, (0, {})))
    assert seen(after=(NOW - DAY, 0)) == visitors.SeenVisitors([], 1)


def test_who_only_stayed_is_no_visitor_of_the_period(append):
    yesterday = NOW - 13 * 60 * MINUTE
    append(*visit(1, 1, yesterday, (0, {}), (120, {"event_type": "engagement", "engaged_ms": 9})))
    assert seen() == visitors.SeenVisitors([], 0)


def test_the_visitors_listed_are_as_many_as_the_metric_counts(append):
    for visitor in range(7):
        append(*visit(visitor, visitor, NOW, (0, {})))
    (row,) = get_store().run(StatsQuery(SITE_REF, ("visitors",), TODAY)).rows
    assert seen(limit=1).total == row.metrics[0] == 7


def test_another_project_has_its_own_visitors(append):
    append(event(project_id=OTHER_SITE))
    assert seen().total == 0
    assert visitors.timeline(SITE_REF, TODAY, 1, limit=10) == []


def test_a_timeline_has_everything_a_visitor_did_the_latest_first(append):
    properties = {"plan": "pro", "seats": 3}
    append(
        *visit(
            1,
            1,
            NOW,
            (0, {"path": "/"}),
            (1, {"event_type": "engagement", "engaged_ms": 4000, "scroll_depth": 70}),
            (2, {"event_type": "custom", "event_name": "Buy", "custom_data": properties, "value": 9.5}),
        )
    )
    append(*visit(2, 2, NOW, (0, {})))
    buy, engagement, view = visitors.timeline(SITE_REF, TODAY, 1, limit=10)
    assert (buy.event_name, buy.properties, buy.value) == ("Buy", properties, 9.5)
    assert (engagement.engaged_ms, engagement.scroll_depth) == (4000, 70)
    assert (view.page, view.session_id, view.properties) == ("/", 1, None)


def test_a_timeline_is_read_page_by_page_also_within_an_instant(append):
    ids = [UUID(int=number) for number in range(5)]
    append(*visit(1, 1, NOW, *((0, {"event_id": each}) for each in ids)))
    found, after = [], None
    while rows := visitors.timeline(SITE_REF, TODAY, 1, limit=2, after=after):
        found += [row.event_id for row in rows]
        after = rows[-1].place
    assert found == ids[::-1]


def test_a_timeline_ends_with_its_period(append):
    started = TODAY.start - 20 * MINUTE
    append(*visit(1, 1, started, (0, {"path": "/before"}), (25, {"path": "/within"})))
    assert [each.page for each in visitors.timeline(SITE_REF, TODAY, 1, limit=10)] == ["/within"]


def test_a_late_event_that_came_before_its_visit_is_in_the_timeline(append):
    append(*visit(1, 1, NOW, (0, {})))
    append(*visit(1, 1, NOW, (-20, {"path": "/late"})))
    assert [each.page for each in visitors.timeline(SITE_REF, TODAY, 1, limit=10)] == ["/", "/late"]


def test_with_a_filter_only_the_events_that_match_count(append):
    append(*visit(1, 1, NOW, (0, {}), (1, {"path": "/pricing"}), (2, {"path": "/docs"})))
    append(*visit(2, 2, NOW, (0, {"path": "/docs"})))
    (row,) = seen(filters=(Filter("page", "is", ("/pricing",)),)).rows
    assert (row.visitor_id, row.pageviews, row.current_page) == (1, 1, "/pricing")
    assert row.last_seen_at == NOW + MINUTE


def test_filters_by_visit_and_by_what_was_done_hold_here_too(append):
    append(*visit(1, 1, NOW, (0, {"path": "/a"}), (1, {"path": "/b"})))
    append(*visit(2, 2, NOW, (0, {"path": "/b"})))
    filters = (Filter("entry_page", "is", ("/a",)), HasDone(Filter("page", "is", ("/b",))))
    assert [row.visitor_id for row in seen(filters=filters).rows] == [1]
    assert [each.page for each in visitors.timeline(SITE_REF, TODAY, 1, filters, limit=10)] == ["/b", "/a"]
    assert visitors.timeline(SITE_REF, TODAY, 2, filters, limit=10) == []
    assert visitors.is_known(SITE_REF, TODAY, 2)
    assert not visitors.is_known(SITE_REF, TODAY, 3)
