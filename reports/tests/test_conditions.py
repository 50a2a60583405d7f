"""Conditions as JSON: what is read, what is refused and where, and that nothing at all makes it fail."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import conditions
from reports.faults import MAX_FAULTS, Faults
from reports.tests.strategies import conditions_of, json_values
from tracking.storage.conditions import MAX_CONDITIONS, MAX_DEPTH, AllOf, AnyOf, Filter, HasDone, Not

DE = Filter("country", "is", ("DE",))
IS_DE = ["is", "country", ["DE"]]


def read(value, **more):
    faults = Faults()
    found = conditions.parse(value, "/filters", faults, **more)
    assert not faults, faults.found
    return found


def refused(value, **more):
    faults = Faults()
    conditions.parse(value, "/filters", faults, **more)
    return [(each["pointer"], each["code"]) for each in faults.found]


@pytest.mark.parametrize(
    ("value", "condition"),
    [
        (IS_DE, DE),
        (["is", "country", ["DE", "FR", "DE"]], Filter("country", "is", ("DE", "FR"))),
        (["contains", "page", ["/Blog"], {"case_sensitive": False}], Filter("page", "contains", ("/Blog",), False)),
        (["matches_not", "prop:a:b", ["^x"], {}], Filter("prop:a:b", "matches_not", ("^x",))),
        (["and", [IS_DE, IS_DE]], AllOf((DE, DE))),
        (["or", [IS_DE]], AnyOf((DE,))),
        (["not", IS_DE], Not(DE)),
        (["has_done", IS_DE], HasDone(DE)),
        (["has_not_done", ["or", [IS_DE]]], Not(HasDone(AnyOf((DE,))))),
        (["not", ["has_done", IS_DE]], Not(HasDone(DE))),
    ],
)
def test_a_filter_is_read_as_a_condition(value, condition):
    assert read([value]) == (condition,)


@pytest.mark.parametrize(
    ("name", "dimension"),
    [
        ("event:page", "page"),
        ("event:hostname", "hostname"),
        ("event:goal", "goal"),
        ("event:name", "event_name"),
        ("event:props:plan", "prop:plan"),
        ("event:props:a:b", "prop:a:b"),
        ("visit:country", "country"),
        ("visit:entry_page", "entry_page"),
        ("visit:device", "device"),
        ("visit:utm_campaign", "utm_campaign"),
        ("visit:city_name", "city"),
        ("screen_size", "screen_size"),
    ],
)
def test_the_names_that_plausible_gives_to_dimensions_are_understood(name, dimension):
    assert read([["is", name, ["x"]]]) == (Filter(dimension, "is", ("x",)),)


@pytest.mark.parametrize(
    ("value", "faults"),
    [
        ({"is": "country"}, [("/filters", "not_a_list")]),
        (None, [("/filters", "not_a_list")]),
        ([None], [("/filters/0", "not_a_filter")]),
        ([[]], [("/filters/0", "not_a_filter")]),
        (IS_DE, [("/filters", "not_a_list")]),
        ([["equals", "country", ["DE"]]], [("/filters/0/0", "unknown_operator")]),
        ([[["is"], "country", ["DE"]]], [("/filters/0/0", "unknown_operator")]),
        ([["is", "shoe_size", ["44"]]], [("/filters/0/1", "unknown_dimension")]),
        ([["is", "event:country_name", ["44"]]], [("/filters/0/1", "unknown_dimension")]),
        ([["is", "visit:page", ["44"]]], [("/filters/0/1", "unknown_dimension")]),
        ([["is", "prop:", ["44"]]], [("/filters/0/1", "unknown_dimension")]),
        ([["is", "prop:\ud800", ["44"]]], [("/filters/0/1", "unknown_dimension")]),
        ([["is", "prop:" + "k" * 101, ["44"]]], [("/filters/0/1", "unknown_dimension")]),
        ([["is", 5, ["44"]]], [("/filters/0/1", "unknown_dimension")]),
        ([["is", "time:day", ["2026-01-01"]]], [("/filters/0/1", "not_filterable")]),
        ([["is", "segment", ["x"]]], [("/filters/0/1", "unknown_dimension")]),
        ([["is", "country", "DE"]], [("/filters/0/2", "not_a_list")]),
        ([["is", "country", []]], [("/filters/0/2", "not_a_list")]),
        ([["is", "country", ["DE", 1, None, True]]], [(f"/filters/0/2/{n}", "not_a_text") for n in (1, 2, 3)]),
        ([["is", "country", ["\0", "\ud800"]]], [(f"/filters/0/2/{n}", "not_a_text") for n in (0, 1)]),
        ([["is", "country", ["x" * 2049]]], [("/filters/0/2/0", "too_long")]),
        ([["matches", "country", ["x" * 251]]], [("/filters/0/2/0", "too_long")]),
        ([["is", "country", ["x"] * 1001]], [("/filters/0/2", "too_many")]),
        ([["matches", "country", ["x"] * 21]], [("/filters/0/2", "too_many")]),
        ([["is", "country"]], [("/filters/0", "not_a_filter")]),
        ([["is", "country", ["DE"], {}, {}]], [("/filters/0", "not_a_filter")]),
        ([["is", "country", ["DE"], "i"]], [("/filters/0/3", "not_an_object")]),
        ([["is", "country", ["DE"], {"case_sensitive": "no"}]], [("/filters/0/3/case_sensitive", "not_a_boolean")]),
        ([["is", "country", ["DE"], {"a/b~": 1}]], [("/filters/0/3/a~1b~0", "unknown_key")]),
        ([["not", IS_DE, IS_DE]], [("/filters/0", "not_a_filter")]),
        ([["and", []]], [("/filters/0/1", "not_a_list")]),
        ([["or", [["not", ["is", "x", ["y"]]]]]], [("/filters/0/1/0/1/1", "unknown_dimension")]),
        ([["has_done", ["not", ["has_not_done", IS_DE]]]], [("/filters/0/1/1", "nested_has_done")]),
        ([["and", [IS_DE] * MAX_CONDITIONS]], [("/filters/0/1", "too_many")]),
        ([IS_DE] * (MAX_CONDITIONS + 1), [("/filters", "too_many")]),
    ],
)
def test_what_is_no_filter_is_refused_with_its_place(value, faults):
    assert refused(value) == faults


def nested(levels):
    value = IS_DE
    for _ in range(levels - 1):
        value = ["not", value]
    return [value]


def test_conditions_may_be_nested_to_a_depth():
    assert conditions.depth(read(nested(MAX_DEPTH))) == MAX_DEPTH
    assert [code for _, code in refused(nested(MAX_DEPTH + 1))] == ["too_many"]
    assert [code for _, code in refused(nested(500))] == ["too_many"]


def test_the_refusal_says_what_is_possible_and_not_all_that_was_sent():
    faults = Faults()
    conditions.parse([["is", "shoe_size" * 1000, ["44"]]], "/filters", faults)
    assert "entry_page" in faults.found[0]["detail"]
    assert len(faults.found[0]["detail"]) < 1000


def test_a_thousand_faults_are_told_by_the_first_ones():
    assert len(refused([["x"]] * 40)) == MAX_FAULTS


class TestSegments:
    """A segment stands for what it holds."""

    held = {"1": (DE,), "2": (DE, DE), "deep": (HasDone(DE),)}

    def find(self, name):
        return self.held.get(name)

    @pytest.mark.parametrize(
        ("value", "condition"),
        [
            (["is", "segment", ["1"]], DE),
            (["is", "segment", ["2"]], AllOf((DE, DE))),
            (["is", "segment", ["1", "2"]], AnyOf((DE, AllOf((DE, DE))))),
            (["is_not", "segment", ["1"]], Not(DE)),
            (["not", ["is", "segment", ["deep"]]], Not(HasDone(DE))),
        ],
    )
    def test_its_conditions_take_its_place(self, value, condition):
        assert read([value], segment=self.find) == (condition,)

    @pytest.mark.parametrize(
        ("value", "fault"),
        [
            (["is", "segment", ["3"]], ("/filters/0/2/0", "unknown_segment")),
            (["is", "segment", [3]], ("/filters/0/2/0", "not_a_text")),
            (["contains", "segment", ["1"]], ("/filters/0", "not_a_filter")),
            (["has_done", ["is", "segment", ["deep"]]], ("/filters/0/1/2/0", "nested_has_done")),
        ],
    )
    def test_one_that_is_not_there_is_refused(self, value, fault):
        assert refused([value], segment=self.find) == [fault]

    def test_what_segments_hold_counts(self):
        filters = [["is", "segment", ["2"]]] * (MAX_CONDITIONS - 1)
        assert refused(filters, segment=self.find) == [("/filters", "too_many")]


@given(conditions_of())
def test_conditions_written_as_json_are_read_as_themselves(trees):
    written = json.loads(json.dumps(conditions.as_json(trees)))
    assert read(written) == trees


@settings(max_examples=300)
@given(json_values() | st.lists(json_values(), min_size=3, max_size=4))
def test_any_json_is_read_or_refused_with_words_that_an_answer_can_carry(value):
    faults = Faults()
    conditions.parse(value, "/filters", faults, segment=lambda _: None)
    json.dumps(faults.found, ensure_ascii=False).encode()
    assert len(faults.found) <= MAX_FAULTS
    for each in faults.found:
        assert each["pointer"].startswith("/filters")
