"""The stats API over the real store."""

from datetime import timedelta

import pytest

from projects.models import ApiKey
from reports.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.mark.usefixtures("three_visits")
def test_the_overview_counts_the_period(get, project):
    answer = get("analytics/overview", period="today")
    assert answer["project_id"] == str(project.pk)
    assert answer["period"] == {"from": "2026-11-20", "to": "2026-11-20", "timezone": "Europe/Berlin"}
    assert {name: answer[name] for name in ("visitors", "visits", "pageviews", "events")} == {
        "visitors": 2,
        "visits": 2,
        "pageviews": 3,
        "events": 1,
    }
    assert (answer["views_per_visit"], answer["bounce_rate"], answer["visit_duration"]) == (1.5, 50.0, 150.0)
    assert answer["query"]["date_range"] == ["2026-11-20T00:00:00+01:00", "2026-11-21T00:00:00+01:00"]
    assert answer["meta"]["source"]


@pytest.mark.usefixtures("three_visits")
def test_the_overview_of_days_includes_the_last_one(get):
    assert get("analytics/overview", startDate="2026-11-19", endDate="2026-11-20")["visits"] == 3


@pytest.mark.usefixtures("three_visits")
def test_an_answer_says_how_fresh_it_is_and_what_to_know_of_it(get):
    meta = get("analytics/overview", period="7d")["meta"]
    assert (meta["as_of"], meta["includes_now"], meta["timezone"]) == (
        "2026-11-20T11:00:00.000Z",
        True,
        "Europe/Berlin",
    )
    assert meta["excluded"] == {"quarantined": 0, "by_reason": {}}
    assert [each["code"] for each in meta["warnings"]] == ["visitors_by_day", "before_first_event"]
    assert "19 Nov 2026" in meta["warnings"][1]["detail"]
    assert not get("analytics/overview", period="yesterday")["meta"]["includes_now"]


def test_without_events_counts_are_zero_and_ratios_are_nothing(get):
    answer = get("analytics/overview")
    assert (answer["visitors"], answer["pageviews"], answer["events"]) == (0, 0, 0)
    assert (answer["bounce_rate"], answer["visit_duration"]) == (None, None)


@pytest.mark.usefixtures("three_visits")
def test_a_filter_narrows_every_number(get):
    answer = get("analytics/overview", period="today", f="source:is:Google")
    assert (answer["visitors"], answer["visits"], answer["pageviews"]) == (1, 1, 2)
    assert answer["query"]["filters"] == [["is", "source", ["Google"]]]


@pytest.mark.usefixtures("three_visits")
def test_a_time_series_has_its_empty_buckets(get):
    answer = get("analytics/timeseries", period="7d", metrics="visitors,pageviews")
    assert answer["interval"] == "day"
    assert [row["visitors"] for row in answer["results"]] == [0, 0, 0, 0, 0, 1, 2]
    assert answer["results"][0] == {"time": "2026-11-14T00:00:00+01:00", "visitors": 0, "pageviews": 0}


@pytest.mark.usefixtures("three_visits")
def test_a_time_series_by_the_hour_is_in_the_hours_of_the_project(get):
    answer = get("analytics/timeseries", period="today", granularity="hour", metrics="pageviews")
    found = {row["time"]: row["pageviews"] for row in answer["results"] if row["pageviews"]}
    assert found == {"2026-11-20T10:00:00+01:00": 1, "2026-11-20T11:00:00+01:00": 2}
    assert len(answer["results"]) == 24


def test_an_hour_that_the_clocks_repeat_is_there_twice(get, store_events):
    first = NOW.replace(month=10, day=25, hour=0, minute=30)  # 02:30 summer time, and an hour later 02:30 winter time
    store_events(
        {"visitor_id": 1, "session_id": 1, "occurred_at": first},
        {"visitor_id": 2, "session_id": 2, "occurred_at": first + timedelta(hours=1)},
    )
    answer = get("analytics/timeseries", **{"from": "2026-10-25", "to": "2026-10-25", "metrics": "pageviews"})
    found = [row["time"] for row in answer["results"] if row["pageviews"]]
    assert found == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]
    assert len(answer["results"]) == 25


@pytest.mark.usefixtures("three_visits")
@pytest.mark.parametrize(
    ("route", "results"),
    [
        ("pages", [{"page": "/", "visitors": 2, "pageviews": 2, "percentage": 100.0},
                   {"page": "/pricing", "visitors": 1, "pageviews": 1, "percentage": 50.0}]),
        ("pages/top-referrers", [{"referrer": "www.google.com", "visitors": 1, "visits": 1, "pageviews": 2,
                                  "percentage": 50.0}]),
        ("events", [{"event_name": "Signup", "events": 1, "visitors": 1}]),
        ("sources?metrics=visits", [{"source": "", "visits": 1}, {"source": "Google", "visits": 1}]),
        ("analytics/breakdown?dimension=entry_page&metrics=visits", [{"entry_page": "/", "visits": 2}]),
    ],
)  # fmt: skip
def test_a_breakdown_lists_values_with_their_numbers(get, route, results):
    answer = get(f"{route}{'&' if '?' in route else '?'}period=today")
    assert answer["results"] == results


@pytest.mark.usefixtures("three_visits")
def test_a_breakdown_is_read_page_by_page(get, client, api_key):
    first = get("pages", period="today", limit=1)
    assert first["meta"]["total_rows"] == 2
    second = client.get(first["next"], headers={"X-API-Key": api_key}).json()
    assert [row["page"] for row in first["results"] + second["results"]] == ["/", "/pricing"]
    assert second["next"] is None


@pytest.mark.usefixtures("three_visits")
def test_realtime_is_about_the_last_minutes(get):
    answer = get("realtime")
    assert (answer["active_visitors"], answer["pageviews"]) == (1, 2)
    assert len(answer["minutes"]) == 30
    assert [row["pageviews"] for row in answer["minutes"] if row["pageviews"]] == [1, 1]
    assert answer["pages"] == [
        {"page": "/", "visitors": 1, "pageviews": 1},
        {"page": "/pricing", "visitors": 1, "pageviews": 1},
    ]


ROUTES = ["analytics/overview", "analytics/timeseries", "analytics/breakdown?dimension=page", "realtime", "pages",
          "pages/top-referrers", "sources", "events", "analytics", "campaigns", "campaigns/top", "metrics/visitors",
          "users/active", "users/0000000000000001/events", "broken-pages", "broken-pages/redirects"]  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_an_outsider_finds_nothing(client, project, mallory, route):
    client.force_login(mallory)
    response = client.get(f"/api/v1/projects/{project.pk}/{route}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("route", ROUTES)
def test_without_a_credential_there_is_no_answer(client, project, route):
    response = client.get(f"/api/v1/projects/{project.pk}/{route}")
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_a_member_may_read(client, project, bob):
    client.force_login(bob)
    assert client.get(f"/api/v1/projects/{project.pk}/analytics/overview").status_code == 200


@pytest.mark.parametrize("route", ROUTES)
def test_a_key_needs_the_scope_to_read(get, project, alice, route):
    from projects.actions.keys import create_api_key

    key = create_api_key(project=project, name="Sender", scopes=["ingest"], by=alice)[1]
    assert get(route, status=403, key=key)["code"] == "insufficient_scope"


@pytest.mark.parametrize("route", ROUTES)
def test_the_key_of_another_project_finds_nothing(get, mallory, route):
    from projects.actions.keys import create_api_key
    from projects.actions.projects import create_project

    hers = create_project(organization=mallory.organizations.get(), name="Hers", domain="example.net", timezone="UTC")
    key = create_api_key(project=hers, name="Hers", scopes=["read", "manage"], by=mallory)[1]
    assert get(route, status=404, key=key)["code"] == "not_found"


def test_only_json_is_answered(client, project, api_key):
    headers = {"X-API-Key": api_key, "Accept": "text/csv"}
    answer = client.get(f"/api/v1/projects/{project.pk}/pages", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


def test_a_revoked_key_reads_nothing(get, project):
    ApiKey.objects.filter(project=project).update(is_active=False)
    assert get("analytics/overview", status=401)["code"] == "invalid_key"


@pytest.mark.parametrize(
    ("route", "parameter", "code"),
    [
        ("analytics/overview?period=fortnight", "period", "unknown_period"),
        ("analytics/overview?startDate=x&endDate=2026-01-01", "startDate", "invalid_date"),
        ("analytics/timeseries?granularity=decade", "granularity", "unknown_interval"),
        ("analytics/timeseries?metrics=happiness", "metrics", "unknown_metric"),
        ("analytics/timeseries?metrics=percentage", "metrics", "unknown_metric"),
        ("analytics/breakdown", "dimension", "unknown_dimension"),
        ("pages?limit=0", "limit", "out_of_range"),
        ("pages?f=x:is:y", "f", "unknown_dimension"),
    ],
)
def test_a_parameter_that_is_not_possible_is_refused_by_name(get, route, parameter, code):
    answer = get(route, status=400)
    assert answer["code"] == "invalid_parameters"
    assert [(each["parameter"], each["code"]) for each in answer["errors"]] == [(parameter, code)]


def test_a_store_that_is_away_says_when_to_come_back(client, project, alice):
    from django.db import connection

    client.force_login(alice)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE visits RENAME TO visits_elsewhere")
    response = client.get(f"/api/v1/projects/{project.pk}/analytics/overview")
    assert (response.status_code, response.json()["code"]) == (503, "store_unavailable")
    assert response["Retry-After"] == "5"
