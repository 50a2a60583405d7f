"""Annotations over the API: what a CI job sends, who may do what, and what changed with one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from projects.actions.projects import create_project
from projects.models import ApiKey, Role
from reports.models import Annotation
from reports.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
RELEASE = {"title": "Release 2.4", "kind": "release", "url": "https://example.com/2.4", "external_id": "v2.4"}


@pytest.fixture
def call(project, signed_in):
    """A request to the annotations of alice's project; `by`: a user, or a key."""

    def call(method, path="", body=None, *, by, status=200, query=""):
        address = f"/api/v1/projects/{project.pk}/annotations" + (f"/{path}" if path else "") + f"?{query}"
        headers = {"X-API-Key": by} if isinstance(by, str) else {}
        browser = Client() if isinstance(by, str) else signed_in(by)
        response = getattr(browser, method)(address, body, content_type="application/json", headers=headers)
        assert response.status_code == status, response.content
        return response.json() if response.content else None

    return call


def titles(answer):
    return [each["title"] for each in answer["results"]]


def faults(problem):
    return [(each["pointer"], each["code"]) for each in problem["errors"]]


def test_one_is_added_read_changed_and_deleted(call, alice):
    made = call("post", body=RELEASE | {"occurred_at": "2026-11-18T09:30:00Z"}, by=alice, status=201)
    assert {name: made[name] for name in RELEASE} == RELEASE
    assert made["occurred_at"] == "2026-11-18T10:30:00+01:00"  # as the project's clocks show it
    assert call("get", made["id"], by=alice) == made
    assert call("get", by=alice)["results"] == [made]
    changed = call("patch", made["id"], {"title": "Release 2.4.1", "occurred_at": "2026-11-19"}, by=alice)
    assert (changed["title"], changed["occurred_at"], changed["kind"]) == ("Release 2.4.1", "2026-11-19", "release")
    call("delete", made["id"], by=alice, status=204)
    assert call("get", made["id"], by=alice, status=404)["code"] == "not_found"


def test_without_a_time_it_is_of_now(call, alice):
    assert call("post", body={"title": "Now"}, by=alice, status=201)["occurred_at"] == "2026-11-20T12:00:00+01:00"


def test_a_moment_without_an_offset_is_the_projects(call, alice):
    made = call("post", body={"title": "Then", "occurred_at": "2026-07-01T08:00:00"}, by=alice, status=201)
    assert Annotation.objects.get(pk=made["id"]).occurred_at == datetime(2026, 7, 1, 6, tzinfo=UTC)


def test_the_same_external_id_again_changes_it(call, alice):
    made = call("post", body=RELEASE, by=alice, status=201)
    again = call("post", body=RELEASE | {"title": "Release 2.4, really"}, by=alice)
    assert (again["id"], again["title"]) == (made["id"], "Release 2.4, really")
    other = call("post", body=RELEASE | {"external_id": "v2.5"}, by=alice, status=201)
    refused = call("patch", other["id"], {"external_id": "v2.4"}, by=alice, status=400)
    assert faults(refused) == [("/external_id", "taken")]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("/title", "required")),
        ({"title": ""}, ("/title", "blank")),
        ({"title": "x" * 121}, ("/title", "max_length")),
        ({"title": "x", "kind": "party"}, ("/kind", "invalid_choice")),
        ({"title": "x", "url": "javascript:alert(1)"}, ("/url", "invalid")),
        ({"title": "x", "url": "ftp://example.com/"}, ("/url", "scheme")),
        ({"title": "x", "occurred_at": "yesterday"}, ("/occurred_at", "invalid")),
        ({"title": "x", "occurred_at": 5}, ("/occurred_at", "invalid")),
        ({"title": "x", "occurred_at": "1999-12-31"}, ("/occurred_at", "out_of_range")),
        ({"title": "x", "occurred_at": "9999-12-31T23:59:59-12:00"}, ("/occurred_at", "out_of_range")),
        ({"title": "x", "occurred_at": "0001-01-01T00:00:00+14:00"}, ("/occurred_at", "out_of_range")),
        ({"title": "a\0b"}, ("/title", "null_characters_not_allowed")),
    ],
)
def test_what_is_not_possible_is_refused_at_its_place(call, alice, body, fault):
    assert fault in faults(call("post", body=body, by=alice, status=400))
    assert not Annotation.objects.exists()


def test_a_list_is_of_the_days_that_are_asked_for(call, alice):
    for day in ("2026-11-17", "2026-11-18", "2026-11-19"):
        call("post", body={"title": day, "occurred_at": day}, by=alice, status=201)
    call("post", body={"title": "late", "occurred_at": "2026-11-18T23:59:00+01:00"}, by=alice, status=201)
    assert titles(call("get", by=alice)) == ["2026-11-19", "late", "2026-11-18", "2026-11-17"]
    assert titles(call("get", by=alice, query="from=2026-11-18&to=2026-11-18")) == ["late", "2026-11-18"]
    assert titles(call("get", by=alice, query="from=2026-11-19")) == ["2026-11-19"]
    refused = call("get", by=alice, query="to=soon", status=400)
    assert [(each["parameter"], each["code"]) for each in refused["errors"]] == [("to", "invalid_date")]


def test_a_key_that_may_only_send_events_adds_one_and_does_no_more(call, api_key, alice):
    ApiKey.objects.update(scopes=["ingest"])
    made = call("post", body=RELEASE, by=api_key, status=201)
    call("post", body=RELEASE, by=api_key)
    for method, path in (("get", ""), ("get", made["id"]), ("delete", made["id"]), ("get", f"{made['id']}/impact")):
        assert call(method, path, by=api_key, status=403)["code"] == "insufficient_scope"
    ApiKey.objects.update(scopes=["read"])
    assert call("get", made["id"], by=api_key) == made
    assert call("post", body=RELEASE, by=api_key, status=403)["code"] == "insufficient_scope"
    ApiKey.objects.update(scopes=["manage"])
    call("delete", made["id"], by=api_key, status=204)


def test_a_viewer_reads_and_an_editor_writes(call, alice, bob, organization):
    made = call("post", body=RELEASE, by=alice, status=201)
    assert call("get", by=bob)["results"] == [made]
    for method, path in (("post", ""), ("patch", made["id"]), ("delete", made["id"])):
        call(method, path, {"title": "x"}, by=bob, status=404)
    organization.memberships.filter(user=bob).update(role=Role.EDITOR)
    assert call("patch", made["id"], {"title": "Bob's"}, by=bob)["title"] == "Bob's"


def test_the_outsider_finds_nothing(call, alice, mallory, organization):
    made = call("post", body=RELEASE, by=alice, status=201)
    for method, path in (("get", ""), ("post", ""), ("get", made["id"]), ("patch", made["id"]), ("delete", made["id"]),
                         ("get", f"{made['id']}/impact")):  # fmt: skip
        assert call(method, path, RELEASE if method == "post" else None, by=mallory, status=404)["code"] == "not_found"
    other = create_project(organization=organization, name="Other", domain="other.example")
    elsewhere = Annotation.objects.create(project=other, title="Elsewhere", occurred_at=NOW)
    for method in ("get", "patch", "delete"):
        call(method, str(elsewhere.pk), by=alice, status=404)


@pytest.fixture
def doubled(store_events):
    """Two visitors a day before Wednesday, 4 Nov, and four a day from then on."""
    number = 0
    for back in range(31):
        day = datetime(2026, 11, 18, 11, tzinfo=UTC) - timedelta(days=back)
        for _ in range(4 if day.day >= 4 and day.month == 11 else 2):
            number += 1
            store_events({"visitor_id": number, "session_id": number, "occurred_at": day + timedelta(seconds=number)})


@pytest.mark.usefixtures("doubled")
def test_twice_the_visitors_on_each_day_is_more_than_noise(call, alice):
    made = call("post", body={"title": "Redesign", "occurred_at": "2026-11-04"}, by=alice, status=201)
    impact = call("get", f"{made['id']}/impact", by=alice)
    assert impact["before"] == ["2026-10-21", "2026-11-03"]
    assert impact["after"] == ["2026-11-04", "2026-11-17"]
    assert (impact["is_complete"], impact["complete_on"]) == (True, "2026-11-18")
    changes = {each["metric"]: each for each in impact["changes"]}
    assert [changes["visitors"][name] for name in ("before", "after", "change")] == [28, 56, 100]
    assert changes["visitors"]["is_more_than_noise"]
    assert changes["visitors"]["p_value"] == pytest.approx(6 * 2 / 2**14)  # six numbers were looked at
    assert not changes["events"]["is_more_than_noise"]
    assert changes["bounce_rate"]["p_value"] == 1


@pytest.mark.usefixtures("doubled")
def test_the_day_of_a_moment_is_on_neither_side(call, alice):
    made = call("post", body={"title": "Redesign", "occurred_at": "2026-11-04T15:00:00+01:00"}, by=alice, status=201)
    impact = call("get", f"{made['id']}/impact", query="days=7", by=alice)
    assert (impact["before"], impact["after"]) == (["2026-10-28", "2026-11-03"], ["2026-11-05", "2026-11-11"])


@pytest.mark.usefixtures("doubled")
def test_filters_hold_for_both_sides(call, alice):
    made = call("post", body={"title": "Redesign", "occurred_at": "2026-11-04"}, by=alice, status=201)
    impact = call("get", f"{made['id']}/impact", query="f=page:is:/nowhere", by=alice)
    assert {each["before"] for each in impact["changes"]} == {0, None}


def test_before_the_days_are_over_it_says_when_they_will_be(call, alice):
    made = call("post", body={"title": "Release", "occurred_at": "2026-11-16"}, by=alice, status=201)
    impact = call("get", f"{made['id']}/impact", query="days=7", by=alice)
    assert (impact["is_complete"], impact["complete_on"], impact["changes"]) == (False, "2026-11-23", [])


def test_only_whole_weeks_are_compared(call, alice):
    made = call("post", body={"title": "Release"}, by=alice, status=201)
    for days in ("10", "0", "many"):
        assert (
            call("get", f"{made['id']}/impact", query=f"days={days}", by=alice, status=400)["code"]
            == "invalid_parameters"
        )
