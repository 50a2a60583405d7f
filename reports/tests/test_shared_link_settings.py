"""Making, changing and withdrawing shared links: the settings' page, and the API."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.urls import reverse

from projects.actions.members import change_role
from projects.models import Role
from reports import shared_links
from reports.models import Segment, SharedLink
from reports.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
GERMANY = [["is", "country", ["DE"]]]


@pytest.fixture
def link(project, alice):
    return shared_links.create_link(project=project, by=alice, name="For the board")


@pytest.fixture
def germans(project):
    return Segment.objects.create(project=project, name="Germans", filters=GERMANY)


@pytest.fixture
def page(project):
    return reverse("reports:shared-links", args=(project.pk,))


@pytest.fixture
def api(client, project, api_key):
    def api(method, path="", *, status=200, key=api_key, **body):
        address = f"/api/v1/projects/{project.pk}/shared-links{path}"
        request = getattr(client, method)
        answer = request(address, body or None, content_type="application/json", headers={"X-API-Key": key})
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    return api


def fields(**more):
    return {"new_id": uuid.uuid4(), "name": "For the board", "least_visitors": "5"} | more


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(response.content.decode())).split())


def test_an_admin_makes_a_link_and_copies_it(alice_client, client, page, project):
    response = alice_client.post(page, fields(), follow=True)
    made = SharedLink.objects.get()
    assert (made.project, made.least_visitors, made.password, made.may_embed) == (project, 5, "", False)
    assert f"http://testserver/share/{made.slug}" in text(response)
    assert "Never viewed" in text(response)


def test_a_form_that_is_sent_twice_makes_one_link(alice_client, page):
    sent = fields()
    assert alice_client.post(page, sent).status_code == alice_client.post(page, sent).status_code == 302
    assert SharedLink.objects.count() == 1


def test_a_password_is_kept_as_a_hash_alone(alice_client, page):
    alice_client.post(page, fields(password="correct horse"))
    kept = SharedLink.objects.get().password
    assert "horse" not in kept
    assert check_password("correct horse", kept)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"password": "short"}, {"least_visitors": "-1"}, {"segment": "x"}])
def test_what_is_wrong_is_said_and_nothing_is_made(alice_client, page, wrong):
    response = alice_client.post(page, fields(**wrong))
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert not SharedLink.objects.exists()


def test_a_link_is_limited_to_a_segment_of_the_team_alone(alice_client, page, germans, alice, project):
    own = Segment.objects.create(project=project, name="Mine", filters=GERMANY, owner=alice)
    alice_client.post(page, fields(segment=own.pk))
    assert not SharedLink.objects.exists()
    alice_client.post(page, fields(segment=germans.pk))
    assert SharedLink.objects.get().segment == germans


def test_an_embeddable_link_has_code_for_every_theme(alice_client, page, link):
    shared_links.change_link(link=link, may_embed=True)
    said = html.unescape(alice_client.get(page).content.decode())
    for theme in ("system", "light", "dark"):
        assert f"theme={theme}" in said
    assert "background=transparent" in said


def test_changing_a_link_leaves_its_password_unless_it_says_otherwise(alice_client, link):
    shared_links.change_link(link=link, password="correct horse")
    address = reverse("reports:shared-link", args=(link.project_id, link.pk))
    alice_client.post(address, fields(name="For all"))
    link.refresh_from_db()
    assert link.name == "For all"
    assert check_password("correct horse", link.password)
    alice_client.post(address, fields(without_password="on"))
    link.refresh_from_db()
    assert link.password == ""


def test_a_new_address_takes_the_place_of_the_old_one_once(alice_client, client, link):
    address = reverse("reports:rotate-shared-link", args=(link.project_id, link.pk))
    for _ in range(2):
        alice_client.post(address, {"replaces": link.slug})
    changed = SharedLink.objects.get()
    assert changed.slug != link.slug
    assert client.get(link.path).status_code == 404
    assert client.get(changed.path).status_code == 200
    alice_client.post(address, {"replaces": link.slug})
    assert SharedLink.objects.get().slug == changed.slug


def test_a_withdrawn_link_opens_nothing_and_is_not_listed(alice_client, client, link, page):
    alice_client.post(reverse("reports:revoke-shared-link", args=(link.project_id, link.pk)))
    assert client.get(link.path).status_code == 404
    assert link.path not in text(alice_client.get(page))
    assert alice_client.get(reverse("reports:shared-link", args=(link.project_id, link.pk))).status_code == 404


def test_a_segment_that_a_link_relies_on_stays(alice_client, api, link, germans):
    shared_links.change_link(link=link, segment_id=germans.pk)
    refused = alice_client.post(reverse("reports:delete-segment", args=(link.project_id, germans.pk)))
    assert (refused.status_code, "Withdraw that link first" in text(refused)) == (409, True)
    address = f"/api/v1/projects/{link.project_id}/segments/{germans.pk}"
    assert alice_client.delete(address).json()["code"] == "segment_in_use"
    kept = alice_client.patch(address, {"kind": "personal"}, content_type="application/json")
    assert (kept.status_code, kept.json()["code"]) == (409, "segment_in_use")
    shared_links.revoke_link(link=link, now=NOW)
    assert alice_client.delete(address).status_code == 204


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_links_are_for_admins(signed_in, organization, bob, link, page, role):
    change_role(membership=organization.memberships.get(user=bob), role=role)
    client = signed_in(bob)
    assert client.get(page).status_code == client.post(page, fields()).status_code == 404
    for name in ("shared-link", "rotate-shared-link", "revoke-shared-link"):
        assert client.post(reverse(f"reports:{name}", args=(link.project_id, link.pk))).status_code == 404
    assert client.get(f"/api/v1/projects/{link.project_id}/shared-links").status_code == 404
    assert SharedLink.objects.get().revoked_at is None


def test_an_outsider_finds_no_links(signed_in, mallory, link, page):
    client = signed_in(mallory)
    assert client.get(page).status_code == 404
    assert client.get(f"/api/v1/projects/{link.project_id}/shared-links/{link.pk}").status_code == 404


def test_a_link_of_another_project_is_not_found_through_ones_own(signed_in, mallory, link):
    from projects.actions.projects import create_project

    own = create_project(organization=mallory.organizations.get(), name="Own", domain="own.example")
    client = signed_in(mallory)
    assert client.post(reverse("reports:revoke-shared-link", args=(own.pk, link.pk))).status_code == 404
    assert client.delete(f"/api/v1/projects/{own.pk}/shared-links/{link.pk}").status_code == 404


def test_the_api_makes_reads_changes_and_withdraws_links(api, germans):
    made = api("post", status=201, name="Board", password="correct horse", segment=str(germans.pk), may_embed=True)
    assert made["has_password"] is True
    assert "password" not in made
    assert made["segment"] == str(germans.pk)
    path = f"/{made['id']}"
    assert api("get", path) == made
    assert api("get")["results"] == [made]
    opened = api("patch", path, password="")
    assert (opened["has_password"], opened["segment"], opened["may_embed"]) == (False, made["segment"], True)
    assert api("post", f"{path}/rotate")["url"] != made["url"]
    api("delete", path, status=204)
    api("get", path, status=404)
    assert api("get")["results"] == []


@pytest.mark.parametrize(
    ("pointer", "body"),
    [
        ("/name", {"name": ""}),
        ("/password", {"name": "x", "password": "short"}),
        ("/least_visitors", {"name": "x", "least_visitors": -1}),
        ("/segment", {"name": "x", "segment": "6a0f9b6e-0000-4000-8000-000000000000"}),
    ],
)
def test_the_api_says_where_a_fault_is(api, pointer, body):
    problem = api("post", status=400, **body)
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("invalid", pointer)
    assert not SharedLink.objects.exists()


def test_a_key_that_only_reads_makes_no_links(api, project, alice):
    from projects.actions.keys import create_api_key

    reader = create_api_key(project=project, name="Reader", scopes=["read"], by=alice)[1]
    assert api("get", status=403, key=reader)["code"] == "insufficient_scope"


def test_there_is_an_end_to_how_many(project, alice, monkeypatch, api):
    monkeypatch.setattr(shared_links, "MAX_OF_A_PROJECT", 1)
    api("post", status=201, name="One")
    assert api("post", status=400, name="Two")["errors"][0]["code"] == "too_many"


def test_views_are_written_down_once_a_minute(link):
    shared_links.note_view(link, NOW)
    shared_links.note_view(link, NOW + timedelta(seconds=59))
    link.refresh_from_db()
    assert link.last_viewed_at == NOW
    shared_links.note_view(link, NOW + timedelta(seconds=61))
    link.refresh_from_db()
    assert link.last_viewed_at == NOW + timedelta(seconds=61)


def test_a_project_goes_with_its_links_and_their_segments(project, link, germans):
    shared_links.change_link(link=link, segment_id=germans.pk)
    project.delete()
    assert not SharedLink.objects.exists()
    assert not Segment.objects.exists()


def test_its_pages_are_chosen_over_the_api(api):
    made = api("post", status=201, name="For the board", pages=["campaigns", "goals"])
    assert made["pages"] == ["goals", "campaigns"]  # in the order of the navigation
    assert api("patch", f"/{made['id']}", pages=[])["pages"] == []
    refused = api("patch", f"/{made['id']}", status=400, pages=["visitors"])
    assert refused["errors"][0]["pointer"].startswith("/pages")
    assert api("post", status=201, name="Another")["pages"] == []


def test_its_pages_are_chosen_in_the_settings(alice_client, page, project, link):
    alice_client.post(page, fields(pages=["funnels"], name="With funnels"))
    made = project.shared_links.get(name="With funnels")
    assert made.pages == ["funnels"]
    address = reverse("reports:shared-link", args=(project.pk, made.pk))
    assert 'value="funnels" id="id_pages_1" checked' in re.sub(r"\s+", " ", alice_client.get(address).content.decode())
    alice_client.post(address, fields(name="With funnels"))
    made.refresh_from_db()
    assert made.pages == []
