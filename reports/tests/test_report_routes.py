"""A whole report in one answer, and one metric by its name: the same numbers as everywhere."""

import pytest

from reports.api.single_metric import POSSIBLE
from tracking.storage.spec import METRICS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
ROUTE_OF = {
    "top_pages": ("pages", ""),
    "top_entry_pages": ("analytics/breakdown", "entry_page"),
    "top_sources": ("sources", ""),
    "top_referrers": ("pages/top-referrers", ""),
    "top_countries": ("analytics/breakdown", "country"),
    "top_browsers": ("analytics/breakdown", "browser"),
    "top_os": ("analytics/breakdown", "os"),
    "device_breakdown": ("analytics/breakdown", "device"),
    "top_custom_events": ("events", ""),
}


@pytest.mark.usefixtures("three_visits")
def test_a_report_has_the_numbers_of_the_single_routes(get):
    asked = {"startDate": "2026-11-14", "endDate": "2026-11-20"}
    report = get("analytics", granularity="day", **asked)
    overview = get("analytics/overview", **asked)
    assert report["period"] == overview["period"]
    assert report["summary"] == {name: overview[name] for name in report["summary"]}
    assert report["summary"]["pageviews"] == 4
    assert report["timeseries"] == get("analytics/timeseries", granularity="day", **asked)["results"]
    for name, (route, dimension) in ROUTE_OF.items():
        assert report[name] == get(route, **asked | {"dimension": dimension})["results"], name
    assert report["top_custom_events"] == [{"event_name": "Signup", "events": 1, "visitors": 1}]
    assert set(report["meta"]["parts"]) == {
        "summary",
        "timeseries",
        *(name for name in report if "top_" in name),
        *ROUTE_OF,
    }


@pytest.mark.usefixtures("three_visits")
def test_a_report_may_have_short_lists_and_filters(get):
    report = get("analytics", period="7d", limit=1, f="source:is:Google")
    assert report["top_pages"] == [{"page": "/", "visitors": 1, "pageviews": 1, "percentage": 100.0}]
    assert report["meta"]["parts"]["top_pages"]["total_rows"] == 2
    assert report["summary"]["visits"] == 1


def test_a_report_of_nothing_is_a_report(get):
    report = get("analytics", period="7d")
    assert (report["summary"]["visitors"], report["summary"]["bounce_rate"]) == (0, None)
    assert len(report["timeseries"]) == 7
    assert all(report[name] == [] for name in report if name.startswith("top_"))


@pytest.mark.usefixtures("three_visits")
def test_a_metric_has_its_number_its_course_and_its_meaning(get):
    answer = get("metrics/pageviews", startTime="2026-11-19", endTime="2026-11-20", granularity="day")
    assert answer["metric"] == {
        "name": "pageviews",
        "label": "Pageviews",
        "unit": "count",
        "definition": METRICS["pageviews"].definition,
    }
    assert answer["total"] == 4
    assert answer["results"] == [
        {"time": "2026-11-19T00:00:00+01:00", "value": 1},
        {"time": "2026-11-20T00:00:00+01:00", "value": 3},
    ]


@pytest.mark.usefixtures("three_visits")
@pytest.mark.parametrize("name", POSSIBLE)
def test_every_metric_can_be_asked_for(get, name):
    answer = get(f"metrics/{name}", period="7d")
    assert len(answer["results"]) == 7
    assert answer["query"]["metrics"] == [name]


def test_an_unknown_metric_is_not_found_and_the_possible_ones_are_named(get):
    answer = get("metrics/happiness", status=404)
    assert answer["code"] == "unknown_metric"
    assert all(name in answer["detail"] for name in POSSIBLE)


def test_a_share_of_nothing_is_no_metric_over_time(get):
    assert get("metrics/percentage", status=404)["code"] == "unknown_metric"


def test_an_outsider_does_not_learn_which_metrics_there_are(client, project, mallory):
    client.force_login(mallory)
    answer = client.get(f"/api/v1/projects/{project.pk}/metrics/happiness")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("route", "parameter", "code"),
    [
        ("analytics?limit=101", "limit", "out_of_range"),
        ("analytics?granularity=decade", "granularity", "unknown_interval"),
        ("analytics?startDate=2026-11-20&endDate=2026-11-19", "to", "before_start"),
        ("metrics/visitors?granularity=decade", "granularity", "unknown_interval"),
        ("metrics/visitors?startTime=x&endTime=2026-11-20", "startTime", "invalid_date"),
        ("analytics/breakdown?dimension=entry_page&metrics=scroll_depth", "metrics", "impossible_metric"),
        ("pages?f=page:matches:(", "f", "invalid_pattern"),
    ],
)
def test_a_parameter_that_is_not_possible_is_refused_by_name(get, route, parameter, code):
    assert [(each["parameter"], each["code"]) for each in get(route, status=400)["errors"]] == [(parameter, code)]
