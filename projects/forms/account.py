"""Forms about one's own account."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from projects.models import User


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Of these pages, and of the emails to you."),
    )


class DeleteAccountForm(forms.Form):
    """Asks for the password, or, of who has none, for the email address."""

    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    email = forms.EmailField(label=_("Type your email address to confirm"), widget=forms.EmailInput)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        del self.fields["email" if user.has_usable_password() else "password"]

    def clean_password(self) -> str:
        if not self.user.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("This is not your password."), "mismatch")
        return self.cleaned_data["password"]

    def clean_email(self) -> str:
        if self.cleaned_data["email"].lower() != self.user.email:
            raise ValidationError(_("This is not your email address."), "mismatch")
        return self.cleaned_data["email"]
