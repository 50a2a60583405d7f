"""POST /funnels and its kin: numbers that equal a count by hand, what is refused, and whose funnels they are."""

import csv
import io
import json
from datetime import timedelta
from uuid import uuid4

import pytest

from goals.models import Funnel, Goal
from projects.actions.projects import create_project
from reports.tests.conftest import GOOGLE, MINUTE, NOW, SIGNUP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
HOME = {"filters": [["is", "event_type", ["pageview"]], ["is", "page", ["/"]]]}
PRICING = {"name": "Prices", "filters": [["is", "page", ["/pricing"]], ["is", "event_type", ["pageview"]]]}
SIGNED_UP = {"filters": [["is", "event_name", ["Signup"]]]}
STEPS = [HOME, PRICING, SIGNED_UP]


@pytest.fixture
def visits(store_events):
    """Of five visits, all of which begin at /: three see the prices, one of them after an hour; two sign up."""

    def visit(number, *events, **more):
        began = NOW - timedelta(hours=5) + number * MINUTE
        of = {"visitor_id": number, "session_id": number, "session_started_at": began} | more
        store_events(*(of | {"occurred_at": began + at * MINUTE} | fields for at, fields in events))

    visit(1, (0, {}), (2, {"path": "/pricing"}), (6, SIGNUP), **GOOGLE)
    visit(2, (0, {}), (1, {"path": "/docs"}), (4, {"path": "/pricing"}), (10, SIGNUP), **GOOGLE)
    visit(3, (0, {}), (70, {"path": "/pricing"}))
    visit(4, (0, {}), (3, {"path": "/docs"}))
    visit(5, (0, {"path": "/pricing"}), (1, {}), (2, SIGNUP))


@pytest.fixture
def post(client, project, api_key):
    def post(route, body, status=200, key=api_key, **params):
        query = "&".join(f"{name}={value}" for name, value in params.items())
        response = client.post(
            f"/api/v1/projects/{project.pk}/{route}?{query}",
            json.dumps(body),
            content_type="application/json",
            headers={"X-API-Key": key},
        )
        assert response.status_code == status, response.content
        return response.json() if "json" in response["Content-Type"] else response

    return post


def entered(answer):
    return [each["entered"] for each in answer["steps"]]


@pytest.mark.usefixtures("visits")
def test_a_funnel_says_how_many_came_to_each_step_and_how_long_it_took(post):
    answer = post("funnels", {"steps": STEPS, "date_range": "day"})
    assert answer["steps"] == [
        {
            "name": "/",
            "entered": 5,
            "continued": 3,
            "dropped": 2,
            "rate": 100.0,
            "rate_total": 100.0,
            "median_seconds_to_next": 240.0,
        },
        {
            "name": "Prices",
            "entered": 3,
            "continued": 2,
            "dropped": 1,
            "rate": 60.0,
            "rate_total": 60.0,
            "median_seconds_to_next": 300.0,
        },
        {
            "name": "Signup",
            "entered": 2,
            "continued": None,
            "dropped": None,
            "rate": 66.67,
            "rate_total": 40.0,
            "median_seconds_to_next": None,
        },
    ]
    assert answer["groups"] == []
    assert answer["query"]["steps"][1]["name"] == "Prices"
    assert answer["query"]["window"] is None
    assert answer["meta"]["source"] == "events"
    assert answer["meta"]["includes_now"] is True


@pytest.mark.usefixtures("visits")
@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({"window": "30m"}, [5, 2, 2]),
        ({"order": "strict"}, [5, 2, 1]),
        ({"by": "visitor"}, [5, 3, 2]),
        ({"filters": [["is", "source", ["Google"]]]}, [2, 2, 2]),
        ({"date_range": ["2026-11-01", "2026-11-02"]}, [0, 0, 0]),
        ({"startDate": "2026-11-20", "endDate": "2026-11-20"}, [5, 3, 2]),
    ],
)
def test_what_is_asked_besides_changes_the_numbers(post, more, counts):
    assert entered(post("funnels", {"steps": STEPS, **more})) == counts


@pytest.mark.usefixtures("visits")
def test_a_breakdown_adds_up_to_the_whole(post):
    answer = post("funnels", {"steps": STEPS, "breakdown": "visit:source"})
    assert {each["value"]: entered(each) for each in answer["groups"]} == {"": [3, 1, 0], "Google": [2, 2, 2]}
    assert answer["query"]["breakdown"] == "source"


@pytest.mark.usefixtures("visits")
def test_a_funnel_as_a_file_has_the_same_numbers(post):
    response = post("funnels", {"steps": STEPS, "breakdown": "source"}, format="csv")
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [(row["source"], row["name"], row["entered"]) for row in rows[:4]] == [
        ("", "/", "5"),
        ("", "Prices", "3"),
        ("", "Signup", "2"),
        ("", "/", "3"),
    ]
    assert rows[-1]["source"] == "Google"


def test_a_name_that_would_be_run_as_a_formula_is_not(post):
    steps = [{**HOME, "name": "=1+1"}, SIGNED_UP]
    assert b"'=1+1" in post("funnels", {"steps": steps}, format="csv").content


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ([], "", "not_an_object"),
        ({}, "/steps", "not_a_list"),
        ({"steps": STEPS, "step": 1}, "/step", "unknown_key"),
        ({"steps": STEPS, "date_range": "soon"}, "/date_range", "unknown_date_range"),
        ({"steps": STEPS, "date_range": "7d", "startDate": "2026-11-01"}, "/startDate", "not_possible"),
        ({"steps": STEPS, "startDate": "2026-11-01"}, "/endDate", "missing"),
        ({"steps": STEPS, "breakdown": "goal"}, "/breakdown", "not_possible"),
        ({"steps": STEPS, "breakdown": 7}, "/breakdown", "unknown_dimension"),
        ({"steps": STEPS, "filters": [["is", "country"]]}, "/filters/0", "not_a_filter"),
        ({"steps": STEPS, "filters": [["matches", "page", ["("]]]}, "/filters/0/2/0", "invalid_pattern"),
        ({"steps": STEPS, "window": "1y"}, "/window", "not_a_window"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_place(post, body, pointer, code):
    errors = post("funnels", body, 400)["errors"]
    assert (errors[0]["pointer"], errors[0]["code"]) == (pointer, code)


def test_an_unknown_format_is_refused(post):
    assert post("funnels", {"steps": STEPS}, 400, format="xml")["errors"][0]["code"] == "unknown_format"


@pytest.fixture
def goal(project):
    return Goal.objects.create(project=project, name="Sign up", goal_type="event", target_event_name="Signup")


def test_a_funnel_of_goals_names_its_faults_by_the_goal(post, goal, mallory):
    site = create_project(organization=mallory.organizations.get(), name="Hers", domain="example.net", timezone="UTC")
    hers = Goal.objects.create(project=site, name="Hers", goal_type="event", target_event_name="Signup")
    answer = post("goals/funnel", {"goal_ids": [str(goal.pk), str(goal.pk)]})
    assert [each["name"] for each in answer["steps"]] == ["Sign up", "Sign up"]
    refused = [post("goals/funnel", {"goal_ids": [str(goal.pk), each]}, 400) for each in (str(hers.pk), str(uuid4()))]
    assert refused[0] == refused[1]
    assert refused[0]["errors"][0]["pointer"] == "/goal_ids/1"
    assert refused[0]["errors"][0]["code"] == "unknown_goal"
    assert post("goals/funnel", {"goal_ids": "x"}, 400)["errors"][0]["pointer"] == "/goal_ids"


@pytest.mark.usefixtures("visits")
def test_a_saved_funnel_is_kept_read_changed_asked_and_deleted(post, get, client, project, api_key):
    made = post("funnels/saved", {"name": "To signup", "steps": STEPS, "window": "30m"}, 201)
    assert get("funnels/saved")["results"] == [made]
    route = f"funnels/saved/{made['id']}"
    assert get(route) == made
    assert entered(get(f"{route}/report", period="today")) == [5, 2, 2]
    headers = {"X-API-Key": api_key}
    url = f"/api/v1/projects/{project.pk}/{route}"
    changed = client.patch(url, json.dumps({"window": None, "order": "strict"}), "application/json", headers=headers)
    assert changed.json()["window"] is None
    assert entered(get(f"{route}/report", period="today", breakdown="source")) == [5, 2, 1]
    again = client.patch(url, json.dumps(changed.json()), "application/json", headers=headers)
    assert again.status_code == 200
    assert client.delete(url, headers=headers).status_code == 204
    get(route, status=404)
    get(f"{route}/report", status=404)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ([], "", "not_an_object"),
        ({"steps": STEPS}, "/name", "missing"),
        ({"name": " ", "steps": STEPS}, "/name", "missing"),
        ({"name": "x" * 101, "steps": STEPS}, "/name", "too_long"),
        ({"name": "TO SIGNUP", "steps": STEPS}, "/name", "taken"),
        ({"name": "New"}, "/steps", "not_a_list"),
        ({"name": "New", "steps": STEPS, "color": "red"}, "/color", "unknown_key"),
    ],
)
def test_what_cannot_be_saved_is_refused_at_its_place(post, body, pointer, code):
    post("funnels/saved", {"name": "To signup", "steps": STEPS}, 201)
    errors = post("funnels/saved", body, 400)["errors"]
    assert (errors[0]["pointer"], errors[0]["code"]) == (pointer, code)


def test_a_funnel_whose_goal_is_gone_says_so_until_it_is_mended(post, get, goal, client, project, api_key):
    made = post("funnels/saved", {"name": "To signup", "steps": [HOME, {"goal": str(goal.pk)}]}, 201)
    Goal.objects.filter(pk=goal.pk).update(deleted_at=NOW)
    route = f"funnels/saved/{made['id']}"
    broken = get(f"{route}/report", status=409)
    assert (broken["code"], broken["errors"][0]["pointer"]) == ("broken_funnel", "/steps/1/goal")
    url, headers = f"/api/v1/projects/{project.pk}/{route}", {"X-API-Key": api_key}
    renamed = client.patch(url, json.dumps({"name": "Other"}), "application/json", headers=headers)
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Other")
    client.patch(url, json.dumps({"steps": STEPS}), "application/json", headers=headers)
    assert len(get(f"{route}/report")["steps"]) == 3


def test_funnels_are_for_editors_to_write_and_for_nobody_else_to_know_of(signed_in, project, bob, mallory):
    funnel = Funnel.objects.create(project=project, name="Hers", steps=STEPS)
    url = f"/api/v1/projects/{project.pk}/funnels/saved"
    body = json.dumps({"name": "Mine", "steps": STEPS})
    viewer, outsider = signed_in(bob), signed_in(mallory)
    assert viewer.get(f"{url}/{funnel.pk}").status_code == 200
    assert viewer.post(url, body, "application/json").status_code == 403
    assert viewer.patch(f"{url}/{funnel.pk}", body, "application/json").status_code == 403
    assert viewer.delete(f"{url}/{funnel.pk}").status_code == 403
    for answer in (
        outsider.get(url),
        outsider.get(f"{url}/{funnel.pk}"),
        outsider.get(f"{url}/{funnel.pk}/report"),
        outsider.post(url, body, "application/json"),
        outsider.delete(f"{url}/{funnel.pk}"),
    ):
        assert answer.status_code == 404
    own = create_project(organization=mallory.organizations.get(), name="Own", domain="example.net", timezone="UTC")
    assert outsider.get(f"/api/v1/projects/{own.pk}/funnels/saved/{funnel.pk}").status_code == 404
    assert Funnel.objects.get() == funnel
