"""Texts of django-allauth whose German addresses a friend. Named here they are in our catalogues, which come first."""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("Be patient, you are sending too many requests."),
    _("Please type your current password."),
    _("You cannot remove your primary email address (%(email)s)."),
    _("You cannot remove your primary email address."),
    _("You have confirmed %(email)s."),
    _("You must type the same email each time."),
    _("You must type the same password each time."),
    _("Your password has been changed."),
    _("Your primary email address must be verified."),
    _("You are about to deactivate authenticator app based authentication. Are you sure?"),
    _("You are about to generate a new set of recovery codes for your account."),
)
