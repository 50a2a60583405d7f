"""What sign-up means here, for django-allauth."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics_pulse import clock
from projects import languages
from projects.actions.accounts import team_name
from projects.actions.members import accept_invitation
from projects.actions.organizations import create_organization
from projects.client_address import pseudonym_of
from projects.models import Invitation, User
from projects.models.keys import hash_secret

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """A new user has an organization: the one that invited them, or one of their own."""

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.language = get_language() or ""
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

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        response = super().post_login(request, user, **how)
        languages.meet(request, response, user)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """What the mail is about has happened: a mail server that is away must not turn it into an error page."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("the mail %s could not be sent", template_prefix)
            messages.error(self.request, _("The email could not be sent. Please try again later."))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Only for the keys of rate limits: nobody's address is kept."""
        return pseudonym_of(request)


def _invitation_of(request: HttpRequest) -> Invitation | None:
    """The invitation through whose link this visitor came to sign up."""
    token = request.session.pop("invitation", None)
    return Invitation.objects.open(clock.now()).filter(token_hash=hash_secret(token)).first() if token else None
