"""Whom an owner wants erased, as the page and the API are told."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.models import Project
from tracking import identity
from tracking.storage.base import Whom

SHOWN_VISITOR = re.compile(r"^[0-9a-f]{16}\Z")
VISITOR_ADVICE = _("A visitor is 16 hex digits, such as 0f3c9a1b22d4e5f6.")
MAX_USER_ID_CHARS = 128  # of the ingest contract
_DATE = {"type": "date"}
_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class ErasureForm(forms.Form):
    """By a user id or a visitor; all time, or days of the project, both included."""

    user_id = forms.CharField(
        label=_("User id"),
        max_length=MAX_USER_ID_CHARS,
        required=False,
        strip=False,
        widget=forms.TextInput(_PLAIN),
        help_text=_("As your site sends it for somebody who is signed in."),
    )
    visitor_id = forms.CharField(
        label=_("Or a visitor"), max_length=40, required=False, widget=forms.TextInput(_PLAIN), help_text=VISITOR_ADVICE
    )
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(_DATE))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(_DATE))
    confirm = forms.BooleanField(label=_("Delete it all. I know that nobody can bring it back."))

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.zone = project.zone

    def clean_visitor_id(self) -> str:
        text = self.cleaned_data["visitor_id"].lower()
        if text and not SHOWN_VISITOR.match(text):
            raise ValidationError(VISITOR_ADVICE, "visitor_id")
        return text

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "visitor_id" in data and "user_id" in data:
            if data["visitor_id"] and data["user_id"]:
                self.add_error("visitor_id", ValidationError(_("One of the two, not both."), "both"))
            elif not data["visitor_id"] and not data["user_id"]:
                self.add_error("user_id", ValidationError(_("Say who: a user id or a visitor."), "required"))
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", ValidationError(_("This is before the first day."), "range"))
        return data

    @property
    def whom(self) -> Whom:
        data = self.cleaned_data
        return Whom((identity.parse_shown(data["visitor_id"]),)) if data["visitor_id"] else Whom((), data["user_id"])

    @property
    def range(self) -> tuple[datetime | None, datetime | None]:
        """[start, end); None: no limit on that side."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        start = datetime.combine(first, time(), self.zone) if first else None
        return start, datetime.combine(last + timedelta(days=1), time(), self.zone) if last else None


class ErasureSerializer(serializers.Serializer[Any]):
    """Exactly one of user_id and visitor_id. start, end: [start, end); absent: all time."""

    user_id = serializers.CharField(
        required=False, max_length=MAX_USER_ID_CHARS, trim_whitespace=False, help_text="The site's own pseudonym."
    )
    visitor_id = serializers.RegexField(
        SHOWN_VISITOR, required=False, error_messages={"invalid": VISITOR_ADVICE}, help_text="16 hex digits."
    )
    start = serializers.DateTimeField(required=False)
    end = serializers.DateTimeField(required=False, help_text="Not included.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("user_id" in attrs) == ("visitor_id" in attrs):
            raise serializers.ValidationError("Say who: either user_id or visitor_id.", "whom")
        if "start" in attrs and "end" in attrs and attrs["end"] <= attrs["start"]:
            raise serializers.ValidationError({"end": ["must be after start"]}, "range")
        return attrs
