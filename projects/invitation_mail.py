"""The email that invites somebody into an organization."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from projects.models import Invitation


def send_invitation(invitation: Invitation, token: str) -> None:
    """Raises OSError or SMTPException when the mail server does not take it."""
    context = {
        "invitation": invitation,
        "url": settings.PUBLIC_URL + reverse("organizations:invitation", args=[token]),
        "public_url": settings.PUBLIC_URL,
    }
    folder = "projects/email/invitation"
    subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
    message = EmailMultiAlternatives(subject, render_to_string(f"{folder}/body.txt", context), to=[invitation.email])
    message.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    message.send()
