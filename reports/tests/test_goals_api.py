"""Goals over the API: made, read with their numbers, changed and deleted, by whom, and what is refused."""

import json

import pytest
from django.test import Client

from goals.models import Fill, Funnel, Goal, State
from goals.models.goals import MAX_GOALS
from projects.models import PersonalAccessToken
from reports.tests.conftest import MINUTE, NOW, SIGNUP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
THANKS = {"name": "Thanks", "goal_type": "pageview", "target_url_pattern": "/thanks"}
PRO = {
    "name": "Pro signup",
    "goal_type": "event",
    "target_event_name": "Signup",
    "conditions": [{"key": "plan", "operator": "is", "values": ["pro"]}],
}


@pytest.fixture
def call(project, signed_in):
    """A request to the goals of alice's project; `by`: a user, or a key or token."""

    def call(method, path="", body=None, *, by, status=200, **query):
        address = f"/api/v1/projects/{project.pk}/goals" + (f"/{path}" if path else "")
        headers = {"Authorization": f"Bearer {by}"} if isinstance(by, str) else {}
        browser = Client() if isinstance(by, str) else signed_in(by)
        if method == "get":
            response = browser.get(address, query, headers=headers)
        else:
            response = getattr(browser, method)(address, body, content_type="application/json", headers=headers)
        assert response.status_code == status, response.content
        return response.json() if response.content else None

    return call


@pytest.fixture
def sales(call, alice, store_events):
    """Two goals, and four visits: one signs up for pro and pays, one signs up, one sees the thanks twice."""
    thanks, pro = (call("post", body=body, by=alice, status=201) for body in (THANKS, PRO))
    paid = SIGNUP | {"custom_data": {"plan": "pro"}, "value": 30.0, "currency": "EUR"}
    store_events(
        *({"visitor_id": n, "session_id": n} for n in (1, 2, 3, 4)),
        {"visitor_id": 1, "session_id": 1, "session_started_at": NOW, "occurred_at": NOW + MINUTE} | paid,
        {"visitor_id": 2, "session_id": 2, "session_started_at": NOW, "occurred_at": NOW + MINUTE} | SIGNUP,
        {"visitor_id": 3, "session_id": 3, "session_started_at": NOW, "occurred_at": NOW + MINUTE, "path": "/thanks"},
        {
            "visitor_id": 3,
            "session_id": 3,
            "session_started_at": NOW,
            "occurred_at": NOW + 2 * MINUTE,
            "path": "/thanks",
        },
    )
    return thanks, pro


def token(user, *scopes):
    secret = PersonalAccessToken.new_secret()
    row = PersonalAccessToken(user=user, name="Test", scopes=list(scopes))
    row.keep(secret)
    row.save()
    return secret


def test_a_goal_is_made_read_changed_and_deleted(call, alice):
    made = call("post", body=PRO, by=alice, status=201)
    assert {name: made[name] for name in PRO} == PRO
    assert made["meaning"] == "Event Signup where plan is pro"
    assert (made["is_active"], made["counting"]["state"]) == (True, "waiting")
    assert call("get", made["id"], by=alice) == made
    assert call("get", by=alice)["results"] == [made]
    changed = call("patch", made["id"], {"name": "Pro", "conditions": []}, by=alice)
    assert (changed["name"], changed["conditions"], changed["target_event_name"]) == ("Pro", [], "Signup")
    call("delete", made["id"], by=alice, status=204)
    assert call("get", made["id"], by=alice, status=404)["code"] == "not_found"
    assert call("get", by=alice)["results"] == []


def test_a_goal_is_paused_and_resumed(call, alice):
    goal = call("post", body=THANKS, by=alice, status=201)
    assert call("patch", goal["id"], {"is_active": False}, by=alice)["is_active"] is False
    assert call("patch", goal["id"], {"name": "Thank you", "is_active": True}, by=alice)["is_active"] is True
    assert call("post", body=PRO | {"is_active": False}, by=alice, status=201)["is_active"] is False


def test_numbers_come_along_when_they_are_asked_for(call, alice, sales):
    thanks, pro = sales
    answer = call("get", by=alice, include_stats="true", period="today")
    assert answer["period"]["from"] == "2026-11-20"
    stats = {row["id"]: row["stats"] for row in answer["results"]}
    assert stats[thanks["id"]] == {
        "completions": 2,
        "converted_visits": 1,
        "visitors": 1,
        "conversion_rate": 25.0,
        "revenue": {},
    }
    assert stats[pro["id"]]["completions"] == 1
    assert stats[pro["id"]]["revenue"] == {"EUR": 30.0}
    assert call("get", pro["id"], by=alice, include_stats="1", period="today")["stats"] == stats[pro["id"]]
    assert call("get", pro["id"], by=alice)["stats"] is None


def test_the_numbers_are_those_of_a_query(call, alice, sales, signed_in, project):
    metrics = ["completions", "converted_visits", "visitors", "conversion_rate"]
    body = {"metrics": metrics, "date_range": "day", "dimensions": ["goal"]}
    asked = signed_in(alice).post(f"/api/v1/projects/{project.pk}/query", body, content_type="application/json")
    expected = {row["dimensions"][0]: row["metrics"] for row in asked.json()["results"]}
    listed = call("get", by=alice, include_stats="true", period="today")["results"]
    assert {row["id"]: [row["stats"][name] for name in metrics] for row in listed} == expected


def test_numbers_are_of_the_period_and_of_what_the_filters_leave(call, alice, sales):
    thanks, _pro = sales
    yesterday = call("get", thanks["id"], by=alice, include_stats="true", period="yesterday")["stats"]
    assert (yesterday["completions"], yesterday["conversion_rate"]) == (0, None)
    elsewhere = call("get", thanks["id"], by=alice, include_stats="true", period="today", f="country:is:JP")["stats"]
    assert elsewhere["completions"] == 0
    pro = {"include_stats": "true", "period": "today", "f": f"goal:is:{thanks['id']}"}
    assert call("get", thanks["id"], by=alice, **pro)["stats"]["completions"] == 2


def test_what_is_asked_wrongly_is_said(call, alice):
    error = call("get", by=alice, include_stats="perhaps", status=400)
    assert error["errors"][0]["parameter"] == "include_stats"
    assert call("get", by=alice, include_stats="true", period="never", status=400)["errors"][0]["parameter"] == "period"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/goal_type", "required"),
        (THANKS | {"name": " "}, "/name", "required"),
        (THANKS | {"name": "x" * 101}, "/name", "too_long"),
        (THANKS | {"goal_type": "dream"}, "/goal_type", "invalid_choice"),
        (THANKS | {"target_url_pattern": "thanks"}, "/target_url_pattern", "not_a_path"),
        (THANKS | {"target_url_pattern": "(", "url_match": "regex"}, "/target_url_pattern", "invalid_pattern"),
        (THANKS | {"goal_type": "scroll", "target_value": 101}, "/target_value", "out_of_range"),
        (THANKS | {"goal_type": "value"}, "/target_value", "required"),
        (PRO | {"conditions": [{"key": "plan", "operator": "like", "values": ["x"]}]}, "/conditions/0/operator",
         "invalid_choice"),
        (THANKS | {"is_active": "no"}, "/is_active", "not_a_boolean"),
        (THANKS | {"colour": "red"}, "/colour", "unknown_field"),
        (THANKS | {"project": "another"}, "/project", "unknown_field"),
        (THANKS | {"by": 1, "version": 9}, "/by", "unknown_field"),
        ([], "", "not_an_object"),
    ],
)  # fmt: skip
def test_a_fault_is_said_at_its_field(call, alice, body, pointer, code):
    error = call("post", body=body, by=alice, status=400)
    assert error["code"] == "invalid"
    assert (pointer, code) in [(each["pointer"], each["code"]) for each in error["errors"]]
    assert not Goal.objects.exists()


@pytest.mark.parametrize("field", ["goal", "by", "project", "version", "deleted_at", "created_by", "id", "stats"])
def test_only_what_is_a_goals_own_is_changed(call, alice, field):
    goal = call("post", body=THANKS, by=alice, status=201)
    error = call("patch", goal["id"], {"name": "Other", field: 1}, by=alice, status=400)
    assert [(each["pointer"], each["code"]) for each in error["errors"]] == [(f"/{field}", "unknown_field")]
    assert call("get", goal["id"], by=alice) == goal


def test_a_name_is_there_once_whatever_its_case(call, alice):
    call("post", body=THANKS, by=alice, status=201)
    error = call("post", body=THANKS | {"name": "THANKS"}, by=alice, status=400)
    assert error["errors"][0] == {"pointer": "/name", "code": "taken", "detail": "Another goal has this name."}


def test_a_project_has_so_many_goals_and_no_more(call, alice, project):
    Goal.objects.bulk_create(Goal(project=project, name=f"Goal {n}", goal_type="event") for n in range(MAX_GOALS))
    assert call("post", body=THANKS, by=alice, status=400)["errors"][0]["code"] == "too_many"


def test_many_goals_come_page_by_page(call, alice):
    for name in ("A", "b", "C"):
        call("post", body=THANKS | {"name": name}, by=alice, status=201)
    first = call("get", by=alice, limit=2)
    assert ([row["name"] for row in first["results"]], first["count"]) == (["A", "b"], 3)
    assert [row["name"] for row in call("get", by=alice, limit=2, offset=2)["results"]] == ["C"]


def test_viewers_read_and_outsiders_find_nothing(call, alice, bob, mallory):
    goal = call("post", body=THANKS, by=alice, status=201)
    assert call("get", goal["id"], by=bob)["name"] == "Thanks"
    assert call("post", "preview", THANKS, by=bob)["completions"] == 0
    for person in (bob, mallory):
        call("post", body=PRO, by=person, status=404)
        call("patch", goal["id"], {"name": "Mine"}, by=person, status=404)
        call("delete", goal["id"], by=person, status=404)
    for path in ("", goal["id"], "suggestions"):
        call("get", path, by=mallory, status=404)
    call("post", "preview", THANKS, by=mallory, status=404)


def test_keys_and_tokens_need_their_scopes(call, alice, api_key):
    assert call("post", body=THANKS, by=api_key, status=201)["name"] == "Thanks"
    read = token(alice, "read")
    goal = call("get", by=read)["results"][0]
    assert call("post", "preview", THANKS, by=read)["days"] == 30
    assert call("delete", goal["id"], by=read, status=403)["code"] == "insufficient_scope"
    call("delete", goal["id"], by=token(alice, "manage"), status=204)


def test_another_projects_goal_is_not_there(call, alice, mallory):
    from projects.actions.projects import create_project

    theirs = create_project(organization=mallory.organizations.get(), name="Hers", domain="hers.example")
    goal = Goal.objects.create(
        project=theirs, name="Hers", goal_type="pageview", target_url_pattern="/", url_match="exact"
    )
    call("get", str(goal.pk), by=alice, status=404)
    call("patch", str(goal.pk), {"name": "Mine"}, by=alice, status=404)
    call("delete", str(goal.pk), by=alice, status=404)


@pytest.mark.usefixtures("three_visits")
def test_a_preview_says_what_a_goal_would_have_counted_and_saves_nothing(call, alice):
    body = {"goal_type": "pageview", "target_url_pattern": "/pricing"}
    found = call("post", "preview", body, by=alice)
    assert (found["completions"], found["visits"], found["visitors"]) == (1, 1, 1)
    assert found["last_at"] == "2026-11-20T10:56:00Z"
    assert not Goal.objects.exists()
    error = call("post", "preview", body | {"target_url_pattern": ""}, by=alice, status=400)
    assert error["errors"][0]["pointer"] == "/target_url_pattern"


@pytest.mark.usefixtures("three_visits")
def test_suggestions_can_be_sent_as_they_are_and_are_gone_then(call, alice):
    suggested = call("get", "suggestions", by=alice)["results"]
    assert [(each["goal"]["name"], each["events"]) for each in suggested] == [("Signup", 1)]
    call("post", body=suggested[0]["goal"], by=alice, status=201)
    assert call("get", "suggestions", by=alice)["results"] == []


def test_the_state_of_counting_is_told(call, alice):
    goal = call("post", body=THANKS, by=alice, status=201)
    Fill.objects.filter(pk=goal["id"]).update(state=State.FAILED, error="the disk is full")
    assert call("get", goal["id"], by=alice)["counting"] == {
        "state": "failed",
        "share": 0.0,
        "error": "the disk is full",
    }


@pytest.mark.parametrize("model", ["goal", "fill", "funnel"])
def test_the_operator_looks_through_goals_and_funnels(client, call, alice, project, model, signed_in):
    from projects.actions.accounts import create_account

    goal = call("post", body=THANKS, by=alice, status=201)
    funnel = Funnel.objects.create(project=project, name="Way", steps=[{"goal": goal["id"]}, {"goal": goal["id"]}])
    operator = signed_in(create_account(email="root@example.com", is_superuser=True))
    listed = operator.get(f"/admin/goals/{model}/", {"q": "example"})
    assert (listed.status_code, "Thanks" in listed.content.decode() or model == "funnel") == (200, True)
    pk = {"goal": goal["id"], "fill": goal["id"], "funnel": funnel.pk}[model]
    assert operator.get(f"/admin/goals/{model}/{pk}/change/").status_code == 200
    assert operator.get(f"/admin/goals/{model}/add/").status_code == 403


def test_the_operator_begins_again_what_failed(call, alice, signed_in):
    from projects.actions.accounts import create_account

    goal = call("post", body=THANKS, by=alice, status=201)
    Fill.objects.filter(pk=goal["id"]).update(state=State.FAILED, failures=5)
    operator = signed_in(create_account(email="root@example.com", is_superuser=True))
    operator.post("/admin/goals/fill/", {"action": "begin_again", "_selected_action": [goal["id"]]})
    fill = Fill.objects.get(pk=goal["id"])
    assert (fill.state, fill.failures) == (State.WAITING, 0)


def test_odd_bodies_are_refused(call, alice, project, signed_in):
    client = signed_in(alice)
    address = f"/api/v1/projects/{project.pk}/goals"
    for body in (THANKS | {"name": "a\0b"}, THANKS | {"name": "\ud800"}, THANKS | {"goal_type": []}):
        answer = client.post(address, json.dumps(body), content_type="application/json")
        assert answer.status_code == 400, body
    assert client.post(address, "{", content_type="application/json").json()["code"] == "parse_error"
