"""allauth's forms in the product's own words: labels instead of placeholders, the password's rules in one line."""

from typing import Any

from allauth.account import forms

PASSWORD_RULES = "At least 8 characters, and none of the common ones."


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
    pass


class AddEmailForm(_Plain, forms.AddEmailForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].label = "New address"


class ChangePasswordForm(_Plain, forms.ChangePasswordForm):
    pass


class SetPasswordForm(_Plain, forms.SetPasswordForm):
    pass


class ResetPasswordForm(_Plain, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(_Plain, forms.ResetPasswordKeyForm):
    pass
