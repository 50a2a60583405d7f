"""Typed confirmations of what cannot be undone."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class TypedConfirmation(forms.Form):
    """Valid when the given text was typed."""

    typed = forms.CharField(
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-confirm-input": ""})
    )

    def __init__(self, *args: Any, expected: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.expected = expected
        self.fields["typed"].label = _("Type “%(text)s” to confirm") % {"text": expected}

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"].strip() != self.expected.strip():
            raise ValidationError(_("This is not “%(text)s”."), "mismatch", {"text": self.expected})
        return self.expected
