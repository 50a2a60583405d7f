"""What one may filter by: the values that are there, by what people call them."""

import json

import pytest
from django.urls import reverse

from reports.tests.conftest import SIGNUP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def by(visitor, **fields):
    return {"visitor_id": visitor, "session_id": visitor} | fields


@pytest.fixture
def site(store_events):
    """Three visitors from Germany, one from Nigeria who signed up, one from nowhere that is known."""
    store_events(
        by(1, country="DE", device_type="desktop", browser="Firefox", source="Google", language="de-AT"),
        by(2, country="DE", device_type="mobile", browser="Chrome", path="/100%"),
        by(3, country="DE", device_type="desktop", browser="Chrome", path="/docs/a"),
        by(4, country="NG", device_type="desktop", browser="Chrome", path="/docs"),
        by(4, country="NG", device_type="desktop", browser="Chrome", custom_data={"plan": "pro", "a:b/c": 1}) | SIGNUP,
        by(5, device_type="tv", browser="Chrome", path="/1000"),
    )


@pytest.fixture
def suggested(get, site):
    def suggested(dimension, text="", **params):
        found = get(f"suggestions/{dimension}", q=text, **params)["results"]
        return [tuple(each.values()) for each in found]

    return suggested


def test_the_values_that_are_there_come_by_visitors(suggested):
    assert suggested("country") == [("DE", "Germany", 3), ("", "Unknown", 1), ("NG", "Nigeria", 1)]


@pytest.mark.parametrize(
    ("dimension", "text", "values"),
    [
        ("country", "ger", ["DE", "NG"]),
        ("country", "ng", ["NG"]),
        ("country", "unkn", [""]),
        ("country", "Atlantis", []),
        ("device", "TV", ["tv"]),
        ("device", "MOB", ["mobile"]),
        ("browser", "fire", ["Firefox"]),
        ("language", "german", ["de-AT"]),
        ("language", "de", ["de-AT"]),
        ("language", "portug", []),
        ("page", "/docs", ["/docs", "/docs/a"]),
        ("page", "100%", ["/100%"]),
        ("page", "_", []),
        ("source", "direct", [""]),
        ("event_name", "sign", ["Signup"]),
        ("prop:plan", "p", ["pro"]),
        ("prop:a:b/c", "", ["", "1"]),
        ("visit:browser", "fire", ["Firefox"]),
    ],
)
def test_a_text_finds_what_people_call_a_value(suggested, dimension, text, values):
    assert [value for value, *_ in suggested(dimension, text)] == values


def test_other_filters_hold(suggested):
    assert suggested("browser", f="country:is:NG") == [("Chrome", "Chrome", 1)]
    has_signed_up = json.dumps([["has_done", ["is", "event_name", ["Signup"]]]])
    assert suggested("country", filters=has_signed_up) == [("NG", "Nigeria", 1)]
    assert suggested("country", period="yesterday") == []


def test_the_keys_of_properties_are_suggested_too(suggested):
    assert suggested("prop") == [("a:b/c", "a:b/c", 1), ("plan", "plan", 1)]
    assert suggested("prop", "PL") == [("plan", "plan", 1)]


def test_no_more_than_twenty_are_suggested(get, store_events):
    store_events(*(by(number, path=f"/{number}") for number in range(1, 30)))
    assert len(get("suggestions/page")["results"]) == 20


@pytest.mark.parametrize(
    ("dimension", "params", "parameter"),
    [
        ("planet", {}, "dimension"),
        ("prop:", {}, "dimension"),
        ("page", {"q": "x" * 201}, "q"),
        ("page", {"q": "\0"}, "q"),
        ("page", {"f": "planet:is:Mars"}, "f"),
    ],
)
def test_what_cannot_be_suggested_is_refused_with_its_place(get, dimension, params, parameter):
    refused = get(f"suggestions/{dimension}", status=400, **params)
    assert [each["parameter"] for each in refused["errors"]] == [parameter]


def test_an_outsider_finds_nothing(client, project, mallory, site):
    client.force_login(mallory)
    assert client.get(f"/api/v1/projects/{project.pk}/suggestions/country").status_code == 404
    section = reverse("reports:section", args=(project.pk, "suggestions"))
    assert client.get(section, {"dimension": "country"}).status_code == 404


class TestOptions:
    """What the dialog shows below a field."""

    @pytest.fixture
    def options(self, alice_client, project, site):
        def options(dimension, text="", **more):
            section = reverse("reports:section", args=(project.pk, "suggestions"))
            response = alice_client.get(section, {"dimension": dimension, "q": text} | more)
            assert response.status_code == 200
            return response.json()

        return options

    def test_they_have_words_and_numbers(self, options):
        found = options("country", "germ")
        assert found["options"][0] == {
            "value": "DE", "label": "Germany", "text": "Germany", "count": "3", "said": "3 visitors"
        }  # fmt: skip
        assert found["said"] == "1 suggestion"
        assert options("country", "xx")["said"] == "0 suggestions"

    @pytest.mark.parametrize(
        ("dimension", "text", "operator", "taken"),
        [
            ("country", "germ", "is", ("DE", "Germany")),
            ("country", "france", "is", ("FR", "France")),
            ("country", "xx", "is_not", ("XX", "XX")),
            ("page", "/new", "is", ("/new", "/new")),
            ("page", "docs", "contains", ("docs", "docs")),
            ("page", "^/docs", "matches", ("^/docs", "^/docs")),
            ("source", "direct / none", "is", ("", "Direct / none")),
            ("browser", "(none)", "contains", ("(none)", "(none)")),
            ("page", "“Größe” 🔑 \u202eabc", "is", ("“Größe” 🔑 \u202eabc", "“Größe” 🔑 \u202eabc")),
            ("page", "x" * 3000, "is", ("x" * 3000, "x" * 3000)),
            ("prop", "pla", "is", ("plan", "plan")),
            ("prop", "size", "is", ("size", "size")),
        ],
    )
    def test_the_first_is_what_was_meant(self, options, dimension, text, operator, taken):
        first = options(dimension, text, operator=operator)["options"][0]
        assert (first["value"], first["label"]) == taken

    def test_what_is_known_is_offered_though_it_is_not_there(self, options):
        found = options("country", "united k")["options"]
        assert [(each["value"], each["text"], each["count"]) for each in found] == [
            ("GB", "United Kingdom", ""),
            ("UNITED K", "Use “united k”", ""),
        ]

    def test_what_was_typed_may_be_taken_as_it_is(self, options):
        assert [each["text"] for each in options("page", "/doc")["options"]] == ["/docs", "/docs/a", "Use “/doc”"]

    def test_a_text_that_cannot_be_stored_is_not_searched(self, options):
        assert options("page", "a\0b")["options"][0]["value"] == "a\0b"  # it is refused when it is applied
