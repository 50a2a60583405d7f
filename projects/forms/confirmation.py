"""Typed confirmations of what cannot be undone."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class TypedConfirmation(forms.Form):
    """Valid when the given text was typed."""

    typed = forms.CharField(
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-confirm-input": ""})
    )

    def __init__(self, *args: Any, expected: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.expected = expected
        self.fields["typed"].label = f"Type “{expected}” to confirm"

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"].strip() != self.expected.strip():
            raise ValidationError(f"This is not “{self.expected}”.", "mismatch")
        return self.expected
