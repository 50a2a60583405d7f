"""What an operator may ask of the tables of events: always about a bounded range, or one event."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from projects.models import Project
from tracking.reasons import Reason

DAYS_SHOWN = 7
MAX_DAYS = 31


class ProjectField(forms.CharField):
    """A project's id, or its whole name or domain; cleaned to the Project, or None when left empty."""

    widget = forms.TextInput(attrs={"size": 40, "placeholder": "id, name or domain"})

    def clean(self, value: Any) -> Project | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            found = list(Project.objects.filter(pk=UUID(text)))
        except ValueError:
            found = list(
                Project.objects.filter(domain__iexact=text)[:2] or Project.objects.filter(name__iexact=text)[:2]
            )
        if len(found) != 1:
            raise ValidationError("No such project." if not found else "More than one project: give its id.")
        return found[0]


class QuarantineFilter(forms.Form):
    project = ProjectField(required=False)
    reason = forms.ChoiceField(required=False, choices=[("", "any reason"), *((reason, reason) for reason in Reason)])
    first_day = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}))

    @staticmethod
    def defaults(today: date) -> dict[str, str]:
        """The last seven days."""
        return {"first_day": f"{today - timedelta(days=DAYS_SHOWN - 1)}", "last_day": f"{today}"}

    def clean(self) -> dict[str, Any]:
        """With `start` and `end` of the UTC days."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        first_day, last_day = cleaned["first_day"], cleaned["last_day"]
        if not timedelta(0) <= last_day - first_day < timedelta(days=MAX_DAYS):
            raise ValidationError(f"Choose between one day and {MAX_DAYS} days.")
        start = datetime.combine(first_day, time(), UTC)
        end = datetime.combine(last_day, time(), UTC) + timedelta(days=1)
        return cleaned | {"start": start, "end": end}


class EventLookup(forms.Form):
    project = ProjectField()
    event_id = forms.UUIDField(label="Event id", widget=forms.TextInput(attrs={"size": 40}))
