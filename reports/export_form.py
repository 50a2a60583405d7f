"""What the page of exports asks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from reports import periods
from reports.models import ExportKind

_PERIODS = {name: label for name, label in periods.NAMES.items() if name != periods.LAST_24_HOURS}


class ExportForm(forms.Form):
    """query() is what the API's query strings say."""

    kind = forms.ChoiceField(label=_("What"))
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[("csv", _("CSV, for spreadsheets")), ("json", "JSON"), ("jsonl", _("JSON Lines, for programs"))],
    )
    period = forms.ChoiceField(
        label=_("Period"), choices=[*_PERIODS.items(), (periods.CUSTOM, _("From … to …"))], initial=periods.DEFAULT
    )
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))
    email = forms.BooleanField(label=_("Email me when it is done"), required=False, initial=True)

    def __init__(self, *args: Any, is_admin: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [
            (ExportKind.EVENTS, _("Every event, with all columns")),
            (ExportKind.ANALYTICS, _("Statistics by day")),
            (ExportKind.CAMPAIGNS, _("Campaigns")),
        ]
        if is_admin:
            choices.append((ExportKind.PROJECT, _("The whole project, to move or keep it")))
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("period") == periods.CUSTOM and data.get("kind") != ExportKind.PROJECT and not self.errors:
            for name in ("first", "last"):
                if not data.get(name):
                    self.add_error(name, ValidationError(_("Choose a day."), "required"))
        return data

    @property
    def kind_asked(self) -> ExportKind:
        return ExportKind(self.cleaned_data["kind"])

    def query(self) -> QueryDict:
        data = self.cleaned_data
        query = QueryDict(mutable=True)
        query["format"] = data["format"]
        query["period"] = data["period"]
        if query["period"] == periods.CUSTOM:
            query["from"], query["to"] = data["first"].isoformat(), data["last"].isoformat()
        return query
