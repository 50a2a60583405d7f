"""Who comes back, on the page and over the API."""

from datetime import timedelta

import pytest

from goals.models import Goal, GoalType
from projects.models import IdentityMode
from reports.tests.conftest import NOW, SIGNUP
from tracking.storage import get_store
from tracking.storage.tests import builders

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def known(project):
    """The project tells who returns."""
    project.identity_mode = IdentityMode.ANONYMOUS_ID
    project.save()
    return project


@pytest.fixture
def came(noon, store_events):
    """Stores a pageview of a visitor so many days ago, in a visit of its own."""
    visits = iter(range(1, 1000))

    def came(visitor, *days_ago, **fields):
        for ago in days_ago:
            at = NOW - ago * DAY
            store_events({"visitor_id": visitor, "session_id": next(visits), "occurred_at": at} | fields)

    return came


def section(client, project, name, *, status=200, **params):
    response = client.get(f"/projects/{project.pk}/sections/{name}", params)
    assert response.status_code == status, response.content
    return response.content.decode()


def shape(answer):
    """By cohort: its people, and how many were there again."""
    return {
        each["cohort"]: (each["people"], [cell["returned"] for cell in each["cells"]]) for each in answer["results"]
    }


def test_cohorts_by_day_say_who_was_there_again(get, known, came):
    came(1, 3, 2, 0)
    came(2, 3)
    came(3, 1, 0)
    answer = get("retention", period="7d", unit="day")
    found = shape(answer)
    assert found["2026-11-17"] == (2, [2, 1, 0, 1])
    assert found["2026-11-19"] == (1, [1, 1])
    assert found["2026-11-20"] == (0, [0])
    assert answer["results"][3]["cells"][1] == {"day": "2026-11-18", "returned": 1, "share": 50.0, "is_complete": True}
    assert not answer["results"][3]["cells"][3]["is_complete"]


def test_the_average_is_of_people_and_leaves_out_what_is_not_over(get, known, came):
    for visitor in (1, 2, 3):
        came(visitor, 3, 2)
    came(4, 2)
    came(5, 1, 0)
    answer = get("retention", period="7d", unit="day")
    assert answer["average"][:3] == [100.0, 75.0, 0.0]
    assert answer["average"][-1] is None


def test_a_visitor_belongs_to_the_first_day_of_all_that_is_kept(get, known, came):
    came(1, 60, 2, 1)
    assert all(people == 0 for people, _ in shape(get("retention", period="7d", unit="day")).values())
    months = shape(get("retention", period="12mo", unit="month"))
    assert months["2026-09-01"] == (1, [1, 0, 1])


def test_weeks_begin_on_monday_and_are_whole(get, known, came):
    came(1, 11, 4)  # Monday the 9th and Monday the 16th
    came(2, 12, 4)  # Sunday the 8th
    found = shape(get("retention", period="7d", unit="week"))
    assert list(found) == ["2026-11-09", "2026-11-16"]
    assert found["2026-11-09"] == (1, [1, 1])


def test_days_are_those_of_the_project_also_where_the_clocks_change(get, known, noon, store_events):
    from datetime import UTC, datetime

    # 25 October 2026 has 25 hours in Berlin: from 22:00 to 23:00 UTC.
    for visit, hour in (
        (1, datetime(2026, 10, 24, 22, 30, tzinfo=UTC)),
        (2, datetime(2026, 10, 25, 23, 30, tzinfo=UTC)),
    ):
        store_events({"visitor_id": 1, "session_id": visit, "occurred_at": hour})
    found = shape(get("retention", **{"from": "2026-10-24", "to": "2026-10-26"}, unit="day"))
    assert found["2026-10-25"][0] == 1
    assert found["2026-10-25"][1][:2] == [1, 1]


def test_filters_choose_by_what_was_done_first_and_any_visit_is_being_back(get, known, came):
    came(1, 2, path="/pricing")
    came(1, 1, path="/")
    came(2, 2, 1, path="/")
    assert shape(get("retention", period="7d", unit="day", f="page:is:/pricing"))["2026-11-18"] == (1, [1, 1, 0])


def test_being_back_can_mean_to_reach_a_goal(get, known, came):
    goal = Goal.objects.create(project=known, name="Sign up", goal_type=GoalType.EVENT, target_event_name="Signup")
    came(1, 2, 1)
    came(2, 2)
    done = builders.event(
        project_id=known.pk, visitor_id=2, session_id=99, occurred_at=NOW - DAY, session_started_at=NOW - DAY, **SIGNUP
    )
    get_store().append(builders.message(done, completions=[builders.completion(done, goal_id=goal.pk)]))
    assert shape(get("retention", period="7d", unit="day", again=goal.pk))["2026-11-18"] == (2, [0, 1, 0])


def test_in_cookieless_mode_visitors_are_not_known_again_but_users_are(get, project, came):
    came(1, 2, user_id="anna")
    came(2, 1, user_id="anna")
    came(3, 1)
    answer = get("retention", period="7d", unit="day")
    assert answer["by"] == "user_id"
    assert shape(answer)["2026-11-18"] == (1, [1, 1, 0])
    assert get("retention", by="visitor", status=400)["errors"][0]["code"] == "not_known_again"
    assert get("users/activity", by="visitor", status=400)["errors"][0]["code"] == "not_known_again"


@pytest.mark.parametrize(
    ("params", "parameter", "code"),
    [
        ({"unit": "year"}, "unit", "unknown_unit"),
        ({"period": "12mo", "unit": "day"}, "unit", "too_many"),
        ({"by": "name"}, "by", "unknown_identity"),
        ({"again": "0b2e7c1e-44ab-4a5b-a0a5-3f0d2c3b4a59"}, "again", "unknown_goal"),
        ({"again": "Signup"}, "again", "unknown_goal"),
        ({"format": "xml"}, "format", "unknown_format"),
    ],
)
def test_what_cannot_be_asked_is_said_with_its_name(get, known, came, params, parameter, code):
    (error,) = get("retention", status=400, **params)["errors"]
    assert (error["parameter"], error["code"]) == (parameter, code)


def test_a_goal_of_another_project_is_none(get, known, came, mallory):
    from projects.actions.projects import create_project

    other = create_project(organization=mallory.organizations.get(), name="O", domain="example.net", timezone="UTC")
    goal = Goal.objects.create(project=other, name="Hers", goal_type=GoalType.EVENT, target_event_name="Signup")
    assert get("retention", again=goal.pk, status=400)["errors"][0]["code"] == "unknown_goal"


def test_cohorts_as_csv_have_a_row_a_cell(client, api_key, known, came):
    came(1, 2, 1)
    address = f"/api/v1/projects/{known.pk}/retention?period=7d&unit=day&format=csv"
    response = client.get(address, headers={"X-API-Key": api_key})
    assert response["Content-Type"].startswith("text/csv")
    assert 'filename="retention-2026-11-14-2026-11-20.csv"' in response["Content-Disposition"]
    lines = response.content.decode().splitlines()
    assert lines[0] == "cohort,people,later,day,returned,share,is_complete"
    assert "2026-11-18,1,1,2026-11-19,1,100.0,true" in lines


def test_a_period_that_has_not_begun_has_no_cohorts(get, known, came):
    came(1, 1)
    assert get("retention", **{"from": "2027-01-01", "to": "2027-01-07"})["results"] == []


def test_the_page_shows_shares_and_says_how_many_people_that_is(alice_client, known, came):
    came(1, 3, 2)
    came(2, 3)
    shown = section(alice_client, known, "retention", period="7d", unit="day")
    for text in ("Tue 17 Nov 2026: 1 of 2 was there in Wed 18 Nov 2026.", "50%", "which is not over yet", "Average"):
        assert text in shown


def test_without_cookies_and_users_the_page_says_why_and_what_can_be_known(alice_client, project, came):
    came(1, 1)
    shown = section(alice_client, project, "retention")
    assert "Nobody here is known for longer than a day" in shown
    assert "Who comes back on the same day" in shown
    assert "hidden" in section(alice_client, project, "active-people")


def test_who_is_known_can_be_chosen_where_both_are(alice_client, known, came):
    came(1, 1, user_id="anna")
    shown = section(alice_client, known, "retention")
    assert "Users" in shown
    assert "by=user_id" in shown
    assert "No visitor was first seen" not in shown


def test_choices_stay_when_the_period_changes(alice_client, known, came):
    came(1, 1)
    shown = alice_client.get(f"/projects/{known.pk}/retention?unit=month&period=90d").content.decode()
    assert "unit=month" in shown.partition("sections/retention")[2].partition('"')[0]
    assert "period=7d&amp;unit=month" in shown


def test_what_an_address_cannot_mean_is_said_in_its_section(alice_client, known, came):
    came(1, 1)
    assert "unit" in section(alice_client, known, "retention", unit="year", status=400)


# --- On the same day ---
def test_who_began_two_visits_on_a_day_came_back(get, project, noon, store_events):
    for visit, (visitor, hours) in enumerate([(1, 0), (1, 3), (2, 1), (3, 24)], start=1):
        store_events({"visitor_id": visitor, "session_id": visit, "occurred_at": NOW - hours * timedelta(hours=1)})
    answer = get("returning", period="7d")
    assert answer["results"][-2:] == [
        {"start": "2026-11-19", "visitors": 1, "returning": 0, "share": 0.0},
        {"start": "2026-11-20", "visitors": 2, "returning": 1, "share": 50.0},
    ]
    assert answer["whole"] == {"visitors": 3, "returning": 1, "share": 33.33}
    assert answer["results"][0]["share"] is None


def test_long_periods_are_added_up_by_month(get, came):
    came(1, 0, 1, 40)
    answer = get("returning", period="12mo")
    assert answer["interval"] == "month"
    assert [each["visitors"] for each in answer["results"][-3:]] == [0, 1, 2]


def test_the_same_day_has_its_numbers_in_words_and_in_a_table(alice_client, project, came):
    came(1, 0)
    shown = section(alice_client, project, "same-day", period="7d")
    assert "0 of 1 visitors of a day began a second visit on it." in shown
    assert "Fri 20 Nov 2026" in shown


# --- Active people ---
def test_active_people_count_once_in_a_week_and_a_month(get, known, came):
    came(1, 0, 1, 2)
    came(2, 10)
    came(3, 40)
    answer = get("users/activity", period="7d")
    assert (answer["weekly"], answer["monthly"]) == (1, 2)
    assert answer["results"][-1] == {"day": "2026-11-20", "daily": 1, "weekly": 1, "monthly": 2}
    assert answer["daily"] == 0.33  # 2 in the 6 days that are over


def test_the_page_shows_how_many_are_active(alice_client, known, came):
    came(1, 0, 1)
    shown = section(alice_client, known, "active-people", period="7d")
    assert "Active visitors" in shown
    assert "Stickiness" in shown


# --- Users ---
def test_users_are_listed_the_last_seen_first_page_by_page(get, client, api_key, project, came):
    came(1, 2, user_id="anna")
    came(2, 1, user_id="anna")
    came(3, 0, user_id="ben/1")
    came(4, 0)
    answer = get("users/active", period="7d", by="user_id", limit=1)
    assert [each["user_id"] for each in answer["results"]] == ["ben/1"]
    assert answer["meta"]["total_rows"] == 2
    following = client.get(answer["next"], headers={"X-API-Key": api_key}).json()
    assert [(each["user_id"], each["visits"]) for each in following["results"]] == [("anna", 2)]
    assert following["next"] is None


def test_a_users_events_are_those_of_all_their_visitors(get, project, came):
    came(1, 2, user_id="anna", path="/a")
    came(2, 1, user_id="anna", path="/b")
    came(2, 1, path="/c")
    answer = get("users/anna/events", period="7d", by="user_id")
    assert [each["page"] for each in answer["results"]] == ["/b", "/a"]
    assert get("users/nobody/events", period="7d", by="user_id", status=404)["code"] == "unknown_visitor"
    assert get("users/anna/events", by="name", status=400)["errors"][0]["code"] == "unknown_identity"
