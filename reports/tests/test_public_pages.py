"""The pages for everybody: what the product is, and what it keeps of whom, from the settings in force."""

import re

import pytest
from django.urls import reverse

from projects.models import IdentityMode
from reports import data_policy
from reports.models import SharedLink
from tracking.storage.append_sql import EVENT_COLUMNS

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client):
    """The words of a page, as somebody sees them who speaks this language."""

    def read(path, language="en"):
        response = client.get(path, headers={"Accept-Language": language})
        assert response.status_code == 200
        return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())

    return read


def test_every_column_of_an_event_is_in_the_data_policy_once():
    named = [column for stored in data_policy.STORED for column in stored.columns]
    assert sorted([*named, "project_id"]) == sorted(EVENT_COLUMNS)


@pytest.mark.parametrize(("months", "said"), [(1, "1 month"), (36, "36 months")])
def test_the_policies_say_the_retention_that_is_set(read, settings, months, said):
    settings.RETENTION_MONTHS = months
    assert f"Events, visits, goals reached, and the sums by day that are made of them {said}" in read("/data-policy")
    assert f"What was counted is deleted after {said}." in read("/privacy")


def test_the_policies_say_where_places_come_from(read, settings):
    settings.GEOIP_PATH = settings.GEOIP_COUNTRY_HEADER = None
    assert "concluded from the time zone" in read("/privacy")
    assert "concluded from the time zone" in read("/data-policy")
    settings.GEOIP_COUNTRY_HEADER = "CF-IPCountry"
    assert "the network in front of this server says" in read("/privacy")
    settings.GEOIP_PATH = "/nowhere/city.mmdb"
    assert "to find the country, region and city it belongs to" in read("/privacy")
    assert "from a file of address ranges on this server" in read("/data-policy")


def test_the_policies_say_how_long_a_salt_lives_and_which_way_of_counting_is_the_default(read):
    page = read("/data-policy")
    assert "destroyed after 48 hours" in page
    assert "Cookieless default" in page


def test_a_projects_text_is_that_of_its_way_of_counting(client, alice, project, settings):
    client.force_login(alice)
    address = reverse("reports:project-policy", args=(project.pk,))
    settings.RETENTION_MONTHS = 6
    text = client.get(address).content.decode()
    assert "We measure how example.com is used" in text
    assert "destroyed after 48 hours" in text
    assert "These data are deleted after 6 months." in text
    project.identity_mode, project.kept_query_params = IdentityMode.ANONYMOUS_ID, ["color"]
    project.save()
    text = client.get(address).content.decode()
    assert "A random number is kept in the local storage of your browser" in text
    assert "destroyed after 48 hours" not in text
    assert "these parameters are kept: color." in text


def test_a_projects_text_comes_in_the_language_of_the_site(client, alice, project):
    client.force_login(alice)
    address = reverse("reports:project-policy", args=(project.pk,))
    assert 'id="policy-text" lang="de"' in client.get(address, {"language": "de"}).content.decode()
    assert 'id="policy-text" lang="en"' in client.get(address, {"language": "xx"}).content.decode()


@pytest.mark.parametrize("who", ["bob", "mallory"])
def test_a_projects_text_is_for_its_admins(client, request, project, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("reports:project-policy", args=(project.pk,))).status_code == 404


def test_the_landing_page_shows_the_demo_where_it_is_open_to_everybody(client, project):
    def is_shown():
        return "/share/demo?embed=1" in client.get("/").content.decode()

    assert not is_shown()
    link = SharedLink.objects.create(project=project, name="Demo", slug="demo", may_embed=True)
    assert is_shown()
    for changes in ({"password": "hash"}, {"may_embed": False}, {"revoked_at": project.created_at}):
        SharedLink.objects.filter(pk=link.pk).update(**changes)
        assert not is_shown()
        SharedLink.objects.filter(pk=link.pk).update(password="", may_embed=True, revoked_at=None)
    assert is_shown()


@pytest.mark.parametrize(("language", "said"), [("en", "30,689 +25% "), ("de", "30.689 +25\xa0% ")])
def test_example_numbers_are_in_the_language_of_the_page(client, language, said):
    page = client.get("/", headers={"Accept-Language": language}).content.decode()
    assert said in re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_landing_page_comes_without_the_database(client, monkeypatch):
    from django.db import OperationalError

    def away(**_fields):
        raise OperationalError

    monkeypatch.setattr(SharedLink.objects, "filter", away)
    assert client.get("/").status_code == 200


def test_who_is_signed_in_goes_to_their_projects(client, alice):
    client.force_login(alice)
    assert client.get("/")["Location"] == reverse("projects:index")


@pytest.mark.parametrize("path", ["/", "/privacy", "/data-policy", "/docs"])
def test_public_pages_set_no_cookie(client, path):
    assert not client.get(path).cookies
