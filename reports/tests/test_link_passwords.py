"""The password of a shared link."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from reports import link_passwords, shared_links
from reports.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
PASSWORD = "correct horse"


@pytest.fixture
def link(project, alice, store_events):
    store_events()
    return shared_links.create_link(project=project, by=alice, name="Board", password=PASSWORD, least_visitors=0)


@pytest.fixture
def browser():
    """One that insists on CSRF tokens, and keeps cookies only where they belong."""
    return Client(enforce_csrf_checks=True)


def enter(browser, link, password=PASSWORD, query=""):
    return browser.post(reverse("reports:shared-password", args=(link.slug,)) + query, {"password": password})


def overview(browser, link):
    return browser.get(reverse("reports:shared-section", args=(link.slug, "overview")), headers={"HX-Request": "true"})


def test_without_it_nothing_of_the_project_is_told(browser, link, project):
    page = browser.get(link.path)
    assert page.status_code == 200
    assert "This dashboard has a password" in page.content.decode()
    assert project.domain not in page.content.decode()
    section = overview(browser, link)
    assert section.headers["HX-Refresh"] == "true"
    assert section.content == b""
    assert not browser.cookies


def test_with_it_the_page_that_was_asked_for_opens(browser, link):
    entered = enter(browser, link, query="?period=7d")
    assert (entered.status_code, entered.url) == (302, f"{link.path}?period=7d")
    assert "Unique visitors" in overview(browser, link).content.decode()


def test_a_wrong_one_is_said_and_leaves_no_cookie(browser, link):
    refused = enter(browser, link, "wrong")
    assert refused.status_code == 403
    assert "This is not the password." in refused.content.decode()
    assert not browser.cookies


def test_the_cookie_is_of_this_link_alone(browser, link):
    enter(browser, link)
    cookie = browser.cookies[link_passwords.COOKIE]
    assert cookie["path"] == link.path
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 12 * 3600
    assert PASSWORD not in cookie.value


def test_the_cookie_of_one_link_opens_no_other(browser, link, project, alice):
    enter(browser, link)
    other = shared_links.create_link(project=project, by=alice, name="Other", password="another horse")
    assert "This dashboard has a password" in browser.get(other.path).content.decode()


def test_another_password_is_asked_of_everybody_again(browser, link):
    enter(browser, link)
    shared_links.change_link(link=link, password="another horse")
    assert overview(browser, link).content == b""


def test_it_is_remembered_for_half_a_day(browser, link):
    enter(browser, link)
    browser.cookies[link_passwords.COOKIE]["max-age"] = ""  # a browser that keeps what it should not
    with time_machine.travel(NOW + timedelta(hours=12, seconds=1), tick=False):
        assert overview(browser, link).content == b""


@pytest.mark.parametrize("made_up", ["", "x", "InNlYWwi:1aaaaa:x"])
def test_a_made_up_cookie_opens_nothing(browser, link, made_up):
    browser.cookies[link_passwords.COOKIE] = made_up
    assert overview(browser, link).content == b""


def test_guesses_come_to_an_end_and_the_right_one_among_them_too(browser, link):
    for _ in range(link_passwords.GUESSES_OF_ONE_AN_HOUR):
        assert enter(browser, link, "wrong").status_code == 403
    refused = enter(browser, link)
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    assert "Too many attempts" in refused.content.decode()
    elsewhere = browser.post(
        reverse("reports:shared-password", args=(link.slug,)),
        {"password": PASSWORD},
        headers={"X-Forwarded-For": "203.0.113.9"},
    )
    assert elsewhere.status_code == 302


def test_guesses_from_everywhere_come_to_an_end_too(browser, link, monkeypatch):
    monkeypatch.setattr(link_passwords, "GUESSES_AN_HOUR", 3)
    for number in range(4):
        answer = browser.post(
            reverse("reports:shared-password", args=(link.slug,)),
            {"password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )
    assert answer.status_code == 429


def test_a_frame_of_another_site_gets_a_cookie_of_its_own(browser, link):
    shared_links.change_link(link=link, may_embed=True)
    entered = enter(browser, link, query="?embed=1&theme=dark")
    assert entered.url == f"{link.path}?embed=1&theme=dark"
    sent = entered.cookies[link_passwords.COOKIE].OutputString()
    assert {"SameSite=None", "Secure", "HttpOnly", "Partitioned"} <= set(re.split("; ?", sent))


def test_no_form_takes_the_password_along_in_an_address(browser, link):
    assert browser.get(reverse("reports:shared-password", args=(link.slug,))).status_code == 405
