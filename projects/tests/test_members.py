"""Members and invitations of an organization."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from projects.actions.members import add_member
from projects.models import Invitation, Organization, Role, User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


@pytest.fixture
def invited(alice, organization, signed_in) -> str:
    """The path of the link in the mail that alice had sent to carol@example.com."""
    url = reverse("organizations:invitations", args=[organization.pk])
    signed_in(alice).post(url, {"email": "Carol@example.com", "role": "editor"})
    (message,) = mail.outbox
    assert message.to == ["carol@example.com"]
    assert message.subject == "Alice invites you to Alice's team"
    return re.search(r"http://[^/]+(/invitations/\S+)", message.body)[1]


def role_of(user: User, organization: Organization) -> str | None:
    return organization.memberships.filter(user=user).values_list("role", flat=True).first()


def test_somebody_new_signs_up_through_the_link(invited, organization):
    browser = Client()
    assert "Join Alice&#x27;s team" in browser.get(invited).content.decode()
    form = {"email": "carol@example.com", "password1": PASSWORD, "password2": PASSWORD}
    browser.post("/accounts/signup/", form)
    carol = User.objects.get(email="carol@example.com")
    assert role_of(carol, organization) == Role.EDITOR
    assert list(carol.organizations.all()) == [organization]
    assert EmailAddress.objects.get(user=carol).verified  # the link proved it
    assert browser.get(invited).status_code == 404  # used


def test_signing_up_with_another_address_joins_but_proves_nothing(invited, organization):
    browser = Client()
    browser.get(invited)
    form = {"email": "caroline@example.com", "password1": PASSWORD, "password2": PASSWORD}
    browser.post("/accounts/signup/", form)
    caroline = User.objects.get(email="caroline@example.com")
    assert role_of(caroline, organization) == Role.EDITOR
    assert not EmailAddress.objects.get(user=caroline).verified


def test_somebody_with_an_account_joins_once(invited, organization, mallory, signed_in):
    browser = signed_in(mallory)
    assert "mallory@example.net" in browser.get(invited).content.decode()
    assert role_of(mallory, organization) is None  # opening the link does nothing yet
    browser.post(f"{invited}/accept")
    browser.post(f"{invited}/accept")
    assert role_of(mallory, organization) == Role.EDITOR
    assert mallory.memberships.count() == 2


def test_accepting_does_not_change_the_role_of_a_member(invited, organization, alice, signed_in):
    signed_in(alice).post(f"{invited}/accept")
    assert role_of(alice, organization) == Role.OWNER


def test_a_link_lasts_a_week(invited, mallory, organization, signed_in, now):
    with time_machine.travel(now + timedelta(days=8), tick=False):
        browser = signed_in(mallory)
        assert browser.get(invited).status_code == 404
        browser.post(f"{invited}/accept")
    assert role_of(mallory, organization) is None


def test_a_withdrawn_link_is_dead(invited, alice, organization, mallory, signed_in):
    url = reverse("organizations:revoke-invitation", args=[organization.pk, Invitation.objects.get().pk])
    signed_in(alice).post(url)
    assert signed_in(mallory).get(invited).status_code == 404


def test_inviting_again_replaces_the_first_link(invited, alice, organization, signed_in):
    signed_in(alice).post(
        reverse("organizations:invitations", args=[organization.pk]), {"email": "carol@example.com", "role": "viewer"}
    )
    assert Invitation.objects.get().role == Role.VIEWER
    assert Client().get(invited).status_code == 404


def test_invitations_are_not_for_mailing_the_world(alice, organization, signed_in, monkeypatch):
    monkeypatch.setattr("projects.actions.members.MAX_OPEN_INVITATIONS", 2)
    browser, url = signed_in(alice), reverse("organizations:invitations", args=[organization.pk])
    for number in (1, 2, 2, 3):  # the second address twice: it takes one place
        response = browser.post(url, {"email": f"p{number}@example.com", "role": "viewer"})
    assert "too many" in response.context["invitation_form"].errors["email"][0]
    assert Invitation.objects.count() == 2
    assert len(mail.outbox) == 3


def test_a_mail_server_that_is_away_leaves_no_invitation(alice, organization, signed_in, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    url = reverse("organizations:invitations", args=[organization.pk])
    response = signed_in(alice).post(url, {"email": "carol@example.com", "role": "viewer"})
    assert "could not be sent" in response.content.decode()
    assert not Invitation.objects.exists()


def test_a_member_is_not_invited_again(alice, bob, organization, signed_in):
    url = reverse("organizations:invitations", args=[organization.pk])
    response = signed_in(alice).post(url, {"email": "BOB@example.com", "role": "viewer"})
    assert "already" in response.context["invitation_form"].errors["email"][0]
    assert not mail.outbox


def test_no_token_is_stored(invited):
    token = invited.rpartition("/")[2]
    assert token.encode() not in bytes(Invitation.objects.get().token_hash)
    assert token not in str(Invitation.objects.values().get())


def change(browser, organization, user, role):
    member = organization.memberships.get(user=user)
    return browser.post(reverse("organizations:member-role", args=[organization.pk, member.pk]), {"role": role})


def remove(browser, organization, user):
    member = organization.memberships.get(user=user)
    return browser.post(reverse("organizations:member-remove", args=[organization.pk, member.pk]), follow=True)


def test_the_last_owner_can_neither_leave_nor_step_down(alice, bob, organization, signed_in):
    browser = signed_in(alice)
    assert "needs an owner" in remove(browser, organization, alice).content.decode()
    change(browser, organization, alice, "viewer")
    assert role_of(alice, organization) == Role.OWNER


def test_an_owner_leaves_after_making_another(alice, bob, organization, project, signed_in):
    browser = signed_in(alice)
    change(browser, organization, bob, "owner")
    remove(browser, organization, alice)
    assert role_of(alice, organization) is None
    assert browser.get(reverse("projects:settings", args=[project.pk])).status_code == 404
    assert signed_in(bob).get(reverse("projects:danger", args=[project.pk])).status_code == 200


def test_a_member_leaves(bob, organization, signed_in):
    remove(signed_in(bob), organization, bob)
    assert role_of(bob, organization) is None


def test_an_admin_does_not_touch_owners_nor_make_any(alice, bob, organization, mallory, signed_in):
    organization.memberships.filter(user=bob).update(role=Role.ADMIN)
    add_member(organization=organization, user=mallory, role=Role.VIEWER)
    browser = signed_in(bob)
    assert change(browser, organization, alice, "viewer").status_code == 404
    assert remove(browser, organization, alice).status_code == 404
    change(browser, organization, mallory, "owner")
    change(browser, organization, bob, "owner")
    assert [role_of(each, organization) for each in (alice, bob, mallory)] == ["owner", "admin", "viewer"]
    change(browser, organization, mallory, "editor")
    assert role_of(mallory, organization) == Role.EDITOR


def test_a_new_organization_belongs_to_its_maker(mallory, signed_in):
    browser = signed_in(mallory)
    form = {"name": "Club", "new_id": "6f1f7f54-5b0e-4f52-9d8c-2d0f7a3f8b11"}
    first, second = browser.post("/organizations/new", form), browser.post("/organizations/new", form)
    assert first["Location"] == second["Location"]
    assert role_of(mallory, Organization.objects.get(name="Club")) == Role.OWNER
