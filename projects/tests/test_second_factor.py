"""TOTP and recovery codes, through the pages."""

import re

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client

from projects.actions.accounts import create_account

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def ann():
    return create_account(email="ann@example.com", password=PASSWORD, is_verified=True)


@pytest.fixture
def browser(ann) -> Client:
    browser = Client()
    response = browser.post("/accounts/login/", {"login": ann.email, "password": PASSWORD})
    assert response.status_code == 302, response.context["form"].errors
    return browser


@pytest.fixture
def secret(browser) -> str:
    """That of the authenticator app that ann has just activated."""
    url = browser.get("/accounts/2fa/totp/activate/")["Location"]
    assert url.startswith("/accounts/reauthenticate/")  # whoever finds the browser open cannot change the login
    page = browser.post(url, {"password": PASSWORD}, follow=True)
    secret = page.context["form"].secret
    assert "data:image/svg+xml" in page.content.decode()
    assert browser.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    return secret


def test_a_login_asks_for_the_code(ann, secret, now):
    fresh = Client()
    response = fresh.post("/accounts/login/", {"login": ann.email, "password": PASSWORD})
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert fresh.get("/projects").status_code == 302
    assert fresh.post("/accounts/2fa/authenticate/", {"code": "000000"}).context["form"].errors
    with time_machine.travel(now.timestamp() + 90):  # a code works once
        fresh.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert fresh.get("/projects").status_code == 200


def test_a_recovery_code_works_once(ann, browser, secret):
    page = browser.get("/accounts/2fa/recovery-codes/").content.decode()
    (codes,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    code = codes.split()[0]
    for works in (True, False):
        fresh = Client()
        fresh.post("/accounts/login/", {"login": ann.email, "password": PASSWORD})
        fresh.post("/accounts/2fa/authenticate/", {"code": code})
        assert (fresh.get("/projects").status_code == 200) is works


@pytest.mark.django_db(transaction=True)  # it is sent when the change is committed
def test_the_user_is_told_by_mail_without_an_address_of_the_network(secret):
    message = next(message for message in mail.outbox if "ctivated" in message.subject)
    assert message.to == ["ann@example.com"]
    assert "127.0.0.1" not in message.body
    assert "IP" not in message.body


def test_the_administration_is_behind_the_second_factor_too(ann, secret):
    type(ann).objects.update(is_staff=True, is_superuser=True)
    fresh = Client()
    assert fresh.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    fresh.post("/admin/login/", {"username": ann.email, "password": PASSWORD})
    assert fresh.get("/admin/").status_code == 302
