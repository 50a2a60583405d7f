"""Forms that make secrets."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.forms.once import OnceForm
from projects.models.keys import Scope

NEVER = "never"


class ApiKeyForm(OnceForm):
    name = forms.CharField(
        label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"placeholder": _("Nightly export")})
    )
    description = forms.CharField(label=_("Description"), max_length=500, required=False)
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple, initial=[Scope.READ]
    )


class AccessTokenForm(OnceForm):
    name = forms.CharField(
        label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"placeholder": _("Deployment script")})
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[
            (Scope.READ, _("Read the statistics of your projects")),
            (Scope.MANAGE, _("Manage your projects, their keys and your organizations")),
        ],
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ],
    )
    lifetime = forms.ChoiceField(
        label=_("Expires"),
        choices=[("30", _("in 30 days")), ("90", _("in 90 days")), ("365", _("in 365 days")), (NEVER, _("never"))],
        initial="90",
    )

    def expires_at(self, now: datetime) -> datetime | None:
        lifetime = self.cleaned_data["lifetime"]
        return None if lifetime == NEVER else now + timedelta(days=int(lifetime))
