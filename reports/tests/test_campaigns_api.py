"""Campaigns over the API: what tagged links brought, the best of them, and some side by side."""

import pytest

from goals.models import Goal
from reports.campaigns.comparison import CAMPAIGN_METRICS
from reports.tests.conftest import MINUTE, NOW
from tracking.storage import get_store
from tracking.storage.tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
SPRING = {"utm_campaign": "spring", "utm_source": "newsletter", "utm_medium": "email"}
AUTUMN = {"utm_campaign": "autumn", "utm_source": "Google", "utm_medium": "cpc"}


@pytest.fixture
def campaigns(project, store_events):
    """Spring: two visits, one of two pages that reached a goal. Autumn: one. Three came by no campaign."""
    store_events({"visitor_id": 1, "session_id": 1, "occurred_at": NOW - 10 * MINUTE} | SPRING)
    goal = builders.event(
        project_id=project.pk,
        visitor_id=1,
        session_id=1,
        session_started_at=NOW - 10 * MINUTE,
        occurred_at=NOW - 8 * MINUTE,
        **SPRING,
    )
    get_store().append(builders.message(goal, completions=[builders.completion(goal)]))
    store_events(
        {"visitor_id": 2, "session_id": 2} | SPRING,
        {"visitor_id": 3, "session_id": 3} | AUTUMN,
        *({"visitor_id": visitor, "session_id": visitor} for visitor in (4, 5, 6)),
    )


@pytest.fixture
def compare(client, project, api_key):
    def compare(body, *, status=200, **params):
        answer = client.post(
            f"/api/v1/projects/{project.pk}/campaigns/compare",
            body,
            content_type="application/json",
            headers={"X-API-Key": api_key},
            query_params=params,
        )
        assert answer.status_code == status, answer.content
        return answer.json()

    return compare


@pytest.mark.usefixtures("campaigns")
def test_campaigns_say_what_they_brought_and_whether_it_converted(get):
    answer = get("campaigns", period="today")
    assert answer["results"] == [
        {"utm_campaign": "spring", "visitors": 2, "visits": 2, "pageviews": 3, "bounce_rate": 50.0,
         "visit_duration": 60.0, "completions": 1, "conversion_rate": 50.0},
        {"utm_campaign": "autumn", "visitors": 1, "visits": 1, "pageviews": 1, "bounce_rate": 100.0,
         "visit_duration": 0.0, "completions": 0, "conversion_rate": 0.0},
    ]  # fmt: skip
    assert (answer["meta"]["total_rows"], answer["next"]) == (2, None)


@pytest.mark.usefixtures("campaigns")
@pytest.mark.parametrize(
    ("by", "values"),
    [
        ("source", ["newsletter", "Google"]),
        ("medium", ["email", "cpc"]),
        ("term", []),
        ("content", []),
        ("campaign", ["spring", "autumn"]),
    ],
)
def test_campaigns_may_be_told_apart_by_any_utm_parameter(get, by, values):
    answer = get("campaigns", period="today", by=by)
    assert [row[f"utm_{by}"] for row in answer["results"]] == values
    assert answer["meta"]["total_rows"] == len(values)


@pytest.mark.usefixtures("campaigns")
def test_pages_of_campaigns_are_full_though_most_visits_came_by_none(get, client, api_key):
    first = get("campaigns", period="today", limit=1)
    assert [row["utm_campaign"] for row in first["results"]] == ["spring"]
    second = client.get(first["next"], headers={"X-API-Key": api_key}).json()
    assert [row["utm_campaign"] for row in second["results"]] == ["autumn"]
    assert (first["meta"]["total_rows"], second["meta"]["total_rows"], second["next"]) == (2, 2, None)


@pytest.mark.usefixtures("campaigns")
def test_the_nameless_row_is_no_row_also_where_it_comes_last(get, store_events):
    store_events(*({"visitor_id": visitor, "session_id": visitor} | AUTUMN for visitor in range(10, 15)))
    store_events(*({"visitor_id": visitor, "session_id": visitor} | SPRING for visitor in range(20, 24)))
    first = get("campaigns", period="today", limit=1, metrics="visitors")
    assert (first["results"], first["meta"]["total_rows"]) == ([{"utm_campaign": "autumn", "visitors": 6}], 2)
    second = get("campaigns", period="today", limit=1, offset=1, metrics="visitors")
    assert (second["results"], second["meta"]["total_rows"], second["next"]) == (
        [{"utm_campaign": "spring", "visitors": 6}],
        2,
        None,
    )


@pytest.mark.usefixtures("campaigns")
def test_the_best_campaigns_by_a_metric_come_first(get):
    answer = get("campaigns/top", period="today", metric="bounce_rate", limit=5)
    assert [(row["utm_campaign"], row["bounce_rate"]) for row in answer["results"]] == [
        ("autumn", 100.0),
        ("spring", 50.0),
    ]
    assert set(answer["results"][0]) == {"utm_campaign", *CAMPAIGN_METRICS}
    best = get("campaigns/top", period="today", metric="revenue", metrics="visitors")
    assert best["query"]["metrics"] == ["revenue", "visitors"]


@pytest.mark.usefixtures("campaigns")
def test_by_first_touch_the_visitors_first_visit_gets_the_credit(get, project, store_events):
    seen = {"visitor_id": 2, "session_id": 20, "session_started_at": NOW + MINUTE, "occurred_at": NOW + MINUTE} | AUTUMN
    goal = builders.event(project_id=project.pk, value=9.5, currency="EUR", **seen)
    get_store().append(builders.message(goal, completions=[builders.completion(goal)]))
    last = get("campaigns", period="today", metrics="completions,revenue")
    first = get("campaigns", period="today", attribution="first_touch")
    assert last["results"] == [
        {"utm_campaign": "autumn", "completions": 1, "revenue": 9.5},
        {"utm_campaign": "spring", "completions": 1, "revenue": None},
    ]
    assert first["attribution"] == "first_touch"
    assert first["results"] == [
        {"utm_campaign": "autumn", "visitors": 2, "visits": 2, "pageviews": 2, "bounce_rate": 100.0,
         "visit_duration": 0.0, "completions": 0, "converted": 0, "revenue": {}},
        {"utm_campaign": "spring", "visitors": 2, "visits": 2, "pageviews": 3, "bounce_rate": 50.0,
         "visit_duration": 60.0, "completions": 2, "converted": 2, "revenue": {"EUR": 9.5}},
    ]  # fmt: skip
    best = get("campaigns/top", period="today", attribution="first_touch", metric="completions", limit=1)
    assert [row["utm_campaign"] for row in best["results"]] == ["spring"]
    assert (best["meta"]["total_rows"], best["next"] is not None) == (2, True)


@pytest.mark.usefixtures("campaigns")
def test_a_goal_counts_alone(get, project):
    reached = Goal.objects.create(id=builders.completion(builders.event()).goal_id, project=project, name="Signed up")
    other = Goal.objects.create(project=project, name="Another")
    found = [get("campaigns", period="today", goal=str(goal.pk))["results"] for goal in (reached, other)]
    assert [[row["completions"] for row in rows] for rows in found] == [[1, 0], [0, 0]]
    assert found[0][0]["conversion_rate"] == 50.0


def test_a_comparison_tells_who_is_ahead_and_whether_by_more_than_chance(compare, store_events):
    for number in range(1, 41):
        pages = 1 if number <= 36 else 2
        for page in range(pages):
            at = NOW - (30 - page) * MINUTE
            seen = {"occurred_at": at, "session_started_at": NOW - 30 * MINUTE}
            store_events({"visitor_id": number, "session_id": number} | seen | SPRING)
        store_events({"visitor_id": number + 100, "session_id": number + 100} | AUTUMN)
        store_events({"visitor_id": number + 100, "session_id": number + 100, "path": "/b"} | AUTUMN)
    body = {"campaigns": ["spring", "autumn"], "metrics": ["visits", "pageviews", "bounce_rate"], "date_range": "day"}
    plain = compare(body)
    assert plain["winners"] == {
        "visits": None,
        "pageviews": {"campaign": "autumn"},
        "bounce_rate": {"campaign": "autumn"},
    }
    assert "differences" not in plain
    tested = compare(body | {"include_significance": True})
    assert tested["winners"]["bounce_rate"] == {"campaign": "autumn", "is_clear": True}
    assert tested["winners"]["pageviews"] == {"campaign": "autumn", "is_clear": None}
    found = {each["metric"]: each for each in tested["differences"]}
    assert found["bounce_rate"]["campaigns"] == ["spring", "autumn"]
    assert found["bounce_rate"]["p_value"] < 1e-9
    assert found["conversion_rate"] == {
        "metric": "conversion_rate", "campaigns": ["spring", "autumn"], "p_value": 1.0, "is_more_than_chance": False,
    }  # fmt: skip


@pytest.mark.usefixtures("campaigns")
def test_too_few_visits_tell_no_chance(compare):
    body = {"campaigns": ["spring", "autumn"], "date_range": "day", "include_significance": True}
    answer = compare(body)
    assert {each["p_value"] for each in answer["differences"]} == {None}
    assert answer["winners"]["visits"] == {"campaign": "spring", "is_clear": None}


@pytest.mark.usefixtures("campaigns")
def test_campaigns_are_compared_in_the_order_they_were_named(compare, project):
    body = {
        "campaigns": ["autumn", "winter", "spring"],
        "metrics": ["visitors", "conversion_rate"],
        "date_range": "day",
    }
    answer = compare(body)
    assert answer["project_id"] == str(project.pk)
    assert answer["results"] == [
        {"utm_campaign": "autumn", "visitors": 1, "conversion_rate": 0.0},
        {"utm_campaign": "winter", "visitors": 0, "conversion_rate": None},
        {"utm_campaign": "spring", "visitors": 2, "conversion_rate": 50.0},
    ]
    assert answer["query"]["filters"] == [["is", "utm_campaign", ["autumn", "winter", "spring"]]]


@pytest.mark.usefixtures("campaigns")
def test_a_comparison_may_be_by_source_within_filters_and_dates(compare):
    answer = compare(
        {
            "campaigns": ["newsletter"],
            "by": "source",
            "metrics": ["pageviews"],
            "date_range": ["2026-11-20", "2026-11-20"],
            "filters": [["is_not", "page", ["/other"]]],
        }
    )
    assert answer["results"] == [{"utm_source": "newsletter", "pageviews": 3}]
    assert answer["query"]["date_range"] == ["2026-11-20T00:00:00+01:00", "2026-11-21T00:00:00+01:00"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ([], "", "not_an_object"),
        ({}, "/campaigns", "not_a_list"),
        ({"campaigns": []}, "/campaigns", "not_a_list"),
        ({"campaigns": ["x"] * 51}, "/campaigns", "not_a_list"),
        ({"campaigns": ["x", 1]}, "/campaigns/1", "not_a_text"),
        ({"campaigns": ["x\0"]}, "/campaigns/0", "not_a_text"),
        ({"campaigns": ["x"], "by": "colour"}, "/by", "unknown_dimension"),
        ({"campaigns": ["x"], "by": ["source"]}, "/by", "unknown_dimension"),
        ({"campaigns": ["x"], "metrics": "visitors"}, "/metrics", "not_a_list"),
        ({"campaigns": ["x"], "metrics": ["visitors", "luck"]}, "/metrics/1", "unknown_metric"),
        ({"campaigns": ["x"], "date_range": "fortnight"}, "/date_range", "unknown_date_range"),
        ({"campaigns": ["x"], "filters": [["is", "mood", ["good"]]]}, "/filters/0/1", "unknown_dimension"),
        ({"campaigns": ["x"], "filters": [["matches", "page", ["("]]]}, "/filters/0/2/0", "invalid_pattern"),
        ({"campaigns": ["x"], "colour": 1}, "/colour", "unknown_key"),
        ({"campaigns": ["x"], "include_significance": "yes"}, "/include_significance", "not_a_boolean"),
        ({"campaigns": list("abcdefghijk"), "include_significance": True}, "/campaigns", "too_many"),
    ],
)
def test_a_comparison_that_is_not_possible_is_refused_by_place(compare, body, pointer, code):
    answer = compare(body, status=400)
    assert answer["code"] == "invalid_query"
    assert [(each["pointer"], each["code"]) for each in answer["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        ("application/json", b"{", 400, "not_json"),
        ("application/json", b"\xff", 400, "not_json"),
        ("application/json", b'{"campaigns": NaN}', 400, "not_json"),
        ("application/json", b" " * 100_001, 413, "too_large"),
        ("text/plain", b"{}", 415, "unsupported_media_type"),
    ],
)
def test_what_is_not_json_is_refused(client, project, api_key, content_type, body, status, code):
    url = f"/api/v1/projects/{project.pk}/campaigns/compare"
    answer = client.post(url, body, content_type=content_type, headers={"X-API-Key": api_key})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("route", "parameter", "code"),
    [
        ("campaigns?by=colour", "by", "unknown_dimension"),
        ("campaigns?metrics=luck", "metrics", "unknown_metric"),
        ("campaigns/top?metric=luck", "metric", "unknown_metric"),
        ("campaigns/top?limit=0", "limit", "out_of_range"),
        ("campaigns?offset=-1", "offset", "out_of_range"),
        ("campaigns?attribution=middle", "attribution", "unknown_attribution"),
        ("campaigns?goal=00000000-0000-0000-0000-000000000001", "goal", "unknown_goal"),
        ("campaigns?goal=x", "goal", "unknown_goal"),
        ("campaigns?attribution=first_touch&metrics=visits", "metrics", "not_possible"),
        ("campaigns/top?attribution=first_touch&metric=conversion_rate", "metric", "unknown_metric"),
    ],
)
def test_a_parameter_that_is_not_possible_is_refused_by_name(get, route, parameter, code):
    assert [(each["parameter"], each["code"]) for each in get(route, status=400)["errors"]] == [(parameter, code)]


def test_an_outsider_compares_nothing(client, project, mallory):
    client.force_login(mallory)
    url = f"/api/v1/projects/{project.pk}/campaigns/compare"
    answer = client.post(url, {"campaigns": ["x"]}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
