"""What sign-up means here, for django-allauth."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from analytics_pulse import clock
from projects.actions.accounts import team_name
from projects.actions.members import accept_invitation
from projects.actions.organizations import create_organization
from projects.client_address import pseudonym_of
from projects.models import Invitation, User
from projects.models.keys import hash_secret


class AccountAdapter(DefaultAccountAdapter):
    """A new user has an organization: the one that invited them, or one of their own."""

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user = super().save_user(request, user, form, commit)
        if commit:
            invitation = _invitation_of(request)
            if invitation:
                accept_invitation(invitation=invitation, user=user, now=clock.now())
                if invitation.email == user.email:
                    self.stash_verified_email(request, user.email)
            else:
                create_organization(name=team_name(user.email), owner=user)
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        """Only for the keys of rate limits: nobody's address is kept."""
        return pseudonym_of(request)


def _invitation_of(request: HttpRequest) -> Invitation | None:
    """The invitation through whose link this visitor came to sign up."""
    token = request.session.pop("invitation", None)
    return Invitation.objects.open(clock.now()).filter(token_hash=hash_secret(token)).first() if token else None
