"""Another tenant's URLs: 404, whatever the method; without a login: to the login page."""

import uuid

import pytest
from django.urls import reverse

from projects.actions.members import invite
from projects.models import ApiKey, Organization, Project, Role

pytestmark = pytest.mark.django_db

PROJECT_PAGES = [
    ("projects:settings", "get"),
    ("projects:settings", "post"),
    ("projects:keys", "get"),
    ("projects:keys", "post"),
    ("projects:rotate-write-key", "post"),
    ("projects:revoke-key", "post"),
    ("projects:danger", "get"),
    ("projects:danger", "post"),
    ("tracking:screening", "get"),
    ("tracking:screening", "post"),
    ("tracking:quarantine", "get"),
    ("tracking:quarantine-restore", "post"),
    ("tracking:quarantine-drop", "post"),
    ("tracking:privacy", "get"),
    ("tracking:privacy", "post"),
    ("tracking:install", "get"),
    ("tracking:install-check", "get"),
    ("tracking:why", "get"),
]
FOR_ALL_MEMBERS = {"tracking:install", "tracking:install-check", "tracking:why"}
ORGANIZATION_PAGES = [
    ("organizations:detail", "get"),
    ("organizations:detail", "post"),
    ("organizations:delete", "post"),
    ("organizations:invitations", "post"),
    ("organizations:revoke-invitation", "post"),
    ("organizations:member-role", "post"),
    ("organizations:member-remove", "post"),
]
OWN_PAGES = ["projects:index", "projects:new", "organizations:new", "projects:account", "projects:tokens"]


@pytest.fixture
def address(project, organization, alice, api_key, now):
    """The URL of a page, with the ids of alice's rows."""
    invitation, _ = invite(organization=organization, email="x@example.com", role=Role.VIEWER, by=alice, now=now)

    def of(name: str) -> str:
        if name.startswith("organizations:"):
            args = [organization.pk]
            args += [invitation.pk] if name.endswith("revoke-invitation") else []
            args += [organization.memberships.get(user=alice).pk] if "member" in name else []
        else:
            args = [project.pk]
            args += [ApiKey.objects.get().pk] if name.endswith("revoke-key") else []
        return reverse(name, args=args)

    return of


def rows() -> list:
    return [
        list(Project.objects.order_by("pk").values()),
        list(Organization.objects.order_by("pk").values()),
        list(ApiKey.objects.order_by("pk").values("pk", "is_active")),
    ]


@pytest.mark.parametrize(("name", "method"), PROJECT_PAGES + ORGANIZATION_PAGES)
def test_an_outsider_finds_nothing_and_changes_nothing(name, method, address, mallory, signed_in):
    url, before = address(name), rows()
    data = {"name": "Mine now", "role": "owner", "email": "mallory@example.net", "typed": "Example"}
    assert getattr(signed_in(mallory), method)(url, data).status_code == 404
    assert rows() == before


@pytest.mark.parametrize(("name", "method"), PROJECT_PAGES + ORGANIZATION_PAGES)
def test_nobody_gets_in_without_a_login(name, method, address, client):
    url, before = address(name), rows()
    response = getattr(client, method)(url)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=")
    assert rows() == before


@pytest.mark.parametrize("name", OWN_PAGES)
def test_ones_own_pages_need_a_login(name, client):
    assert client.get(reverse(name))["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(("name", "method"), [page for page in PROJECT_PAGES if page[0] not in FOR_ALL_MEMBERS])
def test_a_viewer_does_not_reach_the_settings(name, method, address, bob, signed_in):
    response = getattr(signed_in(bob), method)(address(name))
    if (name, method) == ("projects:settings", "get"):  # where the dashboard's button leads every member
        assert response["Location"] == address("tracking:ledger")
    else:
        assert response.status_code == 404


@pytest.mark.parametrize("name", ["tracking:install", "tracking:ledger", "tracking:why", "organizations:detail"])
def test_a_viewer_sees_what_is_for_all_members(name, address, bob, signed_in):
    assert signed_in(bob).get(address(name)).status_code == 200


@pytest.mark.parametrize(("name", "method"), [page for page in ORGANIZATION_PAGES if page[1] == "post"])
def test_a_viewer_changes_nothing_of_the_organization(name, method, address, bob, signed_in):
    url, before = address(name), rows()
    assert signed_in(bob).post(url, {"name": "x", "role": "owner", "email": "y@example.com"}).status_code == 404
    assert rows() == before


def test_an_id_that_does_not_exist_looks_like_one_of_somebody_else(alice, signed_in):
    assert signed_in(alice).get(reverse("projects:settings", args=[uuid.uuid4()])).status_code == 404


def test_a_deleted_project_is_gone_for_its_owner_too(alice, project, signed_in):
    signed_in(alice).post(reverse("projects:danger", args=[project.pk]), {"typed": project.name})
    assert signed_in(alice).get(reverse("projects:settings", args=[project.pk])).status_code == 404


def test_a_key_of_another_project_is_not_revoked_through_ones_own(mallory, api_key, signed_in):
    from projects.actions.projects import create_project

    own = create_project(organization=mallory.organizations.get(), name="Own", domain="own.example")
    url = reverse("projects:revoke-key", args=[own.pk, ApiKey.objects.get().pk])
    assert signed_in(mallory).post(url).status_code == 404
    assert ApiKey.objects.get().is_active


def test_the_list_shows_only_ones_own_projects(alice, bob, mallory, project, signed_in):
    assert project.name in signed_in(alice).get("/projects").content.decode()
    assert project.name in signed_in(bob).get("/projects").content.decode()
    assert str(project.pk) not in signed_in(mallory).get("/projects").content.decode()
