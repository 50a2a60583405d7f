"""What a condition means, each by an example."""

from typing import Any

import pytest

from tracking.storage.base import EventStore, InvalidPattern, QueryTooLarge
from tracking.storage.spec import AllOf, AnyOf, Condition, Filter, HasDone, Not
from tracking.storage.tests.builders import MINUTE, NOW, completion, event, message
from tracking.storage.tests.questions import answer, question, visit_at

PRICING = Filter("page", "is", ("/pricing",))
GERMANY = Filter("country", "is", ("DE",))


def stored(store: EventStore, *rows: Any) -> None:
    store.append(message(*rows))


def pages(store: EventStore, *conditions: Condition, **fields: Any) -> set[str]:
    return {page for page, _ in answer(store, "pageviews", "page", filters=conditions, **fields)}


@pytest.mark.parametrize(
    ("operator", "value", "is_case_sensitive", "expected"),
    [
        ("is", "/Blog", True, {"/Blog"}),
        ("is", "/Blog", False, {"/Blog", "/blog"}),
        ("is_not", "/Blog", False, {"/100%", "/a_b"}),
        ("contains", "LOG", True, set()),
        ("contains", "LOG", False, {"/Blog", "/blog"}),
        ("contains", "_", True, {"/a_b"}),
        ("matches", "^/[A-Z]", True, {"/Blog"}),
        ("matches", "^/B", False, {"/Blog", "/blog"}),
        ("matches", r"\d+%$", True, {"/100%"}),
        ("matches_not", "g$", True, {"/100%", "/a_b"}),
        ("matches_not", "G$", False, {"/100%", "/a_b"}),
    ],
)
def test_operators(store: EventStore, operator: str, value: str, is_case_sensitive: bool, expected: set[str]) -> None:
    stored(store, *(event(path=path) for path in ("/Blog", "/blog", "/100%", "/a_b")))
    assert pages(store, Filter("page", operator, (value,), is_case_sensitive)) == expected


def test_conditions_nest(store: EventStore) -> None:
    stored(
        store,
        event(path="/a", country="DE"),
        event(path="/b", country="FR", session_id=2),
        event(path="/pricing", country="FR", session_id=3),
    )
    assert pages(store, AnyOf((PRICING, GERMANY))) == {"/a", "/pricing"}
    assert pages(store, Not(AnyOf((PRICING, GERMANY)))) == {"/b"}
    assert pages(store, AllOf((Not(PRICING), Not(Not(GERMANY))))) == {"/a"}
    assert pages(store, AllOf(())) == {"/a", "/b", "/pricing"}
    assert pages(store, AnyOf(())) == set()


def test_a_visit_fulfils_conditions_with_one_event_and_not_with_several(store: EventStore) -> None:
    signup = Filter("event_name", "is", ("signup",))
    later = event(path="/", event_type="custom", event_name="signup", occurred_at=NOW + MINUTE)
    stored(store, event(path="/pricing"), later)
    assert answer(store, "visits", "entry_page", filters=(PRICING,)) == [("/pricing", 1)]
    assert answer(store, "visits", "entry_page", filters=(PRICING, signup)) == []


def test_has_done_is_of_the_visitor_in_any_of_their_visits(store: EventStore) -> None:
    stored(
        store,
        visit_at(NOW, 1, path="/pricing"),
        visit_at(NOW + 90 * MINUTE, 2, path="/other"),
        visit_at(NOW, 3, path="/", visitor_id=2),
    )
    done = HasDone(PRICING)
    assert answer(store, "visitors visits", filters=(done,)) == [(1, 2)]
    assert answer(store, "visitors visits", filters=(Not(done),)) == [(1, 1)]
    assert pages(store, done) == {"/pricing", "/other"}
    assert answer(store, "visits", "entry_page", filters=(done,)) == [("/other", 1), ("/pricing", 1)]


def test_what_counts_no_visitor_is_nothing_that_a_visitor_has_done(store: EventStore) -> None:
    stored(store, event(path="/a"), event(path="/pricing", event_type="engagement"))
    assert answer(store, "visitors", filters=(HasDone(PRICING),)) == [(0,)]


def test_a_goal_is_asked_of_the_event_that_reached_it(store: EventStore) -> None:
    reached, other = event(path="/thanks"), event(path="/a", session_id=2)
    store.append(message(reached, other, completions=[completion(reached)]))
    goal = (str(completion(reached).goal_id),)
    assert pages(store, Filter("goal", "is", goal)) == {"/thanks"}
    assert pages(store, Filter("goal", "is_not", goal)) == {"/a"}
    assert pages(store, HasDone(Filter("goal", "matches", ("^0000",)))) == {"/thanks", "/a"}


def test_a_propertys_key_and_value_are_only_ever_values(store: EventStore) -> None:
    hostile = "a'; DROP TABLE events; -- %s %(p0)s {row} \\"
    stored(store, event(custom_data={hostile: hostile}), event(custom_data={"plan": 3}, session_id=2))
    of_key = f"prop:{hostile}"
    assert answer(store, "pageviews", of_key) == [("", 1), (hostile, 1)]
    assert answer(store, "pageviews", filters=(Filter(of_key, "contains", (hostile,)),)) == [(1,)]
    assert answer(store, "pageviews", "prop:plan", filters=(Filter("prop:plan", "is", ("3",)),)) == [("3", 1)]


@pytest.mark.parametrize("pattern", ["(", "[", "*", "a{2,1}", "\\"])
def test_a_pattern_that_is_none_is_said_to_be_so(store: EventStore, pattern: str) -> None:
    stored(store, event())
    with pytest.raises(InvalidPattern):
        store.run(question("visitors", filters=(Filter("page", "matches", (pattern,)),)))
    assert answer(store, "visitors") == [(1,)]


def test_a_pattern_that_takes_for_ever_ends_with_the_time_that_a_question_has(store: EventStore, settings: Any) -> None:
    settings.QUERY_TIMEOUT_S = 0.3
    stored(store, *(event(title=f"{'a' * 2000}b{'a' * 1999}", session_id=n) for n in range(1, 5)))
    endless = Filter("title", "matches", (r"^(a+)(a+)(a+)b(\1)(\2)(\3)a$",))
    with pytest.raises(QueryTooLarge):
        store.run(question("visitors", filters=(endless,)))
