"""The form by which a segment is made and changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics_pulse.problems import Invalid
from reports.models import Kind
from reports.models.segments import MAX_NAME_CHARS

REFUSALS = {
    "taken": _("There is a segment of this name already."),
    "empty": _("At least one filter."),
    "too_many": _("There are as many segments as there may be: delete one first."),
    "too_long": _("These filters are too long to be saved."),
}


class SegmentForm(forms.Form):
    """`may_share`: whether its user may make it the team's; there is no choice otherwise."""

    name = forms.CharField(
        label=_("Name"),
        max_length=MAX_NAME_CHARS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-focus": True, "placeholder": _("Germany, mobile")}),
    )
    kind = forms.ChoiceField(
        label=_("Who sees it"), choices=Kind.choices, initial=Kind.PERSONAL, widget=forms.RadioSelect
    )

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
            self.add_error(field if field in self.fields else None, refusal(each))


def refusal(fault: dict[str, str]) -> str:
    """What reports.segments found, as a sentence."""
    return str(REFUSALS.get(fault["code"]) or fault["detail"].capitalize() + ".")
