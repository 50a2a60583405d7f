"""Visits one by one, on their pages and over the API."""

from datetime import timedelta
from uuid import UUID

import pytest

from goals.models import Goal, GoalType
from reports.tests.conftest import GOOGLE, MINUTE, NOW, SIGNUP
from tracking.storage import get_store
from tracking.storage.tests import builders

pytestmark = pytest.mark.django_db
FIRST = f"{1:016x}"


@pytest.fixture
def visits(noon, three_visits):
    """See three_visits."""


@pytest.fixture
def signup(noon, project):
    """A goal that was reached in a visit of visitor 9, who came from France and is signed in as user-9."""
    goal = Goal.objects.create(project=project, name="Sign up", goal_type=GoalType.EVENT, target_event_name="Signup")
    of = {"project_id": project.pk, "visitor_id": 9, "session_id": 9, "session_started_at": NOW - 5 * MINUTE}
    of |= {"country": "FR", "user_id": "user-9"}
    view = builders.event(**of, occurred_at=NOW - 5 * MINUTE, path="/signup")
    done = builders.event(**of, occurred_at=NOW - 4 * MINUTE, path="/signup", custom_data={"plan": "pro"}, **SIGNUP)
    get_store().append(builders.message(view, done, completions=[builders.completion(done, goal_id=goal.pk)]))
    return goal


def section(client, project, name, **params):
    response = client.get(f"/projects/{project.pk}/sections/{name}", params)
    assert response.status_code == 200, response.content
    return response.content.decode()


def test_the_latest_come_first_and_say_what_they_were(get, visits):
    first, bounce, yesterday = get("visits", period="7d")["results"]
    assert (first["visit"], first["visitor"]) == (FIRST, FIRST)
    assert (first["entry_page"], first["exit_page"], first["pageviews"], first["events"]) == ("/", "/pricing", 2, 1)
    assert (first["started_at"], first["duration_s"]) == ("2026-11-20T11:53:00+01:00", 300.0)
    assert (first["source"], first["is_bounce"], bounce["is_bounce"]) == ("Google", False, True)
    assert yesterday["started_at"] == "2026-11-19T12:00:00+01:00"


def test_the_period_and_filters_choose_which(get, visits):
    assert [each["visit"] for each in get("visits", period="today", f="source:is:Google")["results"]] == [FIRST]
    assert get("visits", period="today", f="page:is:/nothing")["results"] == []
    assert len(get("visits", period="yesterday")["results"]) == 1


def test_a_list_is_read_page_by_page_also_within_an_instant(get, client, api_key, noon, store_events):
    for visit in range(1, 6):
        store_events({"visitor_id": visit, "session_id": visit - 3, "occurred_at": NOW - min(visit, 2) * MINUTE})
    found, answer = [], get("visits", period="today", limit=2)
    while True:
        found += [each["visitor"] for each in answer["results"]]
        if answer["next"] is None:
            break
        answer = client.get(answer["next"], headers={"X-API-Key": api_key}).json()
    assert found == [f"{visitor:016x}" for visitor in (1, 5, 4, 3, 2)]


@pytest.mark.parametrize("cursor", ["x", "2026-11-20T10:00:00+00:00~nobody", "~"])
def test_a_cursor_that_is_none_is_said_to_be_so(get, visits, cursor):
    assert get("visits", cursor=cursor, status=400)["errors"][0]["code"] == "invalid_cursor"


def test_goals_that_were_reached_have_their_names(get, signup):
    (visit,) = get("visits", period="today")["results"]
    assert visit["goals"] == [{"goal_id": str(signup.pk), "name": "Sign up"}]
    signup.deleted_at = NOW
    signup.save()
    assert get("visits", period="today")["results"][0]["goals"] == []


def test_one_visit_has_its_events_from_the_first_to_the_last(get, visits):
    found = get(f"visits/{FIRST}")
    assert found["visit"]["channel"] == ""
    assert [(each["page"], each["event_type"]) for each in found["events"]] == [
        ("/", "pageview"),
        ("/pricing", "pageview"),
        ("/pricing", "custom"),
    ]
    assert not found["is_cut"]


@pytest.mark.parametrize("visit", [f"{77:016x}", "nonsense", "zz" * 8])
def test_a_visit_that_is_not_there_is_404(get, visits, visit):
    assert get(f"visits/{visit}", status=404)["code"] == "unknown_visit"


def test_a_visit_of_another_project_is_404(get, visits, client, mallory):
    from projects.actions.projects import create_project

    other = create_project(organization=mallory.organizations.get(), name="O", domain="example.net", timezone="UTC")
    get_store().append(builders.message(builders.event(project_id=other.pk, session_id=42)))
    assert get(f"visits/{42:016x}", status=404)["code"] == "unknown_visit"


def test_the_list_shows_pages_source_and_goals(alice_client, project, visits, signup):
    shown = section(alice_client, project, "visit-rows", period="7d")
    for text in ("/pricing", "Google", "Sign up", "France", "Bounce", f"/projects/{project.pk}/visits/{FIRST}"):
        assert text in shown
    assert "4 in this list" in shown


def test_an_empty_list_says_so(alice_client, project, visits):
    assert "Nothing in this period fits the filters." in section(
        alice_client, project, "visit-rows", f="page:is:/nothing"
    )


def test_further_rows_follow_the_first_ones(alice_client, project, noon, store_events):
    store_events(*({"visitor_id": n, "session_id": n, "occurred_at": NOW - n * MINUTE} for n in range(1, 53)))
    first = section(alice_client, project, "visit-rows", period="today")
    assert "Show earlier visits" in first
    cursor = first.partition("cursor=")[2].partition('"')[0].replace("%3A", ":").replace("%2B", "+").replace("%7E", "~")
    rest = section(alice_client, project, "visit-rows", period="today", cursor=cursor)
    assert "Show earlier visits" not in rest
    assert rest.count("<time") == 2


def test_a_visits_page_tells_what_happened(alice_client, project, signup):
    response = alice_client.get(f"/projects/{project.pk}/visits/{9:016x}")
    assert response.status_code == 200
    shown = section(alice_client, project, "visit", visit=f"{9:016x}")
    for text in ("Sign up", "plan", "pro", "user-9", "France", "/signup", "All visits of visitor"):
        assert text in shown
    assert f"/projects/{project.pk}/visitors/{9:016x}" in shown


@pytest.mark.parametrize("visit", ["nonsense", "0" * 15])
def test_an_address_that_names_no_visit_is_404(alice_client, project, visits, visit):
    assert alice_client.get(f"/projects/{project.pk}/visits/{visit}").status_code == 404
    assert alice_client.get(f"/projects/{project.pk}/sections/visit", {"visit": visit}).status_code == 404


def test_of_a_visit_whose_events_are_gone_the_rest_is_told(alice_client, project, visits):
    from tracking.models import Event

    Event.objects.filter(project_id=project.pk, session_id=1).delete()
    assert "Its events are not kept any more." in section(alice_client, project, "visit", visit=FIRST)


def test_visitors_and_visits_lead_to_each_other(alice_client, project, visits):
    for page in ("visitors", "visits"):
        shown = alice_client.get(f"/projects/{project.pk}/{page}?period=7d").content.decode()
        assert f'/projects/{project.pk}/visits?period=7d"' in shown
        assert f'/projects/{project.pk}/visitors?period=7d"' in shown
    assert "visits/" in section(alice_client, project, "journey", visitor=FIRST, period="7d")


def test_a_visit_that_began_before_its_first_event_came_in_is_told_from_that(get, noon, store_events):
    of = {"visitor_id": 5, "session_id": 5, "session_started_at": NOW - 10 * MINUTE}
    store_events(of | {"occurred_at": NOW - 10 * MINUTE, "path": "/opened"})
    store_events(of | {"occurred_at": NOW - 12 * MINUTE, "path": "/late", "event_id": UUID(int=1)} | GOOGLE)
    (visit,) = get("visits", period="today")["results"]
    assert (visit["entry_page"], visit["duration_s"]) == ("/late", timedelta(minutes=2).total_seconds())
    assert [each["page"] for each in get(f"visits/{5:016x}")["events"]] == ["/late", "/opened"]
