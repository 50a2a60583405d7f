"""Forms about a project."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.domains import normal_domain, normal_origins, normal_query_params, shown_domain
from projects.forms.lists import LinesField
from projects.forms.once import OnceForm
from projects.forms.timezones import TimezoneField
from projects.models import IdentityMode, Organization, Project, Role, User


class DomainField(forms.CharField):
    """A domain in whatever form people type it; kept as browsers send it."""

    def __init__(self, **options: Any) -> None:
        attrs = {"placeholder": "example.com", "autocapitalize": "none", "spellcheck": "false", "inputmode": "url"}
        super().__init__(max_length=300, widget=forms.TextInput(attrs=attrs), **options)

    def prepare_value(self, value: Any) -> Any:
        return shown_domain(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return normal_domain(text) if text else text


class _SiteFields(forms.Form):
    """What a new project and its settings have in common."""

    name = forms.CharField(label=_("Name"), max_length=100)
    domain = DomainField(label=_("Domain"), help_text=_("The site whose visitors are counted."))
    timezone = TimezoneField(label=_("Time zone"), help_text=_("A day of the reports is a day of this zone."))
    description = forms.CharField(
        label=_("Description"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class NewProjectForm(_SiteFields, OnceForm):
    organization = forms.ModelChoiceField(Organization.objects.none(), label=_("Organization"), empty_label=None)
    field_order = ("organization", "name", "domain", "timezone", "description")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["timezone"].widget.attrs["data-browser-timezone"] = ""
        choice: Any = self.fields["organization"]
        choice.queryset = Organization.objects.visible_to(user, Role.ADMIN)
        if choice.queryset.count() == 1:
            choice.widget = forms.HiddenInput()
            self.initial["organization"] = choice.queryset.get().pk  # whatever the address asked for


class ProjectSettingsForm(_SiteFields):
    """`fields_of(project)` is its initial value; cleaned_data are fields of Project."""

    is_active = forms.BooleanField(
        label=_("Accept events"), required=False, help_text=_("Switched off, events are refused; what is there stays.")
    )
    identity_mode = forms.ChoiceField(
        label=_("Visitor identity"),
        choices=IdentityMode.choices,
        widget=forms.RadioSelect,
        help_text=_("An anonymous id recognises a returning visitor, and may need consent where your visitors live."),
    )
    allowed_origins = LinesField(
        label=_("Allowed origins"),
        normal=normal_origins,
        required=False,
        help_text=_(
            "Sites that may send with the write key, one a line, such as https://example.com or "
            "https://*.example.com. None: any."
        ),
    )
    kept_query_params = LinesField(
        label=_("Query parameters to keep"),
        normal=normal_query_params,
        required=False,
        help_text=_("One a line. All others but the campaign ones (utm_…) are cut off page addresses."),
    )

    def of_the_site(self) -> list[forms.BoundField]:
        return [self[name] for name in _SiteFields.base_fields]

    def of_counting(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in _SiteFields.base_fields]

    @classmethod
    def fields_of(cls, project: Project) -> dict[str, Any]:
        return {name: getattr(project, name) for name in cls.base_fields}
