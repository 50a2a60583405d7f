"""Signing up, logging in and out, resetting the password, through the pages."""

import re

import pytest
import redis
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage import default_storage
from django.core import mail
from django.test import Client

from projects.forms.login import SignupForm
from projects.models import Membership, Role, User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


@pytest.fixture
def ann(client: Client) -> User:
    """Has just signed up in `client`."""
    form = {"email": "ann.smith@example.com", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/signup/", form)
    assert response.status_code == 302, response.context["form"].errors
    assert response["Location"] == "/projects"
    return User.objects.get(email="ann.smith@example.com")


def link_in_mail(pattern: str) -> str:
    found = re.search(rf"http://[^\s]+?({pattern}[^\s]*)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def test_signing_up_makes_an_organization_and_logs_in(ann, client):
    membership = Membership.objects.get(user=ann)
    assert (membership.organization.name, membership.role) == ("Ann's team", Role.OWNER)
    assert client.get("/projects").status_code == 200


def test_it_works_without_a_client_address():
    form = {"email": "ann@example.com", "password1": PASSWORD, "password2": PASSWORD}
    assert Client(REMOTE_ADDR="").post("/accounts/signup/", form).status_code == 302


def test_it_works_while_the_mail_server_is_away(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    form = {"email": "ann@example.com", "password1": PASSWORD, "password2": PASSWORD}
    page = client.post("/accounts/signup/", form, follow=True)
    assert page.status_code == 200
    assert "could not be sent" in page.content.decode()


def test_an_address_signs_up_once(ann):
    form = {"email": "Ann.Smith@example.com", "password1": PASSWORD, "password2": PASSWORD}
    Client().post("/accounts/signup/", form)
    assert User.objects.count() == 1


def test_of_two_sign_ups_at_the_same_moment_the_second_makes_nothing(client, rf):
    fields = {"email": "ann.smith@example.com", "password1": PASSWORD, "password2": PASSWORD}
    slower = SignupForm(fields)
    assert slower.is_valid()  # nobody has the address yet
    client.post("/accounts/signup/", fields)
    request = rf.post("/accounts/signup/", fields)
    request.session, request.user = Client().session, AnonymousUser()
    request._messages = default_storage(request)
    with request_context(request):
        user, response = slower.try_save(request)
    assert user is None
    assert response["Location"] == "/accounts/login/"
    assert User.objects.count() == 1


def test_a_weak_password_is_refused_by_its_field(client):
    response = client.post(
        "/accounts/signup/", {"email": "a@example.com", "password1": "secret", "password2": "secret"}
    )
    assert response.status_code == 200
    assert "password1" in response.context["form"].errors
    assert not User.objects.exists()


def test_the_address_is_confirmed_by_the_link_in_the_mail(ann, client):
    assert "Please confirm your address" in client.get("/projects").content.decode()
    client.post(link_in_mail("/accounts/confirm-email/"))
    assert EmailAddress.objects.get(user=ann).verified
    assert "Please confirm your address" not in client.get("/projects").content.decode()


def test_the_banner_sends_the_mail_again(ann, client):
    mail.outbox.clear()
    # Not at once: a mail went out a moment ago.
    client.post("/accounts/email/", {"email": ann.email, "action_send": ""})
    redis.Redis.from_url(django_settings.REDIS_URL).flushall()
    client.post("/accounts/email/", {"email": ann.email, "action_send": ""})
    assert [message.to for message in mail.outbox] == [[ann.email]]


def test_logging_out_and_in(ann, client):
    page = client.get("/accounts/logout/").content.decode()  # asks first
    assert '<button class="button button--primary" type="submit">Log out' in page
    client.post("/accounts/logout/")
    assert client.get("/projects")["Location"] == "/accounts/login/?next=/projects"
    response = client.post("/accounts/login/", {"login": "ANN.Smith@example.com", "password": PASSWORD})
    assert response["Location"] == "/projects"
    assert client.get("/projects").status_code == 200


def test_a_wrong_password_does_not_log_in(ann):
    client = Client()
    response = client.post("/accounts/login/", {"login": ann.email, "password": "something else"})
    assert response.context["form"].errors
    assert client.get("/projects").status_code == 302


def test_guessing_passwords_is_stopped_without_storing_the_address(ann):
    client = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(12):
        response = client.post("/accounts/login/", {"login": ann.email, "password": "wrong"})
    assert "Too many failed login attempts" in response.content.decode()
    store = redis.Redis.from_url(django_settings.REDIS_URL)
    keys = store.keys("*")
    assert any(b"login_failed" in key for key in keys)
    assert not any(b"203.0.113.7" in key for key in keys)


def test_resetting_the_password(ann):
    client = Client()
    client.post("/accounts/password/reset/", {"email": ann.email})
    form_page = client.get(link_in_mail("/accounts/password/reset/key/"), follow=True)
    url = form_page.redirect_chain[-1][0]
    new = "a different horse battery"
    client.post(url, {"password1": new, "password2": new})
    ann.refresh_from_db()
    assert ann.check_password(new)


def test_changing_the_address_needs_the_new_one_confirmed(ann, client):
    client.post(link_in_mail("/accounts/confirm-email/"))
    client.post("/accounts/email/", {"email": "ann@new.example", "action_add": ""})
    ann.refresh_from_db()
    assert ann.email == "ann.smith@example.com"
    assert mail.outbox[-1].to == ["ann@new.example"]
    client.post(link_in_mail("/accounts/confirm-email/"))
    ann.refresh_from_db()
    assert ann.email == "ann@new.example"


def test_too_many_signups_get_a_page_of_ours(client):
    for _ in range(25):
        response = client.post("/accounts/signup/", {"email": "no"})
    assert response.status_code == 429
    assert 'class="shell-header"' in response.content.decode()


def test_forms_need_their_csrf_token(browser):
    form = {"email": "ann@example.com", "password1": PASSWORD, "password2": PASSWORD}
    assert browser.post("/accounts/signup/", form).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-wrong/",
        "/accounts/confirm-email/wrong/",
        "/accounts/inactive/",
    ],
)
def test_every_page_before_the_login_wears_the_design(client, path):
    assert 'class="page page--entrance"' in client.get(path).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/logout/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/account/",
        "/account/tokens",
        "/account/delete",
    ],
)
def test_every_page_of_the_account_wears_the_design(ann, client, path):
    page = client.get(path, follow=True)
    assert page.status_code == 200
    assert "Ann" in page.content.decode() or "ann.smith@example.com" in page.content.decode()
    assert 'class="settings__nav"' in page.content.decode() or 'class="page page--entrance"' in page.content.decode()
