"""POST /query over the real store."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection

from reports.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
MINUTE = timedelta(minutes=1)
GOOGLE = {"source": "Google", "referrer": "www.google.com", "country": "DE"}
SIGNUP = {"event_type": "custom", "event_name": "Signup"}


@pytest.fixture
def ask(client, project, api_key):
    def ask(metrics=("visitors",), date_range="day", *, status=200, **more):
        body = {"metrics": list(metrics), "date_range": date_range} | more
        response = client.post(
            f"/api/v1/projects/{project.pk}/query", body, "application/json", headers={"X-API-Key": api_key}
        )
        assert response.status_code == status, response.content
        return response.json()

    return ask


@pytest.fixture
def rows(ask):
    def rows(*args, **more):
        return [(row["dimensions"], row["metrics"]) for row in ask(*args, **more)["results"]]

    return rows


@pytest.fixture
def four_visits(store_events):
    """Today: from Google, two pages and a signup; and direct, one page. Yesterday and a week ago: direct, one page."""
    ago = NOW - 7 * MINUTE
    first = {"visitor_id": 1, "session_id": 1, "session_started_at": ago} | GOOGLE
    store_events(
        first | {"occurred_at": ago},
        first | {"occurred_at": NOW - 4 * MINUTE, "path": "/Pricing"},
        first | {"occurred_at": NOW - 2 * MINUTE, "path": "/Pricing", "custom_data": {"plan": "pro"}} | SIGNUP,
        {"visitor_id": 2, "session_id": 2, "occurred_at": NOW - 90 * MINUTE},
        {"visitor_id": 3, "session_id": 3, "occurred_at": NOW - timedelta(days=1, hours=1)},
        {"visitor_id": 4, "session_id": 4, "occurred_at": NOW - timedelta(days=7, hours=1), "path": "/old"},
    )


@pytest.mark.usefixtures("four_visits")
class TestAnswers:
    def test_without_dimensions_there_is_one_row(self, rows):
        assert rows(["visitors", "pageviews", "bounce_rate"]) == [([], [2, 3, 50.0])]

    def test_dimensions_and_metrics_come_in_the_order_of_the_question(self, rows):
        assert rows(["pageviews", "visitors"], dimensions=["country", "source"]) == [
            (["DE", "Google"], [2, 1]),
            (["", ""], [1, 1]),
        ]

    def test_time_stands_where_it_was_asked_for(self, rows):
        assert rows(date_range="7d", dimensions=["source", "time:day"]) == [
            (["", "2026-11-19"], [1]),
            (["", "2026-11-20"], [1]),
            (["Google", "2026-11-20"], [1]),
        ]
        assert rows(date_range="day", dimensions=["time:hour", "source"])[0] == (["2026-11-20T10:00:00+01:00", ""], [1])

    @pytest.mark.parametrize(
        ("date_range", "time", "label"),
        [
            ("day", "time:hour", "2026-11-20T10:00:00+01:00"),
            ("24h", "time:hour", "2026-11-20T10:00:00+01:00"),
            ("7d", "time:day", "2026-11-19"),
            ("12mo", "time:month", "2026-11-01"),
        ],
    )
    def test_time_alone_is_the_bucket_that_suits_the_range(self, ask, date_range, time, label):
        answer = ask(date_range=date_range, dimensions=["time"])
        assert answer["query"]["dimensions"] == [time]
        assert answer["results"][0]["dimensions"] == [label]

    @pytest.mark.parametrize(
        ("filters", "visitors"),
        [
            ([], 2),
            ([["is", "visit:source", ["Google"]]], 1),
            ([["is", "page", ["/pricing"]]], 0),
            ([["is", "page", ["/pricing"], {"case_sensitive": False}]], 1),
            ([["contains", "event:page", ["ricin", "nothing"]]], 1),
            ([["matches", "page", ["^/P.*g$"]]], 1),
            ([["not", ["is", "country", ["DE"]]]], 1),
            ([["or", [["is", "country", ["DE"]], ["is", "source", [""]]]]], 2),
            ([["and", [["is", "country", ["DE"]], ["is", "source", [""]]]]], 0),
            ([["has_done", ["is", "event_name", ["Signup"]]]], 1),
            ([["has_not_done", ["is", "event:name", ["Signup"]]]], 1),
            ([["is", "event:props:plan", ["pro"]]], 1),
        ],
    )
    def test_filters_narrow_the_numbers(self, rows, filters, visitors):
        assert rows(filters=filters) == [([], [visitors])]

    def test_a_segment_stands_for_its_filters(self, ask, project, alice):
        from reports.segments import create_segment

        held = [["is", "country", ["DE"]]]
        segment = create_segment(project=project, name="Germans", filters=held, kind="project", by=alice)
        answer = ask(filters=[["is", "segment", [str(segment.pk)]]])
        assert answer["results"][0]["metrics"] == [1]
        assert answer["query"]["filters"] == held

    def test_rows_are_ordered_and_read_page_by_page(self, ask):
        asked = {"date_range": "30d", "dimensions": ["page"], "include": {"total_rows": True}}
        first = ask(order_by=[["page", "desc"]], pagination={"limit": 2}, **asked)
        second = ask(order_by=[["page", "desc"]], pagination={"limit": 2, "offset": 2}, **asked)
        beyond = ask(pagination={"offset": 9}, **asked)
        assert [row["dimensions"] for row in first["results"] + second["results"]] == [["/old"], ["/Pricing"], ["/"]]
        assert [answer["meta"]["total_rows"] for answer in (first, second, beyond)] == [3, 3, 3]
        assert beyond["results"] == []

    def test_all_time_begins_with_the_first_event(self, ask):
        answer = ask(["pageviews"], "all")
        assert answer["results"][0]["metrics"] == [5]
        assert answer["query"]["date_range"] == ["2026-11-13T00:00:00+01:00", "2026-11-21T00:00:00+01:00"]

    def test_the_question_is_told_as_it_was_understood_and_can_be_asked_again(self, ask):
        answer = ask(
            ["visitors", "visits"],
            "7d",
            dimensions=["visit:source", "time"],
            filters=[["has_not_done", ["contains", "event:page", ["/x"], {"case_sensitive": False}]]],
            pagination={"limit": 5},
        )
        assert answer["query"] == {
            "metrics": ["visitors", "visits"],
            "date_range": ["2026-11-14T00:00:00+01:00", "2026-11-21T00:00:00+01:00"],
            "dimensions": ["source", "time:day"],
            "filters": [["has_not_done", ["contains", "page", ["/x"], {"case_sensitive": False}]]],
            "order_by": [["time:day", "asc"], ["visitors", "desc"]],
            "include": {"time_labels": False, "total_rows": False, "comparisons": None, "explain": False},
            "pagination": {"limit": 5, "offset": 0},
        }
        again = ask(**answer["query"])
        assert (again["results"], again["query"]) == (answer["results"], answer["query"])

    def test_labels_name_every_bucket_of_the_range(self, ask):
        labels = ask(date_range="7d", dimensions=["time:day"], include={"time_labels": True})["meta"]["time_labels"]
        assert labels == [f"2026-11-{day}" for day in range(14, 21)]

    def test_a_moment_is_included_when_the_range_begins_with_it_and_not_when_it_ends(self, rows):
        moment = (NOW - timedelta(hours=25)).isoformat()
        after = (NOW - timedelta(hours=25) + MINUTE).isoformat()
        before = (NOW - timedelta(hours=25) - MINUTE).isoformat()
        assert rows(date_range=[moment, after]) == [([], [1])]
        assert rows(date_range=[before, moment]) == [([], [0])]


@pytest.mark.usefixtures("four_visits")
class TestComparisons:
    def test_totals_stand_beside_those_of_the_period_before(self, ask):
        answer = ask(["visitors", "bounce_rate"], "day", include={"comparisons": {"mode": "previous_period"}})
        (row,) = answer["results"]
        assert row["comparison"] == {"dimensions": [], "metrics": [1, 100.0], "change": [100, -50]}
        assert answer["meta"]["comparison_date_range"] == ["2026-11-19T00:00:00+01:00", "2026-11-19T12:00:00+01:00"]

    def test_a_value_stands_beside_itself_and_one_that_was_not_there_beside_nothing(self, ask):
        answer = ask(
            ["visitors", "percentage"],
            "day",
            dimensions=["source"],
            include={"comparisons": {"mode": "custom", "date_range": ["2026-11-13", "2026-11-19"]}},
        )
        found = {row["dimensions"][0]: row["comparison"] for row in answer["results"]}
        assert found == {
            "": {"dimensions": [""], "metrics": [2, 100.0], "change": [-50, -50]},
            "Google": {"dimensions": ["Google"], "metrics": [0, None], "change": [None, None]},
        }

    def test_buckets_stand_beside_each_other_empty_ones_too(self, ask):
        answer = ask(["visitors"], "7d", dimensions=["time:day"], include={"comparisons": {"mode": "previous_period"}})
        found = [
            (
                row["dimensions"][0],
                row["metrics"][0],
                row["comparison"]["dimensions"][0],
                row["comparison"]["metrics"][0],
            )
            for row in answer["results"]
        ]
        assert found == [
            ("2026-11-14", 0, "2026-11-07", 0),
            ("2026-11-15", 0, "2026-11-08", 0),
            ("2026-11-16", 0, "2026-11-09", 0),
            ("2026-11-17", 0, "2026-11-10", 0),
            ("2026-11-18", 0, "2026-11-11", 0),
            ("2026-11-19", 1, "2026-11-12", 0),
            ("2026-11-20", 2, "2026-11-13", 1),
        ]

    @pytest.mark.parametrize("limit", [1, 2, 3, 7])
    def test_the_pages_of_a_compared_series_are_its_buckets(self, ask, limit):
        asked = {
            "dimensions": ["time:day"],
            "include": {"total_rows": True, "comparisons": {"mode": "previous_period"}},
        }
        pages = [ask(["visitors"], "7d", pagination={"limit": limit, "offset": at}, **asked)
                 for at in range(0, 7, limit)]  # fmt: skip
        found = [row["metrics"][0] for page in pages for row in page["results"]]
        assert found == [0, 0, 0, 0, 0, 1, 2]
        assert {page["meta"]["total_rows"] for page in pages} == {7}

    def test_a_bucket_that_the_other_period_has_not_is_compared_with_none(self, ask):
        compared = {"mode": "custom", "date_range": ["2026-11-13", "2026-11-13"]}
        answer = ask(["visitors"], "7d", dimensions=["time:day", "source"], include={"comparisons": compared})
        assert [row["comparison"] for row in answer["results"]] == [None] * 3

    def test_values_of_which_there_are_too_many_are_asked_for_by_name(self, ask, monkeypatch):
        monkeypatch.setattr("reports.compared_rows.MAX_ROWS", 1)
        answer = ask(
            ["percentage", "pageviews"],
            "day",
            dimensions=["page"],
            filters=[["is_not", "page", ["/nowhere"]]],
            include={"comparisons": {"mode": "custom", "date_range": ["2026-11-13", "2026-11-20"]}},
        )
        found = {row["dimensions"][0]: row["comparison"]["metrics"] for row in answer["results"]}
        assert found == {"/": [75.0, 3], "/Pricing": [25.0, 1]}

    def test_a_week_is_matched_with_the_same_days_of_the_week(self, ask):
        compared = {"mode": "year_over_year", "match_day_of_week": True}
        answer = ask(date_range="day", include={"comparisons": compared})
        assert answer["meta"]["comparison_date_range"][0] == "2025-11-21T00:00:00+01:00"  # a Friday too
        assert answer["query"]["include"]["comparisons"] == compared


class TestWhatIsToBeKnown:
    def test_the_answer_says_where_it_was_read_and_how_fresh_it_is(self, ask):
        meta = ask()["meta"]
        assert meta["source"]
        assert meta["as_of"] == "2026-11-20T11:00:00.000Z"
        assert meta["includes_now"] is True
        assert meta["timezone"] == "Europe/Berlin"
        assert ask(date_range=["2026-11-01", "2026-11-02"])["meta"]["includes_now"] is False

    def test_the_answer_says_what_was_screened_out(self, ask, project):
        from tracking.reasons import Reason
        from tracking.storage import get_store
        from tracking.storage.tests import builders

        get_store().append(
            builders.message(
                quarantined=[
                    builders.quarantined(project_id=project.pk, occurred_at=at, reason=Reason.BOT)
                    for at in (NOW, NOW - timedelta(hours=1), NOW - timedelta(days=3))
                ]
            )
        )
        assert ask()["meta"]["excluded"] == {"quarantined": 2, "by_reason": {"bot": 2}}
        assert ask(date_range="7d")["meta"]["excluded"] == {"quarantined": 3, "by_reason": {"bot": 3}}

    def codes(self, answer):
        return [each["code"] for each in answer["meta"]["warnings"]]

    def test_a_visitor_of_several_days_is_several_visitors_without_cookies(self, ask, project):
        project.first_event_at = NOW - timedelta(days=90)
        project.save()
        assert self.codes(ask(date_range="7d")) == ["visitors_by_day"]
        assert self.codes(ask(date_range="7d", dimensions=["time:day"])) == []
        assert self.codes(ask(["pageviews"], "7d")) == []
        assert self.codes(ask(date_range="day")) == []
        project.identity_mode = "anonymous_id"
        project.save()
        assert self.codes(ask(date_range="7d")) == []

    def test_what_lies_before_the_first_event_or_is_dropped_is_said(self, ask, project):
        assert self.codes(ask(["pageviews"])) == ["before_first_event"]
        project.first_event_at = NOW - timedelta(days=3)
        project.save()
        assert self.codes(ask(["pageviews"], "7d")) == ["before_first_event"]
        assert self.codes(ask(["pageviews"], ["2024-01-01", "2024-02-01"])) == ["before_retention"]
        compared = {"comparisons": {"mode": "previous_period"}}
        assert self.codes(ask(["pageviews"], ["2026-11-18", "2026-11-19"], include=compared)) == [
            "comparison_before_first_event"
        ]

    @pytest.mark.usefixtures("four_visits")
    def test_an_explanation_says_what_the_numbers_are_and_how_to_ask_for_them(self, ask, project):
        answer = ask(
            ["visitors", "bounce_rate"],
            "30d",
            dimensions=["source"],
            filters=[["is", "country", ["DE"]], ["has_done", ["is", "event_name", ["Signup"]]]],
            include={"explain": True, "comparisons": {"mode": "previous_period"}},
        )
        explanation = answer["explanation"]
        assert [each["label"] for each in explanation["metrics"]] == ["Unique visitors", "Bounce rate"]
        assert "in percent of the visits" in explanation["metrics"][1]["definition"]
        assert explanation["dimensions"][0]["label"] == "Source"
        assert explanation["period"] == "Last 30 days: 22 Oct – 20 Nov 2026 (Europe/Berlin)"
        assert explanation["comparison"] == "22 Sep 2026, 00:00 – 21 Oct 2026, 12:00 (Europe/Berlin)"
        assert explanation["filters"] == "Country is Germany and has done (Event is Signup)"
        assert explanation["sources"] == [
            "All 30 days from single events and single visits (events, visits): "
            "not added up yet, or not in the way that is asked here."
        ]
        assert explanation["timed_ms"] >= 0
        call = explanation["api_call"]
        assert (call["method"], call["path"]) == ("POST", f"/api/v1/projects/{project.pk}/query")
        assert call["body"]["date_range"] == "30d"
        assert "X-API-Key: $KEY" in call["curl"]
        assert ask(**call["body"])["results"] == answer["results"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "faults"),
        [
            ({}, [("/metrics", "missing"), ("/date_range", "missing")]),
            ([], [("", "not_an_object")]),
            ({"metrics": ["visitors"], "date_range": "day", "site_id": "x"}, [("/site_id", "unknown_key")]),
            ({"metrics": [], "date_range": "day"}, [("/metrics", "missing")]),
            ({"metrics": "visitors", "date_range": "day"}, [("/metrics", "not_a_list")]),
            ({"metrics": ["visitor", 1], "date_range": "day"}, [("/metrics/0", "unknown_metric"),
                                                               ("/metrics/1", "unknown_metric")]),
            ({"metrics": ["visits", "visits"], "date_range": "day"}, [("/metrics/1", "repeated")]),
        ],
    )  # fmt: skip
    def test_a_body_that_is_no_question_is_refused_with_its_places(self, client, project, api_key, body, faults):
        response = client.post(
            f"/api/v1/projects/{project.pk}/query", body, "application/json", headers={"X-API-Key": api_key}
        )
        assert (response.status_code, response.json()["code"]) == (400, "invalid_query")
        assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == faults

    @pytest.mark.parametrize(
        ("more", "faults"),
        [
            ({"date_range": "fortnight"}, [("/date_range", "unknown_date_range")]),
            ({"date_range": "custom"}, [("/date_range", "unknown_date_range")]),
            ({"date_range": 7}, [("/date_range", "not_a_date_range")]),
            ({"date_range": ["2026-01-01"]}, [("/date_range", "not_a_date_range")]),
            ({"date_range": ["2026-01-02", "2026-01-01"]}, [("/date_range/1", "before_start")]),
            ({"date_range": ["2026-02-30", "2026-03-01"]}, [("/date_range/0", "invalid_date")]),
            ({"date_range": ["2026-02-01", "2026-03-01T00:00:00Z"]}, [("/date_range/0", "invalid_date")]),
            ({"date_range": ["1999-12-31", "2000-01-02"]}, [("/date_range/0", "out_of_range")]),
            ({"date_range": ["0001-01-01T00:00:00+23:59", "2000-01-02T00:00:00Z"]},
             [("/date_range/0", "out_of_range")]),
            ({"date_range": ["2016-01-01", "2026-01-01"]}, [("/date_range/0", "too_long")]),
            ({"dimensions": ["shoe_size"]}, [("/dimensions/0", "unknown_dimension")]),
            ({"dimensions": ["page", "event:page"]}, [("/dimensions/1", "repeated")]),
            ({"dimensions": ["time", "time:day"]}, [("/dimensions/1", "repeated")]),
            ({"dimensions": ["time:minute"], "date_range": "30d"}, [("/dimensions/0", "interval_not_possible")]),
            ({"dimensions": ["page"] * 6}, [("/dimensions", "too_many")]),
            ({"filters": [["is", "country", [1]]]}, [("/filters/0/2/0", "not_a_text")]),
            ({"filters": [["matches", "page", ["a"]], ["or", [["matches_not", "page", ["a", "("]]]]]},
             [("/filters/1/1/0/2/1", "invalid_pattern")]),
            ({"order_by": [["pageviews", "desc"]]}, [("/order_by/0/0", "unknown_order")]),
            ({"order_by": [["visitors", "down"]]}, [("/order_by/0/1", "unknown_direction")]),
            ({"order_by": [["visitors", "asc"], ["visitors", "asc"]]}, [("/order_by/1/0", "repeated")]),
            ({"order_by": ["visitors"]}, [("/order_by/0", "not_a_pair")]),
            ({"order_by": [["time", "asc"]]}, [("/order_by/0/0", "unknown_order")]),
            ({"include": {"imports": True}}, [("/include/imports", "unknown_key")]),
            ({"include": {"explain": 1}}, [("/include/explain", "not_a_boolean")]),
            ({"include": {"time_labels": True}}, [("/include/time_labels", "no_time")]),
            ({"include": {"comparisons": {}}}, [("/include/comparisons/mode", "unknown_mode")]),
            ({"include": {"comparisons": True}}, [("/include/comparisons", "not_an_object")]),
            ({"include": {"comparisons": {"mode": "custom"}}}, [("/include/comparisons/date_range", "missing")]),
            ({"include": {"comparisons": {"mode": "custom", "date_range": "x"}}},
             [("/include/comparisons/date_range", "unknown_date_range")]),
            ({"include": {"comparisons": {"mode": "year_over_year", "date_range": "7d"}}},
             [("/include/comparisons/date_range", "not_possible")]),
            ({"pagination": {"limit": 10_001}}, [("/pagination/limit", "out_of_range")]),
            ({"pagination": {"limit": True, "offset": -1}}, [("/pagination/limit", "out_of_range"),
                                                             ("/pagination/offset", "out_of_range")]),
            ({"pagination": {"page": 2}}, [("/pagination/page", "unknown_key")]),
            ({"metrics": ["time_on_page"], "dimensions": ["entry_page"]}, [("/metrics/0", "impossible_metric")]),
        ],
    )  # fmt: skip
    def test_what_is_not_possible_is_refused_with_its_place(self, ask, more, faults):
        problem = ask(status=400, **{"metrics": ["visitors"], "date_range": "day"} | more)
        assert problem["code"] == "invalid_query"
        assert [(each["pointer"], each["code"]) for each in problem["errors"]] == faults

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (b"{", 400, "not_json"),
            (b"\xff\xfe", 400, "not_json"),
            (b'{"metrics": [NaN]}', 400, "not_json"),
            (b"[" * 50_000, 400, "not_json"),
            (b'{"metrics": ["visitors"], "date_range": ' + b"[" * 400 + b"]" * 400 + b"}", 400, "invalid_query"),
            (b'{"metrics": ' + b"9" * 5000 + b"}", 400, "not_json"),
            (b" " * 100_001, 413, "too_large"),
            (b'{"\\ud800": 1}', 400, "invalid_query"),
            (b"", 400, "invalid_query"),
        ],
        ids=["cut", "bytes", "nan", "deep", "nested", "digits", "long", "surrogate", "empty"],
    )
    def test_a_hostile_body_is_refused(self, client, project, api_key, body, status, code):
        response = client.generic(
            "POST", f"/api/v1/projects/{project.pk}/query", body, "application/json", headers={"X-API-Key": api_key}
        )
        assert (response.status_code, response.json()["code"]) == (status, code)

    def test_anything_but_json_is_refused(self, client, project, api_key):
        path = f"/api/v1/projects/{project.pk}/query"
        response = client.post(path, {"metrics": "visitors"}, headers={"X-API-Key": api_key})
        assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")

    def test_an_outsider_finds_nothing(self, client, project, mallory):
        client.force_login(mallory)
        response = client.post(f"/api/v1/projects/{project.pk}/query", {}, "application/json")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")

    def test_somebody_elses_own_segment_is_refused(self, ask, project, bob):
        from reports.segments import create_segment

        held = [["is", "country", ["DE"]]]
        segment = create_segment(project=project, name="Mine", filters=held, kind="personal", by=bob)
        problem = ask(filters=[["is", "segment", [str(segment.pk)]]], status=400)
        assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [
            ("/filters/0/2/0", "unknown_segment")
        ]


class TestClocks:
    """Days and hours of the project's zone, whatever its clocks do."""

    @pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
    def test_a_day_has_as_many_hours_as_the_clocks_make_it(self, ask, day, hours):
        answer = ask(date_range=[day, day], dimensions=["time:hour"], include={"time_labels": True})
        assert len(answer["meta"]["time_labels"]) == hours

    def test_an_hour_of_a_half_hour_zone_begins_where_its_clock_says_so(self, ask, project, store_events):
        project.timezone = "Asia/Kolkata"
        project.save()
        midnight = datetime(2026, 11, 19, 18, 30, tzinfo=UTC)
        store_events(
            {"visitor_id": 1, "session_id": 1, "occurred_at": midnight - MINUTE},
            {"visitor_id": 2, "session_id": 2, "occurred_at": midnight + MINUTE},
        )
        found = ask(date_range="7d", dimensions=["time:day"])["results"]
        assert [row["dimensions"] for row in found] == [["2026-11-19"], ["2026-11-20"]]
        answer = ask(date_range="24h", dimensions=["time:hour"], include={"time_labels": True})
        found = [row["dimensions"][0] for row in answer["results"]]
        assert found == ["2026-11-19T23:00:00+05:30", "2026-11-20T00:00:00+05:30"]
        assert set(found) < set(answer["meta"]["time_labels"])


@pytest.mark.django_db(transaction=True)
def test_what_takes_too_long_says_what_would_help(ask, settings):
    settings.QUERY_TIMEOUT_S = 0.2
    connection.ensure_connection()
    with psycopg.connect(connection.connection.info.dsn) as other:
        other.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        problem = ask(date_range="90d", dimensions=["page"], filters=[["matches", "page", ["x"]]], status=503)
    assert problem["code"] == "query_too_large"
    assert problem["detail"] == (
        "What would help: a shorter period than 90 days, “is” or “contains” in place of “matches”, "
        "or a dimension of visits such as source or country in place of page."
    )
