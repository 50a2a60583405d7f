"""Whatever is asked of POST /query: an answer, or a refusal that says why."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reports.faults import MAX_FAULTS
from reports.tests.conftest import NOW
from reports.tests.strategies import bodies, json_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
ONE_DATABASE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def post(signed_in, alice, project, store_events):
    browser = signed_in(alice)
    ago = NOW - timedelta(minutes=7)
    first = {"visitor_id": 1, "session_id": 1, "session_started_at": ago, "source": "Google", "country": "DE"}
    store_events(
        first | {"occurred_at": ago},
        first | {"event_type": "custom", "event_name": "Signup", "custom_data": {"plan": "pro"}, "value": 5.0,
                 "currency": "EUR"},
        {"visitor_id": 2, "session_id": 2, "occurred_at": NOW - timedelta(days=3), "path": "/old"},
    )  # fmt: skip

    def post(body):
        # As bytes: the client would refuse some of what is to be sent.
        data = json.dumps(body, allow_nan=True).encode("utf-8", "surrogatepass")
        return browser.post(f"/api/v1/projects/{project.pk}/query", data, "application/json")

    return post


def check(response):
    answer = response.json()
    json.dumps(answer, allow_nan=False, ensure_ascii=False).encode()
    if response.status_code == 200:
        query = answer["query"]
        for row in answer["results"]:
            assert len(row["dimensions"]) == len(query["dimensions"])
            assert len(row["metrics"]) == len(query["metrics"])
        assert len(answer["results"]) <= query["pagination"]["limit"]
        return
    assert response.status_code == 400
    assert answer["code"] in ("invalid_query", "not_json")
    assert len(answer.get("errors", [])) <= MAX_FAULTS
    for each in answer.get("errors", []):
        assert each.keys() == {"pointer", "code", "detail"}


@ONE_DATABASE
@given(body=bodies())
def test_a_question_is_answered_or_refused_with_a_reason(post, body):
    check(post(body))


@ONE_DATABASE
@given(body=json_values() | st.dictionaries(st.text(st.characters(), max_size=8), json_values()))
def test_any_json_is_refused_with_a_reason(post, body):
    check(post(body))


@ONE_DATABASE
@given(body=bodies())
@example(
    body={"metrics": ["bounce_rate"], "date_range": "6mo", "dimensions": ["time", "page"], "pagination": {"limit": 1}}
)
def test_an_answer_tells_the_question_so_that_it_can_be_asked_again(post, body):
    answer = post(body)
    if answer.status_code == 200:
        told = answer.json()["query"]
        told["include"]["comparisons"] = None
        again = post(told)
        assert again.status_code == 200, again.content
        found = [(row["dimensions"], row["metrics"]) for row in answer.json()["results"]]
        if not (body.get("include") or {}).get("comparisons"):  # else a series has its empty buckets
            assert [(row["dimensions"], row["metrics"]) for row in again.json()["results"]] == found
