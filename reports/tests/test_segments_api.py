"""Segments over the API: who sees, makes and changes which, and what is refused."""

from uuid import uuid4

import pytest
from django.test import Client

from projects.actions.members import add_member
from projects.actions.projects import create_project, delete_project, purge_deleted_projects
from projects.models import ApiKey, PersonalAccessToken, Project, Role
from reports.models import Segment
from reports.tests.conftest import NOW

pytestmark = pytest.mark.django_db
GERMANS = {"name": "Germans", "kind": "project", "filters": [["is", "country", ["DE"]]]}
MINE = GERMANS | {"name": "Mine", "kind": "personal"}


@pytest.fixture
def call(project, signed_in):
    """A request to the segments of alice's project; `by`: a user, or a key or token."""

    def call(method, path="", body=None, *, by, status=200):
        address = f"/api/v1/projects/{project.pk}/segments" + (f"/{path}" if path else "")
        headers = {"Authorization": f"Bearer {by}"} if isinstance(by, str) else {}
        browser = Client() if isinstance(by, str) else signed_in(by)
        response = getattr(browser, method)(address, body, content_type="application/json", headers=headers)
        assert response.status_code == status, response.content
        return response.json() if response.content else None

    return call


def token(user, *scopes):
    secret = PersonalAccessToken.new_secret()
    row = PersonalAccessToken(user=user, name="Test", scopes=list(scopes))
    row.keep(secret)
    row.save()
    return secret


def test_a_segment_is_made_read_changed_and_deleted(call, alice):
    made = call("post", body=GERMANS, by=alice, status=201)
    assert {name: made[name] for name in GERMANS} == GERMANS
    assert call("get", made["id"], by=alice) == made
    assert call("get", by=alice)["results"] == [made]
    changed = call("patch", made["id"], {"name": "Deutsche"}, by=alice)
    assert (changed["name"], changed["filters"], changed["kind"]) == ("Deutsche", GERMANS["filters"], "project")
    call("delete", made["id"], by=alice, status=204)
    assert call("get", made["id"], by=alice, status=404)["code"] == "not_found"


def test_filters_are_kept_in_their_regular_form(call, alice):
    made = call("post", body=GERMANS | {"filters": [["is", "visit:country", ["DE", "DE"]]]}, by=alice, status=201)
    assert made["filters"] == [["is", "country", ["DE"]]]


def test_the_teams_are_seen_by_all_members_and_the_personal_ones_by_their_owner_alone(call, alice, bob, api_key):
    call("post", body=GERMANS, by=alice, status=201)
    mine = call("post", body=MINE, by=alice, status=201)
    names = {who: [each["name"] for each in call("get", by=by)["results"]] for who, by in
             {"alice": alice, "bob": bob, "key": api_key}.items()}  # fmt: skip
    assert names == {"alice": ["Germans", "Mine"], "bob": ["Germans"], "key": ["Germans"]}
    for by in (bob, api_key):
        for method, body in (("get", None), ("patch", {"name": "Stolen"}), ("delete", None)):
            call(method, mine["id"], body, by=by, status=404)


def test_a_viewer_makes_personal_ones_and_leaves_the_teams_alone(call, alice, bob):
    own = call("post", body=MINE, by=bob, status=201)
    assert call("patch", own["id"], {"name": "Bob's"}, by=bob)["name"] == "Bob's"
    assert call("post", body=GERMANS, by=bob, status=403)["code"] == "permission_denied"
    assert call("patch", own["id"], {"kind": "project"}, by=bob, status=403)["code"] == "permission_denied"
    teams = call("post", body=GERMANS, by=alice, status=201)
    assert call("patch", teams["id"], {"name": "No"}, by=bob, status=403)["code"] == "permission_denied"
    assert call("patch", teams["id"], {"kind": "personal"}, by=bob, status=403)["code"] == "permission_denied"
    assert call("delete", teams["id"], by=bob, status=403)["code"] == "permission_denied"
    call("delete", own["id"], by=bob, status=204)


def test_an_editor_changes_the_teams_and_takes_one_for_their_own(call, alice, bob, organization):
    organization.memberships.filter(user=bob).update(role=Role.EDITOR)
    teams = call("post", body=GERMANS, by=alice, status=201)
    assert call("patch", teams["id"], {"kind": "personal"}, by=bob)["kind"] == "personal"
    call("get", teams["id"], by=alice, status=404)


def test_a_key_writes_the_teams_with_manage_and_has_no_own(call, project, api_key):
    made = call("post", body=GERMANS, by=api_key, status=201)
    refused = call("post", body=MINE, by=api_key, status=400)
    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [("/kind", "no_person")]
    ApiKey.objects.update(scopes=["read"])
    assert call("get", made["id"], by=api_key) == made
    assert call("delete", made["id"], by=api_key, status=403)["code"] == "insufficient_scope"
    ApiKey.objects.update(scopes=["ingest"])
    assert call("get", by=api_key, status=403)["code"] == "insufficient_scope"


def test_a_token_writes_with_manage_alone(call, bob):
    assert call("post", body=MINE, by=token(bob, "read"), status=403)["code"] == "insufficient_scope"
    call("post", body=MINE, by=token(bob, "manage"), status=201)
    assert len(call("get", by=token(bob, "read"))["results"]) == 1


def test_the_outsider_finds_nothing(call, alice, mallory):
    made = call("post", body=GERMANS, by=alice, status=201)
    for method, path, body in [
        ("get", "", None),
        ("post", "", GERMANS),
        ("get", made["id"], None),
        ("patch", made["id"], {"name": "Mine"}),
        ("delete", made["id"], None),
    ]:
        assert call(method, path, body, by=mallory, status=404)["code"] == "not_found"


def test_a_segment_of_another_project_is_not_found_here(call, alice, organization):
    other = create_project(organization=organization, name="Other", domain="other.example")
    elsewhere = Segment.objects.create(project=other, name="Elsewhere", filters=GERMANS["filters"])
    call("get", str(elsewhere.pk), by=alice, status=404)
    call("get", str(uuid4()), by=alice, status=404)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"name": ""}, "/name", "blank"),
        ({"name": "x" * 101}, "/name", "max_length"),
        ({"kind": "public"}, "/kind", "invalid_choice"),
        ({"filters": []}, "/filters", "empty"),
        ({"filters": None}, "/filters", "null"),
        ({"filters": {"is": "country"}}, "/filters", "not_a_list"),
        ({"filters": [["is", "planet", ["Mars"]]]}, "/filters/0/1", "unknown_dimension"),
        ({"filters": [["or", [["is", "os", ["x"]], ["is", "os", [7]]]]]}, "/filters/0/1/1/2/0", "not_a_text"),
        ({"filters": [["is", "segment", ["x"]]]}, "/filters/0/1", "unknown_dimension"),
        ({"filters": [["is", "page", ["/" * 2048, "." * 2048] + [f"{n:2048}" for n in range(40)]]]},
         "/filters", "too_long"),
    ],
)  # fmt: skip
def test_what_is_not_possible_is_refused_with_its_place(call, alice, change, pointer, code):
    refused = call("post", body=GERMANS | change, by=alice, status=400)
    assert refused["code"] == "invalid"
    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [(pointer, code)]
    assert not Segment.objects.exists()


def test_a_name_stands_once_in_the_team_and_once_among_ones_own(call, alice, bob):
    call("post", body=GERMANS, by=alice, status=201)
    taken = call("post", body=GERMANS | {"name": "GERMANS"}, by=alice, status=400)
    assert [(each["pointer"], each["code"]) for each in taken["errors"]] == [("/name", "taken")]
    for by in (alice, bob):
        own = call("post", body=GERMANS | {"kind": "personal"}, by=by, status=201)
        assert own["name"] == "Germans"
    refused = call("patch", own["id"], {"name": "Other"}, by=bob)
    assert refused["name"] == "Other"


def test_segments_go_with_their_project_and_the_personal_ones_with_their_owner(call, alice, bob, organization, project):
    call("post", body=GERMANS, by=alice, status=201)
    call("post", body=MINE, by=bob, status=201)
    bob.delete()
    assert [each.name for each in Segment.objects.all()] == ["Germans"]
    delete_project(project=project)
    purge_deleted_projects(now=NOW.replace(year=2099))
    assert not Project.objects.exists()
    assert not Segment.objects.exists()


def test_nobody_makes_more_than_a_menu_can_hold(call, alice, project, monkeypatch):
    monkeypatch.setattr("reports.segments.MAX_OF_ONE_SCOPE", 1)
    call("post", body=GERMANS, by=alice, status=201)
    refused = call("post", body=GERMANS | {"name": "Second"}, by=alice, status=400)
    assert refused["errors"][0]["code"] == "too_many"


def test_an_admin_of_another_organization_is_an_outsider(call, alice, mallory):
    theirs = mallory.organizations.get()
    add_member(organization=theirs, user=alice, role=Role.VIEWER)
    made = call("post", body=GERMANS, by=alice, status=201)
    call("get", made["id"], by=mallory, status=404)
