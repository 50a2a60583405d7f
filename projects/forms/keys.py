"""Forms that make secrets."""

from datetime import datetime, timedelta

from django import forms

from projects.forms.once import OnceForm
from projects.models.keys import Scope

LIFETIMES_DAYS = (30, 90, 365)


class ApiKeyForm(OnceForm):
    name = forms.CharField(max_length=100, widget=forms.TextInput(attrs={"placeholder": "Nightly export"}))
    description = forms.CharField(max_length=500, required=False)
    scopes = forms.MultipleChoiceField(
        label="It may", choices=Scope.choices, widget=forms.CheckboxSelectMultiple, initial=[Scope.READ]
    )


class AccessTokenForm(OnceForm):
    name = forms.CharField(max_length=100, widget=forms.TextInput(attrs={"placeholder": "Deployment script"}))
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[
            (Scope.READ, "Read the statistics of your projects"),
            (Scope.MANAGE, "Manage your projects, their keys and your organizations"),
        ],
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ],
    )
    lifetime = forms.ChoiceField(
        label="Expires",
        choices=[*((str(days), f"in {days} days") for days in LIFETIMES_DAYS), ("never", "never")],
        initial="90",
    )

    def expires_at(self, now: datetime) -> datetime | None:
        lifetime = self.cleaned_data["lifetime"]
        return None if lifetime == "never" else now + timedelta(days=int(lifetime))
