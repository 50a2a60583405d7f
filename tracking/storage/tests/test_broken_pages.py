"""Pages that were asked for and are not there."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tracking.storage import get_store
from tracking.storage.broken_pages import BrokenPage, BrokenQuery, Way, broken_pages, ways
from tracking.storage.spec import Filter, Period, ProjectRef
from tracking.storage.tests.builders import DAY, MINUTE, NOW, OTHER_SITE, SITE, event, message

pytestmark = pytest.mark.django_db
PROJECT = ProjectRef(SITE, ZoneInfo("UTC"))
TODAY = Period(NOW - timedelta(hours=12), NOW + timedelta(hours=12), ZoneInfo("UTC"))
MISSING = {"event_type": "not_found"}


def stored(*rows):
    get_store().append(message(*(event(**row) for row in rows)))


def seen(path, minutes=0, visit=1, **more):
    shared = {"path": path, "occurred_at": NOW + minutes * MINUTE, "session_id": visit, "visitor_id": visit}
    return shared | more


def asked(**more):
    return broken_pages(
        BrokenQuery(**({"project": PROJECT, "period": TODAY, "filters": (), "now": TODAY.end, "limit": 9} | more))
    )


def led_to(path, *filters):
    return ways(PROJECT, TODAY, filters, path, limit=9)


def test_each_page_with_how_often_by_whom_and_since_when():
    stored(
        seen("/old", 0, **MISSING),
        seen("/old", 5, **MISSING),
        seen("/old", 7, visit=2, **MISSING),
        seen("/gone", 1, visit=3, **MISSING),
        seen("/", 2, visit=3),
        seen("/old", 1, visit=4, project_id=OTHER_SITE, **MISSING),
    )
    found = asked()
    assert found.rows == [
        BrokenPage("/old", 3, 2, NOW, NOW + 7 * MINUTE, None),
        BrokenPage("/gone", 1, 1, NOW + MINUTE, NOW + MINUTE, None),
    ]
    assert found.total == 2
    assert (len(asked(limit=1).rows), asked(limit=1).total) == (1, 2)
    assert [row.path for row in asked(filters=(Filter("page", "contains", ("go",)),)).rows] == ["/gone"]


def test_a_page_that_was_seen_again_is_fixed_since_then():
    stored(
        seen("/old", 0),
        seen("/old", 1, **MISSING),
        seen("/old", 3, visit=2),
        seen("/old", 4, visit=3),
        seen("/gone", 2, visit=2),
        seen("/gone", 5, visit=4, **MISSING),
    )
    assert {row.path: row.fixed_at for row in asked().rows} == {"/old": NOW + 3 * MINUTE, "/gone": None}


def test_what_happens_after_the_period_says_whether_a_page_is_back():
    earlier = Period(TODAY.start - DAY, TODAY.end - DAY, TODAY.zone)
    missed = seen("/old", -24 * 60, **MISSING)
    stored(missed, seen("/old", 1, visit=2))
    assert [row.fixed_at for row in asked(period=earlier).rows] == [NOW + MINUTE]
    stored(seen("/old", 2, visit=3, **MISSING))
    assert [row.fixed_at for row in asked(period=earlier).rows] == [None]


def test_visitors_without_a_lasting_id_count_once_a_day():
    week = Period(TODAY.start - 6 * DAY, TODAY.end, TODAY.zone)
    stored(seen("/old", 0, **MISSING), seen("/old", -24 * 60, visit=2, **MISSING | {"visitor_id": 1}))
    assert asked(period=week).rows[0].visitors == 2
    lasting = ProjectRef(SITE, ZoneInfo("UTC"), is_cookieless=False)
    assert asked(period=week, project=lasting).rows[0].visitors == 1


def test_nothing_is_broken():
    stored(seen("/"))
    assert (asked().rows, asked().total, led_to("/old")) == ([], 0, [])


def test_pages_of_the_site_and_other_sites_lead_there():
    stored(
        seen("/docs", 0, visit=1),
        seen("/old", 1, visit=1, **MISSING),
        seen("/old", 2, visit=1, **MISSING),
        seen("/docs", 0, visit=2),
        seen("/old", 3, visit=2, **MISSING),
        seen("/old", 4, visit=3, referrer="blog.example/links", **MISSING),
        seen("/old", 5, visit=4, country="DE", **MISSING),
        seen("/gone", 6, visit=4, country="DE", **MISSING),
    )
    assert led_to("/old") == [Way(True, "/docs", 2), Way(False, "", 1), Way(False, "blog.example/links", 1)]
    assert led_to("/old", Filter("country", "is", ("DE",))) == [Way(False, "", 1)]
    assert led_to("/gone") == [Way(True, "/old", 1)]
