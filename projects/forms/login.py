"""allauth's forms in the product's own words: labels instead of placeholders, the password's rules in one line."""

from typing import Any

from allauth.account import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from projects.models import User

PASSWORD_RULES = _("At least 8 characters, and none of the common ones.")


class _Plain:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name == "password1":
                field.help_text = PASSWORD_RULES


class LoginForm(_Plain, forms.LoginForm):
    pass


class SignupForm(_Plain, forms.SignupForm):
    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Two sign-ups with one address at the same moment: the second one finds the account of the first."""
        try:
            return super().try_save(request)
        except IntegrityError:
            messages.info(request, _("There is an account with this address already. Log in to it."))
            return None, redirect("account_login")


class AddEmailForm(_Plain, forms.AddEmailForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].label = _("New address")


class ChangePasswordForm(_Plain, forms.ChangePasswordForm):
    pass


class SetPasswordForm(_Plain, forms.SetPasswordForm):
    pass


class ResetPasswordForm(_Plain, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(_Plain, forms.ResetPasswordKeyForm):
    pass
