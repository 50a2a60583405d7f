"""Addresses with other filters: what they say is what was chosen, and all else stays."""

from types import SimpleNamespace
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import pytest
from django.http import QueryDict
from hypothesis import example, given
from hypothesis import strategies as st

from projects.models import Project
from reports import page_address, params
from reports.conditions import is_too_much
from reports.filter_parameters import filter_parameters, flat
from reports.tests.conftest import NOW
from reports.tests.strategies import conditions_of
from tracking.storage.conditions import AllOf, Filter, HasDone, filters_in

SITE = Project(name="Example", domain="example.com", timezone="Europe/Berlin")
SEGMENT = UUID("11111111-1111-4111-8111-111111111111")
OTHER = UUID("22222222-2222-4222-8222-222222222222")
GERMANY = Filter("country", "is", ("DE",))
# Goals are named by who made them.
CONDITIONS = conditions_of().filter(lambda each: all(one.dimension != "goal" for one in filters_in(each)))
HERE = "/projects/1/realtime?period=7d&f=os:is:iOS&metric=visits&tab=a&tab=b&filters=[]&compare=none"


def parts(address):
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


@given(CONDITIONS)
@example((Filter("prop:is", "is", ("is:", "")), Filter("page", "is", ("“x”:\u202e🔑",)), Filter("page", "is", ("x",))))
@example((Filter("page", "contains", ("x" * 2048,)), Filter("page", "contains", ("y",)), HasDone(GERMANY)))
@example(tuple(Filter("page", "is", (f"/{index}",)) for index in range(30)))
def test_filters_in_an_address_are_read_as_themselves(conditions):
    address = page_address.with_filters("/projects/1?period=7d", conditions)
    asked = params.question(QueryDict(urlsplit(address).query), SITE, NOW)
    # Those that the short form can say come first.
    assert sorted(map(repr, asked.filters)) == sorted(map(repr, conditions))
    assert filter_parameters(asked.filters) == filter_parameters(conditions)


@given(CONDITIONS)
def test_without_the_and_around_them_the_same_holds(conditions):
    loose = flat(conditions)
    assert not any(isinstance(each, AllOf) for each in loose)
    assert not is_too_much(loose) or is_too_much(conditions)


@given(
    st.lists(st.tuples(st.sampled_from(["period", "metric", "tab", "unknown", ""]), st.text(max_size=9)), max_size=6)
)
def test_all_else_stays_as_it_is(kept):
    address = f"/projects/1?{urlencode([*kept, ('f', 'os:is:iOS')])}"
    assert parts(page_address.with_filters(address, ())) == kept
    assert parts(page_address.without_segment(address, SEGMENT)) == [*kept, ("f", "os:is:iOS")]


def test_a_segment_takes_the_place_of_filters_or_stands_beside_them():
    rest = [("period", "7d"), ("metric", "visits"), ("tab", "a"), ("tab", "b"), ("compare", "none")]
    assert parts(page_address.of_segment(HERE, SEGMENT)) == [*rest, ("segment", str(SEGMENT))]
    beside = parts(page_address.with_segment(f"{HERE}&segment={OTHER}&editing={OTHER}", SEGMENT))
    assert sorted(beside) == sorted([*rest, ("f", "os:is:iOS"), ("filters", "[]"), ("segment", str(SEGMENT))])
    editing = parts(page_address.editing_segment(f"{HERE}&segment={OTHER}", SEGMENT, (GERMANY,)))
    assert editing == [*rest, ("f", "country:is:DE"), ("editing", str(SEGMENT))]


def test_a_segment_that_is_gone_is_in_no_part_of_the_address():
    address = f"{HERE}&segment={SEGMENT}&segment={OTHER}&editing={SEGMENT}"
    assert parts(page_address.without_segment(address, SEGMENT)) == [*parts(HERE), ("segment", str(OTHER))]


@pytest.mark.parametrize("passing", ["dimension=page", "operator=is", "value=x", "apply=[]", "at=1"])
def test_what_was_said_to_a_part_of_the_page_is_not_said_again(passing):
    assert page_address.with_filters(f"/projects/1?{passing}", ()) == "/projects/1"


@pytest.mark.parametrize(
    ("open_page", "found"),
    [
        ("/projects/1/realtime?period=7d", "/projects/1/realtime?period=7d"),
        ("/share/slug?embed=1", "/share/slug?embed=1"),
        ("//evil.example/projects/1", "/dashboard?f=os%3Ais%3AiOS"),
        ("/accounts/logout/", "/dashboard?f=os%3Ais%3AiOS"),
        (None, "/dashboard?f=os%3Ais%3AiOS"),
    ],
)
def test_the_page_that_is_open_is_one_of_the_pages_about_numbers(open_page, found):
    request = SimpleNamespace(htmx=SimpleNamespace(current_url_abs_path=open_page), GET=QueryDict("f=os:is:iOS"))
    viewing = SimpleNamespace(address=lambda page: f"/{page}")
    assert page_address.current(request, viewing) == found
