"""The management API: projects, keys, organizations, and who may do what with which credential."""

import json
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from projects.actions.keys import create_access_token, create_api_key, revoke_access_token
from projects.actions.members import add_member
from projects.actions.projects import create_project
from projects.models import ApiKey, Organization, PersonalAccessToken, Project, Role

pytestmark = pytest.mark.django_db


class Api:
    """A program with a credential in its headers."""

    def __init__(self, **headers: str) -> None:
        self.client, self.headers = Client(), headers

    def __getattr__(self, method):
        def send(path, data=None):
            body = {} if data is None else {"data": json.dumps(data), "content_type": "application/json"}
            return self.client.generic(method.upper(), f"/api/v1{path}", headers=self.headers, **body)

        return send


def bearer(user, *scopes, **options) -> Api:
    _, secret = create_access_token(user=user, name="Test", scopes=scopes or ("read", "manage"), **options)
    return Api(Authorization=f"Bearer {secret}")


def key_of(project, *scopes) -> Api:
    return Api(**{"X-API-Key": create_api_key(project=project, name="Test", scopes=scopes, by=None)[1]})


@pytest.fixture
def api(alice) -> Api:
    return bearer(alice)


# Credentials


def test_without_a_credential_it_says_how_to_bring_one(project):
    response = Api().get("/projects")
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer ap_pat_" + "0" * 64},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer ap_pat_\x00"},
        {"X-API-Key": "ap_" + "0" * 64},
        {"X-API-Key": "nonsense"},
        {"X-API-Key": "ap_pub_" + "0" * 32},
    ],
)
def test_what_is_no_key_is_refused(headers, api_key):
    response = Api(**headers).get("/projects")
    assert (response.status_code, response.json()["code"]) == (401, "invalid_key")


def test_a_secret_whose_start_is_known_is_refused(project, api_key):
    assert Api(**{"X-API-Key": api_key[:8] + "0" * 59}).get(f"/projects/{project.pk}").status_code == 401


def test_revoked_and_expired_tokens_are_refused(alice, now):
    revoked = bearer(alice)
    revoke_access_token(token=PersonalAccessToken.objects.get())
    assert revoked.get("/projects").status_code == 401
    expiring = bearer(alice, expires_at=now + timedelta(days=1))
    assert expiring.get("/projects").status_code == 200
    with time_machine.travel(now + timedelta(days=2)):
        assert expiring.get("/projects").status_code == 401


def test_tokens_of_a_locked_account_are_refused(alice, api):
    alice.is_active = False
    alice.save()
    assert api.get("/projects").status_code == 401


def test_a_revoked_key_and_one_of_a_deleted_project_are_refused(project, alice, api):
    first, second = key_of(project, "read"), key_of(project, "read")
    api.delete(f"/projects/{project.pk}/keys/{ApiKey.objects.earliest('created_at').pk}")
    assert first.get(f"/projects/{project.pk}").status_code == 401
    assert second.get(f"/projects/{project.pk}").status_code == 200
    api.delete(f"/projects/{project.pk}")
    assert second.get(f"/projects/{project.pk}").status_code == 401


def test_the_last_use_is_written_at_most_once_a_minute(project, now, django_assert_num_queries):
    program = key_of(project, "read")
    with time_machine.travel(now, tick=False):
        program.get(f"/projects/{project.pk}")
    assert ApiKey.objects.get().last_used_at == now
    with time_machine.travel(now + timedelta(seconds=50), tick=False), django_assert_num_queries(2):
        program.get(f"/projects/{project.pk}")
    assert ApiKey.objects.get().last_used_at == now
    with time_machine.travel(now + timedelta(seconds=70), tick=False):
        program.get(f"/projects/{project.pk}")
    assert ApiKey.objects.get().last_used_at == now + timedelta(seconds=70)


def test_a_session_works_and_needs_the_csrf_token(alice, project, signed_in):
    assert signed_in(alice).get(f"/api/v1/projects/{project.pk}").status_code == 200
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert strict.delete(f"/api/v1/projects/{project.pk}").status_code == 403
    assert Project.objects.get().deleted_at is None


# Tenancy and scopes

ONE_PROJECT = [
    ("get", "", None),
    ("put", "", {"name": "Mine", "domain": "mine.example"}),
    ("patch", "", {"name": "Mine"}),
    ("delete", "", None),
    ("get", "/keys", None),
    ("post", "/keys", {"name": "x", "scopes": ["read"]}),
    ("get", "/keys/{key}", None),
    ("delete", "/keys/{key}", None),
    ("post", "/write-key/rotate", {}),
]


@pytest.mark.parametrize(("method", "path", "data"), ONE_PROJECT)
def test_an_outsider_finds_nothing(method, path, data, project, api_key, mallory):
    own = create_project(organization=mallory.organizations.get(), name="Own", domain="own.example")
    url = f"/projects/{project.pk}" + path.format(key=ApiKey.objects.get().pk)
    for program in (bearer(mallory), key_of(own, "read", "manage")):
        response = getattr(program, method)(url, data)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    project.refresh_from_db()
    assert (project.name, project.deleted_at) == ("Example", None)
    assert ApiKey.objects.filter(project=project, is_active=True).count() == 1


@pytest.mark.parametrize(("method", "path", "data"), ONE_PROJECT[1:])
def test_a_viewer_reads_the_project_and_no_more(method, path, data, project, api_key, bob):
    program = bearer(bob)
    assert program.get(f"/projects/{project.pk}").status_code == 200
    url = f"/projects/{project.pk}" + path.format(key=ApiKey.objects.get().pk)
    assert getattr(program, method)(url, data).status_code == 404


@pytest.mark.parametrize(("method", "path", "data"), ONE_PROJECT[1:])
def test_a_credential_without_the_scope_is_told_so(method, path, data, project, api_key, alice):
    url = f"/projects/{project.pk}" + path.format(key=ApiKey.objects.get().pk)
    for program in (bearer(alice, "read"), key_of(project, "read")):
        if method == "delete" and not path and "X-API-Key" in program.headers:
            continue  # see the next test
        response = getattr(program, method)(url, data)
        assert (response.status_code, response.json()["code"]) == (403, "insufficient_scope")


def test_no_key_deletes_its_project(project):
    assert key_of(project, "read", "manage").delete(f"/projects/{project.pk}").status_code == 404
    assert Project.objects.get().deleted_at is None


def test_a_key_that_may_only_send_reads_nothing(project):
    program = key_of(project, "ingest")
    assert program.get(f"/projects/{project.pk}").json()["code"] == "insufficient_scope"
    assert program.get("/projects").json()["results"] == []


def test_a_key_lists_its_own_project_alone(project, organization):
    create_project(organization=organization, name="Other", domain="other.example")
    assert [each["name"] for each in key_of(project, "read").get("/projects").json()["results"]] == ["Example"]


@pytest.mark.parametrize(
    ("method", "path"), [("post", "/projects"), ("get", "/organizations"), ("post", "/organizations")]
)
def test_a_key_does_not_act_beyond_its_project(method, path, project):
    response = getattr(key_of(project, "read", "manage"), method)(path, {"name": "x", "domain": "x.example"})
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")


def test_a_token_that_reads_makes_nothing(alice):
    program = bearer(alice, "read")
    assert program.get("/organizations").status_code == 200
    assert program.post("/organizations", {"name": "x"}).json()["code"] == "insufficient_scope"
    assert program.post("/projects", {"name": "x", "domain": "x.example"}).json()["code"] == "insufficient_scope"


# Projects


def test_a_project_is_made_read_changed_and_deleted(api, alice):
    made = api.post("/projects", {"name": "Shop", "domain": "https://Shop.example/", "timezone": "Europe/Paris"})
    assert made.status_code == 201
    project = made.json()
    assert project["domain"] == "shop.example"
    assert project["write_key"].startswith("ap_pub_")
    path = f"/projects/{project['id']}"
    assert api.get(path).json() == project
    changed = api.patch(path, {"is_active": False, "allowed_origins": ["Shop.example"]}).json()
    assert (changed["is_active"], changed["allowed_origins"]) == (False, ["https://shop.example"])
    replaced = api.put(path, {"name": "Store", "domain": "store.example"}).json()
    assert (replaced["name"], replaced["domain"]) == ("Store", "store.example")
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.get("/projects").json()["count"] == 0


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "blank"),
        ("name", "x" * 101, "max_length"),
        ("name", None, "null"),
        ("domain", "not a domain", "domain"),
        ("domain", {"a": 1}, "invalid"),
        ("timezone", "Mars/Olympus", "timezone"),
        ("description", "x" * 501, "max_length"),
        ("identity_mode", "cookies", "invalid_choice"),
        ("allowed_origins", ["https://a.example/x"], "origin"),
        ("allowed_origins", "https://a.example", "not_a_list"),
        ("kept_query_params", ["a b"], "query_param"),
        ("organization", "nonsense", "invalid"),
        ("name", "a\x00b", "null_characters_not_allowed"),
    ],
)
def test_a_bad_value_is_named(field, value, code, api):
    response = api.post("/projects", {"name": "Shop", "domain": "shop.example", field: value})
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["pointer"].startswith(f"/{field}")
    assert error["code"] == code


@pytest.mark.parametrize("body", ["{", "[" * 100_000, '{"name":' * 5_000], ids=["open", "deep list", "deep object"])
def test_what_is_not_json_is_refused(body, api, alice):
    response = api.client.post("/api/v1/projects", body, content_type="application/json", headers=api.headers)
    assert (response.status_code, response.json()["code"]) == (400, "parse_error")


def test_a_list_comes_in_pages(api, organization):
    for number in range(3):
        create_project(organization=organization, name=f"P{number}", domain="x.example")
    page = api.get("/projects?limit=2&offset=1").json()
    assert (page["count"], [each["name"] for each in page["results"]]) == (3, ["P1", "P2"])
    assert page["next"] is None


def test_the_organization_may_be_left_out_only_when_there_is_one(api, alice, mallory):
    other = Organization.objects.create(name="Other")
    add_member(organization=other, user=alice, role=Role.ADMIN)
    fields = {"name": "Shop", "domain": "shop.example"}
    refused = api.post("/projects", fields)
    assert refused.json()["errors"][0]["pointer"].startswith("/organization")
    assert api.post("/projects", {**fields, "organization": str(other.pk)}).json()["organization"] == str(other.pk)
    foreign = mallory.organizations.get().pk
    assert api.post("/projects", {**fields, "organization": str(foreign)}).status_code == 404
    assert api.post("/projects", {**fields, "organization": str(uuid.uuid4())}).status_code == 404


def test_a_project_cannot_be_moved_nor_given_a_key(api, project, mallory):
    before = api.get(f"/projects/{project.pk}").json()
    api.patch(
        f"/projects/{project.pk}",
        {
            "organization": str(mallory.organizations.get().pk),
            "write_key": "ap_pub_" + "0" * 32,
            "id": str(uuid.uuid4()),
        },
    )
    after = api.get(f"/projects/{project.pk}").json()
    assert {**after, "updated_at": ""} == {**before, "updated_at": ""}


# Keys


def test_a_key_is_made_listed_and_revoked(api, project):
    made = api.post(f"/projects/{project.pk}/keys", {"name": "Export", "scopes": ["read"]})
    assert made.status_code == 201
    key = made.json()
    program = Api(**{"X-API-Key": key.pop("secret")})
    assert program.get(f"/projects/{project.pk}").status_code == 200
    listed = api.get(f"/projects/{project.pk}/keys").json()["results"]
    assert [each["id"] for each in listed] == [key["id"]]
    assert "secret" not in listed[0]
    assert "key_hash" not in listed[0]
    for _ in range(2):
        assert api.delete(f"/projects/{project.pk}/keys/{key['id']}").status_code == 204
    assert api.get(f"/projects/{project.pk}/keys/{key['id']}").json()["is_active"] is False
    assert program.get(f"/projects/{project.pk}").status_code == 401


@pytest.mark.parametrize("scopes", [[], ["everything"], "read", None])
def test_a_key_needs_scopes_that_exist(scopes, api, project):
    response = api.post(f"/projects/{project.pk}/keys", {"name": "Export", "scopes": scopes})
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"].startswith("/scopes")


def test_a_key_that_manages_makes_keys(project):
    response = key_of(project, "manage").post(f"/projects/{project.pk}/keys", {"name": "x", "scopes": ["ingest"]})
    assert response.status_code == 201
    assert ApiKey.objects.get(name="x").created_by is None


def test_the_write_key_is_replaced_once_a_request(api, project):
    path, old = f"/projects/{project.pk}/write-key/rotate", project.write_key
    new = api.post(path, {"replaces": old}).json()["write_key"]
    assert new != old
    assert api.post(path, {"replaces": old}).json()["write_key"] == new
    assert api.post(path).json()["write_key"] != new


# Organizations


def test_organizations_are_made_and_listed(api, alice):
    made = api.post("/organizations", {"name": "Club"})
    assert made.status_code == 201
    assert [each["name"] for each in api.get("/organizations").json()["results"]] == ["Alice's team", "Club"]
    assert alice.memberships.get(organization=made.json()["id"]).role == Role.OWNER
    assert api.post("/organizations", {"name": " "}).status_code == 400
