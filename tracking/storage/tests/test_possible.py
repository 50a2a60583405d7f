"""What cannot be asked is said with its place, its code, and a reason."""

import pytest

from tracking.storage.conditions import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_PATTERN_CHARS,
    AllOf,
    Condition,
    Filter,
    HasDone,
    Not,
)
from tracking.storage.possible import impossible
from tracking.storage.tests.questions import question

COUNTRY = Filter("country", "is", ("DE",))
LONG = Filter("page", "matches", ("x" * (MAX_PATTERN_CHARS + 1),))


def codes(metrics: str = "visitors", *dimensions: str, **fields: object) -> list[tuple[str, str, str]]:
    return [(each.part, each.what, each.code) for each in impossible(question(metrics, *dimensions, **fields))]


def nested(depth: int) -> Condition:
    return Not(nested(depth - 1)) if depth > 1 else COUNTRY


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"metrics": "clicks"}, ("metrics", "clicks", "unknown_metric")),
        ({"metrics": ""}, ("metrics", "", "missing")),
        ({"interval": "year"}, ("interval", "year", "unknown_interval")),
        ({"order_by": (("pageviews", True),)}, ("order_by", "pageviews", "unknown_order")),
        ({"order_by": (("interval", True),)}, ("order_by", "interval", "unknown_order")),
        ({"filters": (Filter("planet", "is", ("x",)),)}, ("filters", "planet", "unknown_dimension")),
        ({"filters": (Filter("page", "resembles", ("x",)),)}, ("filters", "resembles", "unknown_operator")),
        ({"filters": (Filter("page", "is", ("\0",)),)}, ("filters", "page", "invalid_value")),
        ({"filters": (Filter("page", "is", ("\ud800",)),)}, ("filters", "page", "invalid_value")),
        (
            {"filters": (Not(LONG),)},
            ("filters", "page", "too_long"),
        ),
        ({"filters": (HasDone(AllOf((HasDone(COUNTRY),))),)}, ("filters", "has_done", "nested_has_done")),
        ({"filters": (COUNTRY,) * (MAX_CONDITIONS + 1)}, ("filters", "", "too_many")),
        ({"filters": (nested(MAX_DEPTH + 1),)}, ("filters", "", "too_deep")),
    ],
)
def test_each_fault_has_its_place_and_code(fields: dict, expected: tuple[str, str, str]) -> None:
    assert codes(**fields) == [expected]


@pytest.mark.parametrize("name", ["planet", "prop:", "prop:\0", "prop:\ud800", "prop:" + "x" * 101])
def test_a_dimension_that_does_not_exist_is_unknown(name: str) -> None:
    assert codes("visitors", name) == [("dimensions", name, "unknown_dimension")]


@pytest.mark.parametrize("name", ["time_on_page", "scroll_depth"])
def test_engagement_is_not_known_by_entry_page_but_by_page_too(name: str) -> None:
    assert codes(name, "entry_page") == [("metrics", name, "impossible_metric")]
    assert codes(name, "entry_page", "page") == []
    assert codes(name, filters=(Filter("entry_page", "is", ("/",)),)) == []


def test_what_is_possible_has_no_fault() -> None:
    filters = (nested(MAX_DEPTH), HasDone(COUNTRY), *(COUNTRY,) * (MAX_CONDITIONS - MAX_DEPTH - 2))
    assert codes("visitors revenue", "page", "prop:plan", filters=filters, order_by=(("prop:plan", True),)) == []
