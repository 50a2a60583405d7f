"""How often one may ask: a limit for each key, token and person, told in headers, and apart from that of sending."""

import pytest

from projects.actions.keys import create_access_token, create_api_key
from tracking import leases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture(autouse=True)
def _fresh_process():
    leases.clear_memory()


@pytest.fixture
def ask(client, project):
    def ask(route="pages", **headers):
        return client.get(f"/api/v1/projects/{project.pk}/{route}", headers=headers)

    return ask


def test_an_answer_says_what_is_left_of_the_hour(settings, ask, api_key):
    settings.STATS_RATE_LIMIT_PER_HOUR = 3
    answers = [ask(x_api_key=api_key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0"]
    assert (answers[0]["X-RateLimit-Limit"], answers[0]["X-RateLimit-Reset"]) == ("3", "1795176000")


def test_reading_segments_counts_too(settings, ask, api_key):
    settings.STATS_RATE_LIMIT_PER_HOUR = 1
    assert ask("segments", x_api_key=api_key)["X-RateLimit-Remaining"] == "0"
    assert ask("segments", x_api_key=api_key).status_code == 429


def test_who_asks_too_often_is_told_when_to_come_back(settings, ask, api_key):
    settings.STATS_RATE_LIMIT_PER_HOUR = 1
    ask(x_api_key=api_key)
    answer = ask(x_api_key=api_key)
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer["Retry-After"], answer["X-RateLimit-Remaining"]) == ("3600", "0")


def test_each_key_each_token_and_each_person_has_its_own_hour(settings, ask, client, project, alice, bob, api_key):
    settings.STATS_RATE_LIMIT_PER_HOUR = 1
    other_key = create_api_key(project=project, name="Other", scopes=["read"], by=alice)[1]
    token = create_access_token(user=alice, name="Reader", scopes=["read"])[1]
    assert ask(x_api_key=api_key).status_code == 200
    assert ask(x_api_key=other_key).status_code == 200
    assert ask(authorization=f"Bearer {token}").status_code == 200
    for person in (alice, bob):
        client.force_login(person)
        assert ask().status_code == 200
        assert ask().status_code == 429


def test_every_route_that_answers_questions_counts(settings, ask, api_key):
    settings.STATS_RATE_LIMIT_PER_HOUR = 1
    ask("realtime", x_api_key=api_key)
    routes = ("analytics", "analytics/overview", "campaigns", "users/active", "metrics/visitors")
    assert {ask(route, x_api_key=api_key).status_code for route in routes} == {429}


def test_a_refusal_counts_too_unless_nobody_is_known_to_ask(settings, ask, api_key):
    settings.STATS_RATE_LIMIT_PER_HOUR = 2
    assert ask().status_code == 401
    assert "X-RateLimit-Remaining" not in ask()
    assert ask("pages?limit=x", x_api_key=api_key)["X-RateLimit-Remaining"] == "1"


def test_zero_is_no_limit(settings, ask, api_key):
    settings.STATS_RATE_LIMIT_PER_HOUR = 0
    answer = ask(x_api_key=api_key)
    assert answer.status_code == 200
    assert "X-RateLimit-Limit" not in answer


def test_the_dashboard_is_not_counted(settings, client, project, alice):
    settings.STATS_RATE_LIMIT_PER_HOUR = 1
    client.force_login(alice)
    answers = [client.get(f"/projects/{project.pk}/sections/overview") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}


def test_asking_leaves_the_hour_of_sending_alone(settings, ask, project, api_key):
    from tracking.rate_limit import was_throttled

    settings.STATS_RATE_LIMIT_PER_HOUR = settings.TRACK_RATE_LIMIT_PER_HOUR = 1
    assert [ask(x_api_key=api_key).status_code for _ in range(2)] == [200, 429]
    assert was_throttled(project.pk) == 0
