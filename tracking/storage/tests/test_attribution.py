"""Who gets the credit: the first visit of the visitor who reached a goal, as plain Python finds it."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.storage import attribution, get_store
from tracking.storage.attribution import Credit, FirstTouchQuery, first_touch
from tracking.storage.spec import Filter, Period, ProjectRef, StatsQuery
from tracking.storage.tests.builders import DAY, MINUTE, NOW, SITE, completion, event, message
from tracking.storage.tests.comparison import QUESTIONS_EACH, rounded, tried
from tracking.storage.tests.oracle import Oracle
from tracking.storage.tests.strategies import FILTERS, periods, scenes

pytestmark = pytest.mark.django_db
REGULAR = ProjectRef(SITE, ZoneInfo("Europe/Berlin"), is_cookieless=False)
COOKIELESS = replace(REGULAR, is_cookieless=True)
TODAY = Period(NOW - timedelta(hours=12), NOW + timedelta(hours=12), ZoneInfo("UTC"))
_sessions = iter(range(1, 1000))


def visit(at, campaign, *, visitor=1, **fields):
    """A visit of one page, which reached a goal unless its `goals` are 0."""
    session, goals = next(_sessions), fields.pop("goals", 1)
    row = event(
        visitor_id=visitor, session_id=session, session_started_at=at, occurred_at=at, utm_campaign=campaign, **fields
    )
    reached = [completion(row, goal_id=uuid4()) for _ in range(goals)]
    get_store().append(message(row, completions=reached))


def credits(project=REGULAR, period=TODAY, **more):
    return first_touch(FirstTouchQuery(project, period, "utm_campaign", **more))


def test_the_first_visit_gets_the_credit_and_not_the_one_that_reached_the_goal():
    visit(NOW - 3 * DAY, "spring", goals=0)
    visit(NOW, "autumn", goals=2, value=9.5, currency="EUR")
    assert credits() == [Credit("spring", 2, 1, {"EUR": 9.5})]


def test_a_first_visit_by_no_campaign_keeps_the_credit():
    visit(NOW - 3 * DAY, "", goals=0)
    visit(NOW, "autumn")
    assert credits() == [Credit("", 1, 1)]


def test_a_visit_of_longer_ago_than_thirty_days_is_forgotten():
    visit(NOW - attribution.LOOKBACK - MINUTE, "winter", goals=0)
    visit(NOW - attribution.LOOKBACK, "spring", goals=0)
    visit(NOW, "autumn")
    assert credits() == [Credit("spring", 1, 1)]


def test_without_cookies_only_the_same_day_counts():
    visit(NOW - DAY, "spring", goals=0)
    visit(NOW - 60 * MINUTE, "summer", goals=0)
    visit(NOW, "autumn")
    assert credits(COOKIELESS) == [Credit("summer", 1, 1)]


def test_a_visitor_who_converted_twice_is_one_but_without_cookies_one_a_day():
    visit(NOW - DAY, "spring")
    visit(NOW, "spring")
    both = replace(TODAY, start=TODAY.start - DAY)
    assert [each.converted for each in (*credits(period=both), *credits(COOKIELESS, both))] == [1, 2]


def test_another_visitors_first_visit_is_theirs():
    visit(NOW - DAY, "spring", visitor=2, goals=0)
    visit(NOW, "autumn", visitor=1)
    assert credits() == [Credit("autumn", 1, 1)]


def test_a_sale_without_a_goal_is_revenue_alone_and_currencies_stay_apart():
    visit(NOW, "spring", goals=0, value=5.0, currency="EUR")
    visit(NOW + MINUTE, "autumn", goals=0, value=7.0, currency="USD")
    assert credits() == [Credit("spring", 0, 0, {"EUR": 5.0, "USD": 7.0})]


def test_what_did_not_happen_in_the_period_has_no_credit():
    visit(NOW - 2 * DAY, "spring")
    assert credits() == []


@pytest.mark.parametrize("dimension", ["page", "entry_page", "goal", "mood"])
def test_what_visits_and_events_do_not_share_cannot_be_asked(dimension):
    with pytest.raises(ValueError, match="dimension"):
        first_touch(FirstTouchQuery(REGULAR, TODAY, dimension))


def test_a_filter_must_be_possible():
    with pytest.raises(ValueError, match="mood"):
        credits(filters=(Filter("mood", "is", ("good",)),))


@tried(0.5)
@given(data=st.data())
def test_the_credits_are_those_of_plain_python(data):
    scene = data.draw(scenes([uuid4(), uuid4()]), label="scene")
    scene.store_in_two_messages(get_store(), data.draw(st.integers(0, len(scene.events)), label="cut"))
    for _ in range(QUESTIONS_EACH):
        project = ProjectRef(scene.sites[0], scene.zone, data.draw(st.booleans(), label="is cookieless"))
        period = data.draw(periods(scene.zone, scene.around), label="period")
        dimension = data.draw(st.sampled_from(["utm_campaign", "source", "screen_size"]), label="dimension")
        query = FirstTouchQuery(project, period, dimension, data.draw(FILTERS, label="filters"))
        lookback = data.draw(st.sampled_from([timedelta(hours=5), timedelta(days=2), timedelta(days=30)]))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(attribution, "LOOKBACK", lookback)
            found = {each.value: _comparable(each) for each in first_touch(query)}
        expected = {each.value: _comparable(each) for each in _expected(scene, query, lookback)}
        assert found == expected


def _comparable(credit):
    revenue = {currency: rounded(amount) for currency, amount in credit.revenue.items()}
    return credit.completions, credit.converted, revenue


def _expected(scene, query, lookback):
    asked = StatsQuery(query.project, ("completions",), query.period, (query.dimension,), query.filters)
    oracle = Oracle(scene.events, asked, scene.completions)
    completions, converted, revenue = defaultdict(int), defaultdict(set), defaultdict(lambda: defaultdict(float))
    for each in oracle.events:
        if not (oracle.is_within(each.occurred_at) and oracle.fulfils(each)):
            continue
        goals = len(oracle.wanted_goals(each))
        if not goals and each.value is None:
            continue
        own = oracle.visit_of[each.session_id]
        of_visitor = [
            visit
            for visit in oracle.visit_of.values()
            if visit.first.visitor_id == each.visitor_id
            and visit.started_at <= own.started_at
            and (
                oracle.day(visit.started_at) == oracle.day(own.started_at)
                if query.project.is_cookieless
                else visit.started_at >= own.started_at - lookback
            )
        ]
        first = min(of_visitor, key=lambda visit: (visit.started_at, visit.first.session_id))
        (value,) = oracle.values(first.first, query.dimension)
        completions[value] += goals
        if goals:
            day = oracle.day(each.occurred_at) if query.project.is_cookieless else None
            converted[value].add((day, each.visitor_id))
        if each.value is not None:
            revenue[value][each.currency] += each.value
    return [
        Credit(value, completions[value], len(converted[value]), revenue[value]) for value in {*completions, *revenue}
    ]
