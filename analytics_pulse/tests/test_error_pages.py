"""Errors outside the views: a page for people, problem details under /api/, and 503 while the database is away."""

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import path

from analytics_pulse import urls
from tracking.storage.base import StoreUnavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    """One that gets answers as a browser does, and not the exceptions."""
    return Client(raise_request_exception=False)


def broken(request):
    raise ValueError("private words")


def away(request):
    raise StoreUnavailable("host=10.0.0.1")


urlpatterns = [
    path("broken", broken),
    path("api/broken", broken),
    path("away", away),
    path("api/away", away),
    *urls.urlpatterns,
]
handler500 = urls.handler500


def test_an_unknown_address_of_the_api_is_a_problem(client):
    answer = client.get("/api/v1/nothing/here")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/not-found",
        "title": "There is nothing here",
        "status": 404,
        "code": "not_found",
    }


def test_an_unknown_page_is_a_page(client):
    answer = client.get("/nothing/here")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "Nothing here" in answer.content.decode()


def test_a_host_that_is_not_ours_is_a_problem_of_the_api_too(client):
    answer = client.get("/api/v1/nothing", HTTP_HOST="elsewhere.example")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert client.get("/projects", HTTP_HOST="elsewhere.example").status_code == 400


@override_settings(ROOT_URLCONF=__name__)
def test_a_failure_says_nothing_of_its_inside(client):
    assert client.get("/api/broken").json()["code"] == "internal_error"
    page = client.get("/broken")
    assert page.status_code == 500
    assert "private words" not in page.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_a_store_that_is_away_is_503(client):
    assert client.get("/away").status_code == 503
    answer = client.get("/api/away")
    assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (503, "10", "unavailable")
    assert "10.0.0.1" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_pages_are_503_while_the_database_is_away(client, alice, monkeypatch):
    client.force_login(alice)
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "HOST", "/nowhere")
        answer = client.get("/projects")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "The database does not answer" in answer.content.decode()
    assert "Sign up" not in answer.content.decode()  # she is logged in, though nobody can look it up
    assert client.get("/projects").status_code == 200


def test_a_button_s_address_that_is_opened_shows_a_page(client, alice):
    client.force_login(alice)
    answer = client.get("/organizations/72e5dc6f-639f-4aff-929f-a3735d9dc6bb/delete")
    assert answer.status_code == 405
    assert answer["Allow"]
    assert "Nothing to see at this address" in answer.content.decode()
