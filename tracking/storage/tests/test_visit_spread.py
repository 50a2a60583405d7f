"""What the visits of a campaign come to, and their squares, as plain Python adds them up."""

from collections import defaultdict
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.storage import get_store
from tracking.storage.spec import ProjectRef, StatsQuery
from tracking.storage.tests.builders import NOW, SITE
from tracking.storage.tests.comparison import QUESTIONS_EACH, rounded, tried
from tracking.storage.tests.oracle import Oracle
from tracking.storage.tests.questions import days
from tracking.storage.tests.strategies import FILTERS, periods, scenes
from tracking.storage.visit_spread import visit_spread

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def test_what_cannot_be_asked_is_refused():
    query = StatsQuery(ProjectRef(SITE, BERLIN), ("visits",), days(BERLIN, NOW, 1), ("mood",))
    with pytest.raises(ValueError, match="mood"):
        visit_spread(query)


@tried(0.5)
@given(data=st.data())
def test_the_sums_are_those_of_plain_python(data):
    scene = data.draw(scenes([uuid4(), uuid4()]), label="scene")
    scene.store_in_two_messages(get_store(), data.draw(st.integers(0, len(scene.events)), label="cut"))
    for _ in range(QUESTIONS_EACH):
        period = data.draw(periods(scene.zone, scene.around), label="period")
        filters = data.draw(FILTERS, label="filters")
        query = StatsQuery(ProjectRef(scene.sites[0], scene.zone), ("visits",), period, ("utm_campaign",), filters)
        found = {
            each.value: (
                each.visits, each.bounces, each.converted, rounded(each.seconds), rounded(each.seconds_squared),
                each.views, each.views_squared,
            )
            for each in visit_spread(query)
        }  # fmt: skip
        assert found == _expected(scene, query)


def _expected(scene, query):
    oracle = Oracle(scene.events, query, scene.completions)
    by_value = defaultdict(list)
    if oracle.home() == "events":
        matching = {
            (each.utm_campaign, each.session_id)
            for each in oracle.events
            if oracle.is_within(each.occurred_at) and oracle.fulfils(each) and oracle.counts(each)
        }
        for value, session in matching:
            by_value[value].append(oracle.visit_of[session])
    else:
        for visit in oracle.visit_of.values():
            if oracle.is_within(visit.started_at) and oracle.visit_fulfils(visit):
                by_value[visit.first.utm_campaign].append(visit)
    return {
        value: (
            len(visits),
            sum(visit.is_bounce for visit in visits),
            sum(any(oracle.wanted_goals(each) for each in visit.all) for visit in visits),
            rounded(float(sum(visit.duration_s for visit in visits))),
            rounded(float(sum(visit.duration_s**2 for visit in visits))),
            sum(visit.pageviews for visit in visits),
            sum(visit.pageviews**2 for visit in visits),
        )
        for value, visits in by_value.items()
    }
