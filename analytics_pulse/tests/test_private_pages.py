"""Pages of signed-in people are kept by no browser."""

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import Project, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.parametrize("name", ["reports:dashboard", "projects:settings", "reports:shared-links"])
def test_pages_of_a_project_are_not_kept(signed_in: Client, project: Project, name: str) -> None:
    page = signed_in.get(reverse(name, args=(project.pk,)))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "private" in page["Cache-Control"]


def test_what_anybody_sees_may_be(client: Client) -> None:
    assert "no-store" not in client.get("/").get("Cache-Control", "")
