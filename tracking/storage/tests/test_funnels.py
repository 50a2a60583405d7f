"""Funnels by examples that can be followed by hand; any others are compared with plain Python elsewhere."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tracking.storage import get_store
from tracking.storage.funnels import FunnelGroup, FunnelQuery, FunnelStep, NextStep, drop_outs, funnel
from tracking.storage.spec import Filter, HasDone, Period, ProjectRef
from tracking.storage.tests.builders import MINUTE, NOW, OTHER_SITE, SITE, completion, event, message

pytestmark = pytest.mark.django_db
TODAY = Period(NOW - timedelta(hours=12), NOW + timedelta(hours=12), ZoneInfo("UTC"))


def page(path):
    return Filter("page", "is", (path,))


SHOP = (page("/"), page("/cart"), page("/paid"))


def asked(*steps, **more):
    return FunnelQuery(ProjectRef(SITE, ZoneInfo("UTC")), **({"period": TODAY, "steps": steps or SHOP} | more))


def visit(number, *events, **shared):
    """Events of a visit, each a path (or fields) and how many minutes after NOW."""
    fields = {"session_id": number, "visitor_id": number} | shared
    return [
        event(**fields | {"occurred_at": NOW + at * MINUTE} | ({"path": what} if isinstance(what, str) else what))
        for what, at in events
    ]


def stored(*visits, completions=()):
    get_store().append(message(*(each for events in visits for each in events), completions=completions))


def reached(query):
    return [step.reached for step in funnel(query).steps]


def test_each_step_says_who_came_who_went_on_and_how_long_that_took():
    stored(
        visit(1, ("/", 0), ("/news", 1), ("/cart", 2), ("/paid", 5)),
        visit(2, ("/", 0), ("/cart", 4)),
        visit(3, ("/", 0), ("/paid", 1)),
        visit(4, ("/cart", 0), ("/paid", 1)),
    )
    assert funnel(asked()).steps == [FunnelStep(3, 2, 180.0), FunnelStep(2, 1, 180.0), FunnelStep(1, 0, None)]


def test_one_event_is_never_two_steps():
    stored(visit(1, ("/", 0)), visit(2, ("/", 0), ("/", 1)))
    assert reached(asked(page("/"), page("/"))) == [2, 1]


def test_the_chain_that_gets_furthest_counts_and_of_several_the_first():
    late = ("/", 50), ("/cart", 52)
    stored(visit(1, ("/", 0), *late, ("/paid", 70)))
    assert funnel(asked(window=30 * MINUTE)).steps[0] == FunnelStep(1, 1, 120.0)
    assert funnel(asked()).steps[0] == FunnelStep(1, 1, 52 * 60.0)


def test_what_happens_exactly_at_the_end_of_the_window_is_within_it():
    stored(visit(1, ("/", 0), ("/cart", 10)))
    assert reached(asked(window=10 * MINUTE)) == [1, 1, 0]
    assert reached(asked(window=10 * MINUTE - timedelta(microseconds=1))) == [1, 0, 0]


def test_in_strict_order_no_pageview_or_custom_event_lies_between():
    def between(**fields):
        return ("/", 0), ({"path": "/other"} | fields, 1), ("/cart", 2)

    stored(
        visit(1, *between()),
        visit(2, *between(event_type="custom", event_name="Search")),
        visit(3, *between(event_type="outbound")),
        visit(4, *between(event_type="engagement")),
    )
    assert reached(asked()) == [4, 4, 0]
    assert reached(asked(is_strict=True)) == [4, 2, 0]


def test_a_visitor_may_go_on_in_another_visit():
    stored(visit(1, ("/", 0), visitor_id=7), visit(2, ("/cart", 90), visitor_id=7))
    assert reached(asked()) == [1, 0, 0]
    assert reached(asked(by="visitor")) == [1, 1, 0]


def test_a_goal_can_be_reached_by_reading_but_a_page_is_not_seen_by_it():
    read = visit(1, ("/", 0), ({"event_type": "engagement", "path": "/cart"}, 1))
    stored(read, completions=[completion(read[1])])
    goal = Filter("goal", "is", (str(completion(read[1]).goal_id),))
    assert reached(asked(page("/"), goal)) == [1, 1]
    assert reached(asked(page("/"), page("/cart"))) == [1, 0]


def test_filters_are_about_the_first_step_and_its_visit():
    stored(
        visit(1, ("/", 0), ("/cart", 1), country="DE"),
        visit(2, ("/", 0), ("/cart", 1), country="FR"),
        visit(3, ("/news", 0), ("/", 1), ("/cart", 2), country="DE"),
    )
    assert reached(asked(filters=(Filter("country", "is", ("DE",)),))) == [2, 2, 0]
    assert reached(asked(filters=(Filter("entry_page", "is", ("/news",)),))) == [1, 1, 0]
    assert reached(asked(filters=(HasDone(page("/news")),))) == [1, 1, 0]


def test_split_by_the_first_step_the_rest_comes_together():
    stored(
        visit(1, ("/", 0), ("/cart", 1), country="DE"),
        visit(2, ("/", 0), country="DE"),
        visit(3, ("/", 0), ("/cart", 1), country="FR"),
        visit(4, ("/", 0), country="US"),
    )
    two = asked(page("/"), page("/cart"), breakdown="country", groups=1)
    assert funnel(two).groups == [
        FunnelGroup("DE", [FunnelStep(2, 1, 60.0), FunnelStep(1, 0, None)]),
        FunnelGroup(None, [FunnelStep(2, 1, 60.0), FunnelStep(1, 0, None)]),
    ]
    assert [step.reached for step in funnel(two).steps] == [4, 2]


def test_where_those_go_who_leave():
    stored(
        visit(1, ("/", 0), ("/news", 1), ("/help", 2)),
        visit(2, ("/", 0), ({"event_type": "custom", "event_name": "Search"}, 1)),
        visit(3, ("/", 0), ("/news", 1)),
        visit(4, ("/", 0)),
        visit(5, ("/", 0), ("/cart", 1), ("/help", 2)),
    )
    left = drop_outs(asked(), 1, limit=1)
    assert (left.total, left.left, left.rows) == (4, 1, [NextStep("pageview", "/news", 2)])
    assert drop_outs(asked(), 2, limit=9).rows == [NextStep("pageview", "/help", 1)]
    assert drop_outs(asked(), 3, limit=9).total == 0


def test_nobody_and_other_projects_are_nothing():
    stored(visit(1, ("/", 0), ("/cart", 1), project_id=OTHER_SITE))
    assert funnel(asked()).steps == [FunnelStep(0, 0, None)] * 3
    assert funnel(asked(breakdown="country")).groups == []
    assert drop_outs(asked(), 1, limit=5).total == 0


def test_what_happens_outside_of_the_period_is_no_step():
    stored(visit(1, ("/", -60 * 13), ("/cart", 0)), visit(2, ("/", 0), ("/cart", 60 * 12)))
    assert reached(asked()) == [1, 0, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": (page("/"),)},
        {"steps": (page("/"),) * 11},
        {"steps": (page("/"), HasDone(page("/")))},
        {"steps": (page("/"), Filter("nothing", "is", ("x",)))},
        {"by": "browser"},
        {"window": timedelta()},
        {"groups": 0},
        {"breakdown": "goal"},
        {"breakdown": "nothing"},
        {"filters": (Filter("page", "sounds like", ("x",)),)},
    ],
    ids=lambda fields: "-".join(fields),
)
def test_what_cannot_be_asked_is_refused(wrong):
    with pytest.raises(ValueError):
        funnel(asked(**wrong))


def test_there_is_no_step_before_the_first_or_after_the_last():
    for step in (0, 4):
        with pytest.raises(ValueError):
            drop_outs(asked(), step, limit=5)
