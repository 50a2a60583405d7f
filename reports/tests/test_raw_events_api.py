"""Events one by one over the API: the log, and what goes on at the moment."""

from datetime import timedelta

import pytest

from reports.tests.conftest import GOOGLE, MINUTE, NOW, SIGNUP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.mark.usefixtures("three_visits")
def test_the_events_of_a_period_are_listed_the_latest_first(get, project):
    answer = get("events/raw", period="today")
    assert answer["project_id"] == str(project.pk)
    assert answer["date_range"] == ["2026-11-20T00:00:00+01:00", "2026-11-21T00:00:00+01:00"]
    assert [(row["event_type"], row["page"]) for row in answer["results"]] == [
        ("custom", "/pricing"),
        ("pageview", "/pricing"),
        ("pageview", "/"),
        ("pageview", "/"),
    ]
    latest = answer["results"][0]
    assert (latest["visitor"], latest["event_name"], latest["source"]) == ("0000000000000001", "Signup", "Google")
    assert (latest["occurred_at"], answer["next"]) == ("2026-11-20T11:58:00+01:00", None)


@pytest.mark.usefixtures("three_visits")
def test_filters_hold_for_single_events(get):
    assert len(get("events/raw", period="7d", f="event_type:is:custom")["results"]) == 1
    assert len(get("events/raw", period="7d", f="source:is:Google")["results"]) == 3


@pytest.mark.usefixtures("three_visits")
def test_the_log_goes_on_where_its_next_link_leads(get, client, api_key, store_events):
    answer = get("events/raw", period="7d", limit=2)
    store_events({"visitor_id": 9, "session_id": 9})  # what comes in meanwhile moves nothing
    found = [row["event_id"] for row in answer["results"]]
    while answer["next"]:
        answer = client.get(answer["next"], headers={"X-API-Key": api_key}).json()
        found += [row["event_id"] for row in answer["results"]]
    assert len(found) == len(set(found)) == 5


def test_a_cursor_may_have_any_offset(get):
    """The database knows none of 16 hours and more."""
    assert get("events/raw", cursor="2026-11-20T23:59:00+23:59~7a1d0cf0-58c6-4c15-9d3e-0f9b3f7ee0c4")["results"] == []


@pytest.mark.parametrize("cursor", ["x", "2026-11-20T00:00:00Z~1", "2026-11-20T00:00:00~"])
def test_a_cursor_that_is_none_is_refused(get, cursor):
    assert get("events/raw", cursor=cursor, status=400)["errors"][0]["code"] == "invalid_cursor"


def test_the_feed_has_what_people_did_in_the_last_half_hour(get, store_events):
    engagement = {"event_type": "engagement", "engaged_ms": 900}
    store_events(
        {"occurred_at": NOW - 40 * MINUTE, "path": "/before"},
        {"occurred_at": NOW - 3 * MINUTE, "path": "/", "country": "DE", "browser": "Firefox"} | GOOGLE,
        {"occurred_at": NOW - 2 * MINUTE, "path": "/"} | engagement,
        {"occurred_at": NOW - MINUTE, "path": "/pricing", "user_id": "u1"} | SIGNUP,
    )
    signup, home = get("realtime/events")["results"]
    assert (signup["event_name"], signup["page"]) == ("Signup", "/pricing")
    assert (home["source"], home["country"], home["browser"]) == ("Google", "DE", "Firefox")


def test_nothing_in_the_feed_tells_one_visitor_from_another(get, store_events):
    store_events({"user_id": "u1", "visitor_id": 77, "session_id": 78})
    (row,) = get("realtime/events")["results"]
    assert row.keys().isdisjoint({"visitor", "visitor_id", "visit", "session_id", "user_id"})


def test_the_feed_is_as_long_as_asked(get, store_events):
    store_events(*({"occurred_at": NOW - timedelta(seconds=number)} for number in range(5)))
    assert len(get("realtime/events", limit=3)["results"]) == 3
    assert get("realtime/events", limit=101, status=400)["errors"][0]["code"] == "out_of_range"


@pytest.mark.parametrize("route", ["events/raw", "realtime/events"])
def test_another_project_has_other_events(client, get, mallory, store_events, route):
    from projects.actions.keys import create_api_key
    from projects.actions.projects import create_project

    store_events({})
    hers = create_project(organization=mallory.organizations.get(), name="Hers", domain="example.net", timezone="UTC")
    key = create_api_key(project=hers, name="Hers", scopes=["read"], by=mallory)[1]
    assert get(route, status=404, key=key)["code"] == "not_found"
    answer = client.get(f"/api/v1/projects/{hers.pk}/{route}", headers={"X-API-Key": key})
    assert answer.json()["results"] == []
