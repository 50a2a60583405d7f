"""The forms of shared links: what a link shows, and the password of one."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LinkPasswordForm(forms.Form):
    """What a link asks of who follows it."""

    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
