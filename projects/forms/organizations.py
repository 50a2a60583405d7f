"""Forms about an organization and its members."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.forms.once import OnceForm
from projects.models import Membership, Role


class NewOrganizationForm(OnceForm):
    name = forms.CharField(label=_("Name"), max_length=100)


class OrganizationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100)


class RoleForm(forms.Form):
    """`by`: the member who chooses. Only an owner makes owners."""

    role = forms.ChoiceField(label=_("Role"), initial=Role.VIEWER)

    def __init__(self, *args: Any, by: Membership, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["role"]
        choice.choices = [(role.value, role.label) for role in Role if by.may(Role.OWNER) or role != Role.OWNER]


class InvitationForm(RoleForm):
    email = forms.EmailField(
        label=_("Email"), widget=forms.EmailInput(attrs={"placeholder": "name@example.com", "autocomplete": "off"})
    )
    field_order = ("email", "role")
