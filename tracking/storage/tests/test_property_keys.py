"""Keys of custom data, against Python."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tracking.storage import get_store
from tracking.storage.property_keys import property_keys
from tracking.storage.spec import Filter, HasDone, Period, ProjectRef
from tracking.storage.tests.builders import MINUTE, NOW, OTHER_SITE, SITE, event, message

SITE_REF = ProjectRef(SITE, ZoneInfo("Europe/Berlin"))
TODAY = Period(NOW - timedelta(hours=12), NOW + timedelta(hours=12), ZoneInfo("UTC"))
KEYS = ["plan", "Plan", "a:b", "50%", "under_score", "ключ", "🔑", "k" * 100, "k" * 101, ""]
VALUES = st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["", "pro"]) | st.just({"in": 1})
CUSTOM_DATA = st.none() | st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4)


def found(*conditions, **more):
    return [(each.key, each.events) for each in property_keys(SITE_REF, TODAY, conditions, **more)]


def append(*events):
    get_store().append(message(*events))


@pytest.mark.django_db
def test_the_keys_of_this_project_and_period_come_the_most_frequent_first():
    append(
        event(custom_data={"plan": "pro", "seats": 3}),
        event(custom_data={"plan": "free"}),
        event(custom_data={"old": 1}, occurred_at=NOW - timedelta(days=2)),
        event(custom_data={"theirs": 1}, project_id=OTHER_SITE),
        event(custom_data={"depth": 1}, event_type="engagement"),
    )
    assert found() == [("plan", 2), ("seats", 1)]
    assert found(limit=1) == [("plan", 2)]


@pytest.mark.django_db
def test_conditions_hold_of_the_events_whose_keys_they_are():
    append(
        event(custom_data={"plan": "pro"}, country="DE"),
        event(custom_data={"seats": 1}, country="US", visitor_id=2, session_id=2),
        event(custom_data={"size": 1}, country="US", visitor_id=2, session_id=2, path="/b",
              occurred_at=NOW + MINUTE, session_started_at=NOW),
    )  # fmt: skip
    assert found(Filter("country", "is", ("DE",))) == [("plan", 1)]
    assert found(HasDone(Filter("page", "is", ("/b",)))) == [("seats", 1), ("size", 1)]
    assert found(Filter("entry_page", "is", ("/",)), Filter("country", "is", ("US",))) == [("seats", 1), ("size", 1)]


class TestAgainstPython(TestCase):
    @given(st.lists(CUSTOM_DATA, max_size=6), st.sampled_from(["", "plan", "A:", "%", "_", "К", "x"]))
    def test_they_are_the_keys_that_python_counts(self, rows, text):
        append(*(event(custom_data=each, occurred_at=NOW + index * MINUTE) for index, each in enumerate(rows)))
        counted = Counter(
            key
            for each in rows
            for key, value in (each or {}).items()
            if value is not None and 1 <= len(key) <= 100 and text.casefold() in key.casefold()
        )
        got = property_keys(SITE_REF, TODAY, text=text)
        assert {each.key: each.events for each in got} == counted
        assert [each.events for each in got] == sorted(counted.values(), reverse=True)
