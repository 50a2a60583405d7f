"""The form by which a segment is made and changed."""

from typing import Any

from django import forms

from analytics_pulse.problems import Invalid
from reports.models import Kind
from reports.models.segments import MAX_NAME_CHARS


class SegmentForm(forms.Form):
    """`may_share`: whether its user may make it the team's; there is no choice otherwise."""

    name = forms.CharField(
        max_length=MAX_NAME_CHARS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-focus": True, "placeholder": "Germany, mobile"}),
    )
    kind = forms.ChoiceField(label="Who sees it", choices=Kind.choices, initial=Kind.PERSONAL, widget=forms.RadioSelect)

    def __init__(self, *args: Any, may_share: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_share:
            del self.fields["kind"]

    @property
    def values(self) -> dict[str, str]:
        return {"kind": Kind.PERSONAL.value} | self.cleaned_data

    def refuse(self, error: Invalid) -> None:
        """Show what reports.segments found, at its field where there is one."""
        for each in error.errors:
            field = each["pointer"].removeprefix("/")
            self.add_error(field if field in self.fields else None, each["detail"].capitalize() + ".")
