"""Which part of the quarantine is asked for."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from tracking.reasons import Reason
from tracking.storage.partitions import shift
from tracking.storage.quarantine import Place

SHOWN_DAYS = 30
_DATE = {"type": "date"}


def _reasons() -> list[tuple[str, str]]:
    return [("", gettext("Any reason")), *((reason.value, reason.label) for reason in Reason)]


class QuarantineFilterForm(forms.Form):
    """By default the last 30 days, of any reason. Days are the project's, both included."""

    reason = forms.ChoiceField(label=_("Reason"), choices=_reasons, required=False)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(_DATE))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(_DATE))

    def __init__(self, data: Any, *, project: Project, now: datetime) -> None:
        self.zone = project.zone
        today = now.astimezone(self.zone).date()
        shown = {"first": str(today - timedelta(days=SHOWN_DAYS - 1)), "last": str(today)}
        super().__init__(shown | {name: data[name] for name in ("reason", "first", "last") if data.get(name)})
        self.oldest = shift(today.replace(day=1), -settings.RETENTION_MONTHS)

    def clean_first(self) -> date | None:
        first = self.cleaned_data["first"]
        return max(first, self.oldest) if first else first

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            self.add_error("last", ValidationError(_("This is before the first day."), "range"))
        return self.cleaned_data

    @property
    def range(self) -> tuple[datetime, datetime]:
        """[start, end); call it on a valid form."""
        return self._midnight(self.cleaned_data["first"]), self._midnight(self.cleaned_data["last"] + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def cursor_of(place: Place) -> str:
    """A place in the list as text for a URL."""
    return f"{place[0].isoformat()}~{place[1]}"


def parse_cursor(text: str) -> Place:
    """Raises ValueError."""
    at, _, event_id = text.partition("~")
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment, UUID(event_id)
