"""Visitors one by one over the API."""

from datetime import timedelta

import pytest

from reports.tests.conftest import GOOGLE, MINUTE, NOW
from tracking import identity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
FIRST, SECOND, THIRD = (identity.shown(number) for number in (1, 2, 3))


@pytest.mark.usefixtures("three_visits")
def test_the_visitors_of_today_are_listed_the_last_seen_first(get, project):
    answer = get("users/active")
    assert answer["project_id"] == str(project.pk)
    assert answer["date_range"] == ["2026-11-20T00:00:00+01:00", "2026-11-21T00:00:00+01:00"]
    assert answer["results"] == [
        {
            "visitor": "0000000000000001",
            "first_seen_at": "2026-11-20T11:53:00+01:00",
            "last_seen_at": "2026-11-20T11:58:00+01:00",
            "visits": 1,
            "pageviews": 2,
            "events": 1,
            "country": "",
            "device": "",
            "current_page": "/pricing",
            "user_id": "",
        },
        answer["results"][1],
    ]
    assert [row["visitor"] for row in answer["results"]] == [FIRST, SECOND]
    assert (answer["meta"]["total_rows"], answer["next"]) == (2, None)


@pytest.mark.usefixtures("three_visits")
@pytest.mark.parametrize(("minutes", "found"), [(1, []), (5, [FIRST]), (120, [FIRST, SECOND])])
def test_the_visitors_of_the_last_minutes(get, minutes, found):
    assert [row["visitor"] for row in get("users/active", minutes=minutes)["results"]] == found


@pytest.mark.usefixtures("three_visits")
def test_visitors_of_a_period_and_of_a_filter(get):
    assert [row["visitor"] for row in get("users/active", period="7d")["results"]] == [FIRST, SECOND, THIRD]
    assert [row["visitor"] for row in get("users/active", f="source:is:Google")["results"]] == [FIRST]


@pytest.mark.usefixtures("three_visits")
def test_the_list_goes_on_where_its_next_link_leads(get, client, api_key):
    answer = get("users/active", period="7d", limit=1)
    found = [row["visitor"] for row in answer["results"]]
    while answer["next"]:
        assert answer["meta"]["total_rows"] == 3
        answer = client.get(answer["next"], headers={"X-API-Key": api_key}).json()
        found += [row["visitor"] for row in answer["results"]]
    assert found == [FIRST, SECOND, THIRD]


@pytest.mark.usefixtures("three_visits")
def test_the_page_goes_on_though_a_listed_visitor_came_back(get, client, api_key, store_events):
    answer = get("users/active", period="7d", limit=2)
    store_events({"visitor_id": 2, "session_id": 22})
    rest = client.get(answer["next"], headers={"X-API-Key": api_key}).json()
    assert [row["visitor"] for row in rest["results"]] == [THIRD]


@pytest.mark.usefixtures("three_visits")
def test_a_timeline_tells_what_a_visitor_did(get):
    answer = get(f"users/{FIRST}/events", period="today")
    assert answer["visitor"] == FIRST
    signup, pricing, home = answer["results"]
    assert (signup["event_name"], signup["occurred_at"]) == ("Signup", "2026-11-20T11:58:00+01:00")
    assert (pricing["page"], pricing["event_type"], pricing["source"]) == ("/pricing", "pageview", "Google")
    assert (home["page"], home["visit"], home["properties"]) == ("/", "0000000000000001", None)


def test_a_timeline_goes_on_where_its_next_link_leads(get, client, api_key, store_events):
    first = {"visitor_id": -5, "session_id": 1, "session_started_at": NOW - 9 * MINUTE}
    store_events(
        *(first | {"occurred_at": NOW - minutes * MINUTE, "path": f"/{minutes}"} for minutes in range(9, 2, -1))
    )
    answer = get("users/fffffffffffffffb/events", limit=3)
    found = [row["page"] for row in answer["results"]]
    while answer["next"]:
        answer = client.get(answer["next"], headers={"X-API-Key": api_key}).json()
        found += [row["page"] for row in answer["results"]]
    assert found == ["/3", "/4", "/5", "/6", "/7", "/8", "/9"]


@pytest.mark.usefixtures("three_visits")
@pytest.mark.parametrize(
    "visitor", [THIRD, identity.shown(99), "nobody", "0" * 17, "F" * 16, "zzzzzzzzzzzzzzzz", "00000000000000é1"]
)
def test_a_visitor_who_was_not_there_is_unknown(get, visitor):
    assert get(f"users/{visitor}/events", period="today", status=404)["code"] == "unknown_visitor"


@pytest.mark.usefixtures("three_visits")
def test_a_visitor_without_a_matching_event_is_known_all_the_same(get):
    answer = get(f"users/{FIRST}/events", period="today", f="page:is:/elsewhere")
    assert (answer["results"], answer["next"]) == ([], None)


@pytest.mark.usefixtures("three_visits")
def test_an_answer_says_how_long_an_id_lives(get, project):
    (warning,) = get("users/active")["meta"]["warnings"]
    assert warning["code"] == "visitor_ids_of_one_day"
    project.identity_mode = "anonymous_id"
    project.save()
    assert get("users/active")["meta"]["warnings"] == []


def test_neither_addresses_nor_user_agents_are_shown(get, store_events):
    store_events(GOOGLE)
    fields = {*get("users/active")["results"][0], *get(f"users/{FIRST}/events")["results"][0]}
    assert not {name for name in fields if "ip" in name.split("_") or "agent" in name}


@pytest.mark.parametrize("route", ["users/active", f"users/{FIRST}/events"])
def test_another_project_has_other_visitors(client, get, mallory, store_events, route):
    from projects.actions.keys import create_api_key
    from projects.actions.projects import create_project

    store_events({})
    hers = create_project(organization=mallory.organizations.get(), name="Hers", domain="example.net", timezone="UTC")
    key = create_api_key(project=hers, name="Hers", scopes=["read"], by=mallory)[1]
    assert get(route, status=404, key=key)["code"] == "not_found"
    answer = client.get(f"/api/v1/projects/{hers.pk}/{route}", headers={"X-API-Key": key})
    assert answer.json().get("results", []) == []


@pytest.mark.parametrize(
    ("route", "parameter", "code"),
    [
        ("users/active?minutes=0", "minutes", "out_of_range"),
        ("users/active?minutes=", "minutes", "out_of_range"),
        ("users/active?minutes=5&period=7d", "minutes", "not_together"),
        ("users/active?limit=1001", "limit", "out_of_range"),
        ("users/active?cursor=x", "cursor", "invalid_cursor"),
        ("users/active?cursor=2026-11-20T00:00:00Z~", "cursor", "invalid_cursor"),
        ("users/active?cursor=2026-11-20T00:00:00~0000000000000001", "cursor", "invalid_cursor"),
        ("users/active?cursor=9999-12-31T23:59:59.999999Z~0000000000000001", "cursor", "invalid_cursor"),
        ("users/active?cursor=0001-01-01T00:00:00%2B14:00~0000000000000001", "cursor", "invalid_cursor"),
        (f"users/{FIRST}/events?cursor=2026-11-20T00:00:00Z~1", "cursor", "invalid_cursor"),
        (f"users/{FIRST}/events?period=fortnight", "period", "unknown_period"),
    ],
)
def test_a_parameter_that_is_not_possible_is_refused_by_name(get, route, parameter, code):
    assert [(each["parameter"], each["code"]) for each in get(route, status=400)["errors"]] == [(parameter, code)]


def test_a_visit_that_began_yesterday_is_in_todays_timeline(get, store_events):
    midnight = NOW.replace(hour=0) - timedelta(hours=1)
    visit = {"visitor_id": 7, "session_id": 7, "session_started_at": midnight - 5 * MINUTE}
    store_events(
        visit | {"occurred_at": midnight - 5 * MINUTE, "path": "/late"},
        visit | {"occurred_at": midnight + 5 * MINUTE, "path": "/early"},
    )
    answer = get(f"users/{identity.shown(7)}/events", period="today")
    assert [row["page"] for row in answer["results"]] == ["/early"]
