"""The forms of shared links: what a link shows, and the password of one."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics_pulse.problems import Invalid
from projects.forms.once import OnceForm
from reports.links import PAGES
from reports.models import Segment, SharedLink
from reports.models.shared_links import LEAST_VISITORS, MAX_LEAST_VISITORS, MAX_NAME_CHARS, SHAREABLE_PAGES
from reports.shared_links import LEAST_PASSWORD_CHARS, MAX_PASSWORD_CHARS


class SharedLinkForm(OnceForm):
    """`values`: as reports.shared_links takes them. link: the one that is changed; None: a new one."""

    name = forms.CharField(
        label=_("Name"),
        max_length=MAX_NAME_CHARS,
        help_text=_("For your list alone: who opens the link does not see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    segment = forms.ModelChoiceField(
        label=_("What it shows"), queryset=Segment.objects.none(), required=False, empty_label=_("All visitors")
    )
    pages = forms.MultipleChoiceField(
        label=_("Pages beside the overview"),
        choices=[(name, PAGES[name]) for name in SHAREABLE_PAGES],
        required=False,
        help_text=_("With goals, the overview shows how often they were reached and the revenue, too."),
        widget=forms.CheckboxSelectMultiple,
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        min_length=LEAST_PASSWORD_CHARS,
        max_length=MAX_PASSWORD_CHARS,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    without_password = forms.BooleanField(label=_("Ask for no password any more"), required=False)
    least_visitors = forms.IntegerField(
        label=_("Fewest visitors"),
        min_value=0,
        max_value=MAX_LEAST_VISITORS,
        initial=LEAST_VISITORS,
        help_text=_("What fewer visitors did is not shown apart, so that nobody stands out. 0: everything is shown."),
    )
    may_embed = forms.BooleanField(label=_("Other sites may show it in a frame"), required=False)

    def __init__(self, data: QueryDict | None, *, segments: QuerySet[Segment], link: SharedLink | None = None) -> None:
        super().__init__(data, initial=self._fields_of(link) if link else None)
        self.fields["segment"].queryset = segments  # type: ignore[attr-defined]
        if link is not None:
            del self.fields["new_id"]
        if link is None or not link.password:
            del self.fields["without_password"]
        else:
            self.fields["password"].label = _("New password")

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        values = {name: data[name] for name in ("name", "least_visitors", "may_embed", "pages")}
        if data.get("without_password"):
            values["password"] = ""
        elif data["password"]:
            values["password"] = data["password"]
        return values | {"segment_id": data["segment"].pk if data["segment"] else None}

    def refuse(self, error: Invalid) -> None:
        """Show what reports.shared_links found, at its field."""
        for each in error.errors:
            self.add_error(each["pointer"].removeprefix("/"), each["detail"].capitalize() + ".")

    @staticmethod
    def _fields_of(link: SharedLink) -> dict[str, Any]:
        return {name: getattr(link, name) for name in ("name", "segment", "least_visitors", "may_embed", "pages")}


class LinkPasswordForm(forms.Form):
    """What a link asks of who follows it."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
