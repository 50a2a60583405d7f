"""Making, changing and deleting a project through its pages."""

import uuid

import pytest
from django.urls import reverse

from projects.models import Project, Role

pytestmark = pytest.mark.django_db


def new_project(team, /, **changes):
    fields = {"organization": team.pk, "name": "Shop", "domain": "https://Shop.example/start"}
    return {**fields, "timezone": "Europe/Berlin", "new_id": uuid.uuid4(), **changes}


def settings_of(project, **changes):
    fields = {"name": project.name, "domain": project.domain, "timezone": project.timezone, "is_active": "on"}
    return {**fields, "identity_mode": project.identity_mode, **changes}


def test_a_new_project_leads_to_its_snippet(alice, organization, signed_in):
    response = signed_in(alice).post("/projects/new", new_project(organization), follow=True)
    project = Project.objects.get()
    assert (project.name, project.domain, project.timezone) == ("Shop", "shop.example", "Europe/Berlin")
    page = response.content.decode()
    assert f"data-key=&quot;{project.write_key}&quot;" in page
    assert "Waiting for the first event" in page


def test_submitting_twice_makes_one_project(alice, organization, signed_in):
    browser, form = signed_in(alice), new_project(organization)
    first, second = browser.post("/projects/new", form), browser.post("/projects/new", form)
    assert first["Location"] == second["Location"]
    assert Project.objects.count() == 1


def test_choosing_the_id_of_anothers_project_does_not_touch_it(alice, project, mallory, signed_in):
    own = mallory.organizations.get()
    response = signed_in(mallory).post("/projects/new", new_project(own, new_id=project.pk))
    assert signed_in(mallory).get(response["Location"]).status_code == 404
    project.refresh_from_db()
    assert (project.name, project.organization_id) == ("Example", alice.organizations.get().pk)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("domain", ""),
        ("domain", "not a domain"),
        ("domain", "a" * 64 + ".com"),
        ("timezone", "Mars/Olympus"),
        ("description", "x" * 501),
        ("organization", "00000000-0000-4000-8000-000000000000"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field, value, alice, organization, signed_in):
    response = signed_in(alice).post("/projects/new", new_project(organization, **{field: value}))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert 'role="alert"' in response.content.decode()
    assert not Project.objects.exists()


def test_nobody_makes_a_project_in_anothers_organization(organization, mallory, signed_in):
    response = signed_in(mallory).post("/projects/new", new_project(organization))
    assert list(response.context["form"].errors) == ["organization"]


def test_a_viewer_makes_no_project_in_the_organization(organization, bob, signed_in):
    response = signed_in(bob).post("/projects/new", new_project(organization))
    assert list(response.context["form"].errors) == ["organization"]


def test_settings_are_saved_in_their_regular_form(alice, project, signed_in):
    form = settings_of(
        project,
        domain="Bücher.example",
        allowed_origins="Example.com\nhttps://*.example.com/\n\nexample.com",
        kept_query_params="ref\n page ",
        identity_mode="anonymous_id",
    )
    response = signed_in(alice).post(reverse("projects:settings", args=[project.pk]), form, follow=True)
    project.refresh_from_db()
    assert project.domain == "xn--bcher-kva.example"
    assert project.allowed_origins == ["https://example.com", "https://*.example.com"]
    assert project.kept_query_params == ["ref", "page"]
    assert project.identity_mode == "anonymous_id"
    assert 'value="bücher.example"' in response.content.decode()


def test_a_bad_origin_is_named(alice, project, signed_in):
    form = settings_of(project, allowed_origins="https://good.example\nhttps://bad.example/path")
    response = signed_in(alice).post(reverse("projects:settings", args=[project.pk]), form)
    assert "bad.example/path" in response.context["form"].errors["allowed_origins"][0]
    project.refresh_from_db()
    assert project.allowed_origins == []


def test_switching_off_is_saved(alice, project, signed_in):
    form = settings_of(project)
    del form["is_active"]
    signed_in(alice).post(reverse("projects:settings", args=[project.pk]), form)
    project.refresh_from_db()
    assert not project.is_active


def test_a_time_zone_that_the_list_lacks_survives_saving(alice, project, signed_in):
    project.timezone = "Etc/GMT+3"
    project.save()
    url = reverse("projects:settings", args=[project.pk])
    page = signed_in(alice).get(url).content.decode()
    assert '<option value="Etc/GMT+3" selected>' in page
    signed_in(alice).post(url, settings_of(project))
    project.refresh_from_db()
    assert project.timezone == "Etc/GMT+3"


def test_deleting_needs_the_name(alice, project, signed_in):
    url = reverse("projects:danger", args=[project.pk])
    response = signed_in(alice).post(url, {"typed": "something"})
    assert "typed" in response.context["form"].errors
    project.refresh_from_db()
    assert project.deleted_at is None


def test_deleting_twice_ends_well(alice, project, signed_in):
    browser, url = signed_in(alice), reverse("projects:danger", args=[project.pk])
    assert browser.post(url, {"typed": project.name})["Location"] == "/projects"
    assert browser.post(url, {"typed": project.name}).status_code == 404
    assert "Example" not in browser.get("/projects").content.decode().replace("“Example”", "")


def test_an_admin_may_set_up_and_may_not_delete(bob, organization, project, signed_in):
    organization.memberships.filter(user=bob).update(role=Role.ADMIN)
    browser = signed_in(bob)
    page = browser.get(reverse("projects:settings", args=[project.pk])).content.decode()
    danger = reverse("projects:danger", args=[project.pk])
    assert danger not in page
    assert browser.get(danger).status_code == 404
