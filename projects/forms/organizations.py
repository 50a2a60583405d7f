"""Forms about an organization and its members."""

from typing import Any

from django import forms

from projects.forms.once import OnceForm
from projects.models import Membership, Role


class NewOrganizationForm(OnceForm):
    name = forms.CharField(max_length=100)


class OrganizationForm(forms.Form):
    name = forms.CharField(max_length=100)


class RoleForm(forms.Form):
    """`by`: the member who chooses. Only an owner makes owners."""

    role = forms.ChoiceField(initial=Role.VIEWER)

    def __init__(self, *args: Any, by: Membership, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["role"]
        choice.choices = [(role.value, role.label) for role in Role if by.may(Role.OWNER) or role != Role.OWNER]


class InvitationForm(RoleForm):
    email = forms.EmailField(widget=forms.EmailInput(attrs={"placeholder": "name@example.com", "autocomplete": "off"}))
    field_order = ("email", "role")
