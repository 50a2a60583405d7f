"""Deleting projects, organizations and accounts: gone at once, their data in the background."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from projects import purging
from projects.actions.members import add_member
from projects.actions.projects import create_project, delete_project, purge_deleted_projects
from projects.models import ApiKey, Organization, Project, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(monkeypatch, project):
    """Rows of data by project, held by a purger that takes the place of the event store."""
    rows = {project.pk: 25_000}

    def purge(project_id, *, limit):
        taken = min(limit, rows.get(project_id, 0))
        rows[project_id] = rows.get(project_id, 0) - taken
        return taken

    monkeypatch.setattr(purging, "_purgers", [purge])
    return rows


def test_data_goes_first_and_the_row_when_nothing_can_arrive_any_more(project, api_key, stored, now):
    delete_project(project=project)
    assert purge_deleted_projects(now=now) == 25_000
    assert Project.objects.filter(pk=project.pk).exists()
    stored[project.pk] = 3  # what the queue still held
    assert purge_deleted_projects(now=now + timedelta(minutes=11)) == 3
    assert not Project.objects.exists()
    assert not ApiKey.objects.exists()
    assert purge_deleted_projects(now=now + timedelta(minutes=12)) == 0


def test_living_projects_are_left_alone(project, stored, now):
    assert purge_deleted_projects(now=now + timedelta(days=1)) == 0
    assert stored[project.pk] == 25_000


def test_it_stops_when_its_time_is_up_and_goes_on_later(project, stored, now):
    delete_project(project=project)
    assert purge_deleted_projects(now=now, budget_s=-1) == 0
    assert purge_deleted_projects(now=now) == 25_000


def test_an_account_takes_the_organizations_that_nobody_else_owns(alice, bob, project, stored, now, signed_in):
    shared = Organization.objects.create(name="Shared")
    add_member(organization=shared, user=alice, role=Role.OWNER)
    add_member(organization=shared, user=bob, role=Role.OWNER)
    kept = create_project(organization=shared, name="Kept", domain="kept.example")
    browser = signed_in(alice)
    page = browser.get("/account/delete").content.decode()
    assert "example.com" in page
    assert "2 members" in page
    assert "kept.example" not in page
    response = browser.post("/account/delete", {"email": alice.email})
    assert response["Location"] == "/accounts/login/"
    assert browser.get("/projects").status_code == 302
    assert not User.objects.filter(pk=alice.pk).exists()
    assert signed_in(bob).get(reverse("projects:settings", args=[kept.pk])).status_code == 200
    assert list(Project.objects.visible_to(bob)) == [kept]
    with time_machine.travel(now + timedelta(minutes=15)):
        purge_deleted_projects(now=now + timedelta(minutes=15))
    assert list(Project.objects.all()) == [kept]
    assert stored[project.pk] == 0
    assert not Organization.objects.filter(name="Alice's team").exists()


def test_deleting_an_account_needs_the_password_of_who_has_one(alice, signed_in):
    alice.set_password("correct horse battery staple")
    alice.save()
    browser = signed_in(alice)
    for wrong in ({"email": alice.email}, {"password": "wrong"}):
        assert list(browser.post("/account/delete", wrong).context["form"].errors) == ["password"]
    browser.post("/account/delete", {"password": "correct horse battery staple"})
    assert not User.objects.exists()


def test_an_organization_goes_with_its_projects(alice, bob, organization, project, signed_in):
    url = reverse("organizations:delete", args=[organization.pk])
    browser = signed_in(alice)
    assert "typed" in browser.post(url, {"typed": "no"}).context["deletion_form"].errors
    browser.post(url, {"typed": organization.name})
    assert not Project.objects.visible_to(bob).exists()
    assert signed_in(bob).get(reverse("organizations:detail", args=[organization.pk])).status_code == 404
