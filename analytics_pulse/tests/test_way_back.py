"""A session that ended while a form was filled in: back to the form (what was in it: tests/browser/test_shell.py)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def next_page(response) -> str:
    assert response.status_code == 302
    return parse_qs(urlsplit(response.headers["Location"]).query)["next"][0]


@pytest.fixture
def rotate(project) -> str:
    return reverse("projects:rotate-write-key", args=[project.pk])


def test_the_login_after_a_form_leads_back_to_its_page(client, rotate):
    answer = client.post(rotate, headers={"Referer": "http://testserver/projects/1/settings/keys?a=b"})
    assert next_page(answer) == "/projects/1/settings/keys?a=b"


@pytest.mark.parametrize(
    "referrer",
    [
        "https://elsewhere.example/page",
        "//elsewhere.example",
        "http://testserver//elsewhere.example",
        "http://[",
        "nonsense",
        "",
    ],
)
def test_a_page_of_somebody_else_is_not_where_it_leads(client, rotate, referrer):
    assert next_page(client.post(rotate, headers={"Referer": referrer})) == rotate


def test_a_page_that_was_only_looked_at_is_where_it_leads(client, rotate):
    page = reverse("projects:index")
    assert next_page(client.get(page, headers={"Referer": "http://testserver/other"})) == page


def test_a_form_of_another_session_shows_the_way_back_to_it(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = reverse("projects:new")
    answer = client.post(page, {"name": "Site"}, headers={"Referer": f"http://testserver{page}"})
    assert answer.status_code == 403
    assert f'href="{page}"' in answer.content.decode()
    part = client.post(page, {"name": "Site"}, headers={"HX-Request": "true"})
    assert (part.status_code, part["Content-Type"]) == (403, "text/plain; charset=utf-8")
    assert "expired" in part.content.decode()
