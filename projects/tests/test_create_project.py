"""manage.py create_project, and the login link that it prints."""

import json
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client

from projects.models import ApiKey, Organization, Project, User

pytestmark = pytest.mark.django_db


def create(**changes) -> dict[str, str]:
    options = {"email": "Ops@example.com", "name": "Site", "domain": "https://site.example/", **changes}
    out = StringIO()
    call_command("create_project", json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def path_of(url: str) -> str:
    return urlsplit(url).path


def test_it_prints_what_a_script_needs():
    answer = create(timezone="Asia/Tokyo")
    assert list(answer) == ["project_id", "write_key", "secret_key", "login_url"]
    project = Project.objects.get()
    assert (str(project.pk), project.write_key) == (answer["project_id"], answer["write_key"])
    assert (project.domain, project.timezone) == ("site.example", "Asia/Tokyo")
    assert ApiKey.matching(answer["secret_key"]).scopes == ["ingest", "manage", "read"]
    assert EmailAddress.objects.get(email="ops@example.com").verified


def test_a_second_project_is_of_the_same_user_and_organization():
    first, second = create(), create(name="Other")
    assert first["project_id"] != second["project_id"]
    assert (User.objects.count(), Organization.objects.count(), Project.objects.count()) == (1, 1, 2)


def test_a_password_logs_in_and_that_of_an_existing_user_stays():
    create(password="correct horse battery staple")
    create(password="another one altogether")
    assert User.objects.get().check_password("correct horse battery staple")


@pytest.mark.parametrize("wrong", [{"email": "nobody"}, {"domain": "a b"}, {"timezone": "Mars"}, {"name": "x" * 101}])
def test_bad_input_is_an_error_and_leaves_nothing(wrong):
    with pytest.raises(CommandError):
        create(**wrong)
    assert not User.objects.exists()
    assert not Project.objects.exists()


def test_the_link_logs_in_once():
    answer = create()
    link = path_of(answer["login_url"])
    browser = Client()
    assert browser.get(link)["Location"] == f"/projects/{answer['project_id']}"
    assert browser.get("/projects").status_code == 200
    assert browser.get(link)["Location"] == f"/projects/{answer['project_id']}"  # is logged in already
    thief = Client()
    assert thief.get(link)["Location"] == "/accounts/login/"
    assert thief.get("/projects").status_code == 302


def test_the_links_of_two_projects_of_a_user_both_work():
    first, second = create(), create(name="Other")
    for answer in (second, first):
        browser = Client()
        browser.get(path_of(answer["login_url"]))
        assert browser.get("/projects").status_code == 200


def test_a_link_lasts_an_hour(now):
    link = path_of(create()["login_url"])
    with time_machine.travel(now + timedelta(minutes=61)):
        browser = Client()
        browser.get(link)
        assert browser.get("/projects").status_code == 302


def test_a_link_dies_with_the_password_and_with_the_account():
    first, second = (path_of(create()["login_url"]) for _ in range(2))
    user = User.objects.get()
    user.set_password("correct horse battery staple")
    user.save()
    assert Client().get(first)["Location"] == "/accounts/login/"
    third = path_of(create()["login_url"])
    User.objects.update(is_active=False)
    for link in (second, third, "/login-link/nonsense"):
        browser = Client()
        assert browser.get(link)["Location"] == "/accounts/login/"
        assert browser.get("/projects").status_code == 302


def test_the_link_does_not_go_round_a_second_factor():
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    answer = create()
    TOTP.activate(User.objects.get(), generate_totp_secret())
    browser = Client()
    assert browser.get(path_of(answer["login_url"]))["Location"].startswith("/accounts/2fa/authenticate/")
    assert browser.get("/projects").status_code == 302
