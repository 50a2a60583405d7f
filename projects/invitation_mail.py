"""The email that invites somebody into an organization."""

from contextlib import nullcontext

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from projects.languages import writing_to
from projects.models import Invitation, User


def send_invitation(invitation: Invitation, token: str) -> None:
    """In the language of whoever has an account with this address, else in that of the page from which it is sent.
    Raises OSError or SMTPException when the mail server does not take it."""
    user = User.objects.filter(email=invitation.email).exclude(language="").first()
    with writing_to(user) if user else nullcontext():
        _message(invitation, token).send()


def _message(invitation: Invitation, token: str) -> EmailMultiAlternatives:
    context = {
        "invitation": invitation,
        "url": settings.PUBLIC_URL + reverse("organizations:invitation", args=[token]),
        "public_url": settings.PUBLIC_URL,
    }
    folder = "projects/email/invitation"
    subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
    message = EmailMultiAlternatives(subject, render_to_string(f"{folder}/body.txt", context), to=[invitation.email])
    message.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    return message
