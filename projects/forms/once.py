"""Forms that make a row, at most once however often they are submitted."""

import uuid

from django import forms


class OnceForm(forms.Form):
    """The page chooses the id of the row to make, so that a second submit finds the row of the first."""

    new_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
