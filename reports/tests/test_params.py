import json
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from projects.models import Project
from reports import params
from reports.tests.conftest import NOW
from tracking.storage.spec import AnyOf, Filter, HasDone

SITE = Project(name="Example", domain="example.com", timezone="Europe/Berlin")


def asked(text):
    return params.question(QueryDict(text), SITE, NOW)


def refused(text):
    with pytest.raises(params.InvalidParams) as raised:
        asked(text)
    return [(each["parameter"], each["code"]) for each in raised.value.errors]


def test_nothing_asked_is_the_last_thirty_days():
    assert asked("").period.name == "30d"


@pytest.mark.parametrize("text", ["from=2026-03-01&to=2026-03-07", "startDate=2026-03-01&endDate=2026-03-07T23:59:59Z"])
def test_days_have_their_names_on_the_dashboard_and_in_the_api(text):
    period = asked(text).period
    assert (str(period.first), str(period.last), period.name) == ("2026-03-01", "2026-03-07", "custom")


def test_a_filter_is_a_dimension_an_operator_and_a_value_with_colons_in_it():
    assert asked("f=page:is:/a:b").filters == (Filter("page", "is", ("/a:b",)),)


def test_the_same_dimension_and_operator_again_means_any_of_the_values():
    found = asked("f=source:is:Google&f=country:is_not:DE&f=source:is:Bing").filters
    assert found == (Filter("source", "is", ("Google", "Bing")), Filter("country", "is_not", ("DE",)))


def test_a_filter_may_ask_for_no_value():
    assert asked("f=source:is:").filters == (Filter("source", "is", ("",)),)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("period=fortnight", [("period", "unknown_period")]),
        ("from=2026-03-01", [("to", "invalid_date")]),
        ("from=yesterday&to=2026-03-01", [("from", "invalid_date")]),
        ("startDate=2026-02-30&endDate=2026-03-01", [("startDate", "invalid_date")]),
        ("from=2026-03-02&to=2026-03-01", [("to", "before_start")]),
        ("from=2019-01-01&to=2026-03-01", [("from", "too_long")]),
        ("from=0001-01-01&to=0001-01-02", [("from", "out_of_range")]),
        ("from=2026-03-01&to=9999-12-31", [("to", "out_of_range")]),
        ("f=shoe_size:is:44", [("f", "unknown_dimension")]),
        ("f=source:equals:x", [("f", "unknown_operator")]),
        ("f=source", [("f", "unknown_operator")]),
        ("f=source:is:%00", [("f", "invalid_value")]),
        ("f=source:is:" + "x" * 2049, [("f", "invalid_value")]),
        ("&".join(["f=source:is:x"] * 21), [("f", "too_many")]),
        ("period=never&f=a:is:b", [("period", "unknown_period"), ("f", "unknown_dimension")]),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(text, faults):
    assert refused(text) == faults


def test_the_refusal_lists_what_is_possible():
    with pytest.raises(params.InvalidParams) as raised:
        asked("period=fortnight")
    assert "today, yesterday, 7d" in raised.value.errors[0]["detail"]


def test_an_interval_must_suit_the_period():
    period = asked("period=12mo").period
    assert params.interval(QueryDict("granularity=week"), period) == "week"
    assert params.interval(QueryDict(""), period) == "month"
    for text, code in [("interval=hour", "interval_not_possible"), ("interval=decade", "unknown_interval")]:
        with pytest.raises(params.InvalidParams) as raised:
            params.interval(QueryDict(text), period)
        assert raised.value.errors[0]["code"] == code


@pytest.mark.parametrize("text", ["limit=0", "limit=1001", "limit=many", "limit=", "limit=1e3"])
def test_a_number_must_be_one_and_in_its_range(text):
    with pytest.raises(params.InvalidParams):
        params.integer(QueryDict(text), "limit", 100, at_least=1, at_most=1000)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("prop:plan:is:pro", Filter("prop:plan", "is", ("pro",))),
        ("prop:is:is:is", Filter("prop:is", "is", ("is",))),
        ("prop:a:b:is_not:c:d", Filter("prop:a:b", "is_not", ("c:d",))),
        ("page:matches:^/docs", Filter("page", "matches", ("^/docs",))),
        ("page:contains:docs", Filter("page", "contains", ("docs",), case_sensitive=False)),
        ("visit:country:is:DE", Filter("country", "is", ("DE",))),
    ],
)
def test_every_dimension_and_operator_has_this_form(text, found):
    assert asked(urlencode({"f": text})).filters == (found,)


def test_what_this_form_cannot_say_comes_as_json():
    nested = [["or", [["is", "country", ["DE"]], ["has_done", ["is", "event_name", ["Signup"]]]]]]
    question = asked(urlencode({"f": "source:is:Google", "filters": json.dumps(nested)}))
    assert question.filters == (
        Filter("source", "is", ("Google",)),
        AnyOf((Filter("country", "is", ("DE",)), HasDone(Filter("event_name", "is", ("Signup",))))),
    )


@pytest.mark.parametrize(
    ("filters", "code"),
    [("[", "not_json"), ("[" * 100_000, "not_json"), ("{}", "not_a_list"), ('[["is","x",["y"]]]', "unknown_dimension")],
)
def test_json_that_is_no_filter_is_refused(filters, code):
    assert refused(urlencode({"filters": filters})) == [("filters", code)]


def test_all_that_several_parameters_ask_for_is_held_to_the_limit_of_one_question():
    filters = '[["or", [' + ", ".join(['["is", "country", ["DE"]]'] * 30) + "]]]"
    assert refused(f"filters={filters}&filters={filters}") == [("filters", "too_many")]


@pytest.mark.django_db
def test_all_time_of_a_project_without_events_is_today():
    assert asked("period=all").period.days == 1
