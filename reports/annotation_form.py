"""The form by which an annotation is made and changed."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from analytics_pulse.problems import Invalid
from projects.forms.once import OnceForm
from projects.models import Project
from reports import periods
from reports.annotations import When
from reports.models import Annotation
from reports.models.annotations import MAX_TEXT_CHARS, MAX_TITLE_CHARS, MAX_URL_CHARS, Kind


class AnnotationForm(OnceForm):
    """Of the project's clocks. Without a time all of the day is meant. is_new: it makes one, and changes none."""

    title = forms.CharField(
        label=_("What happened"),
        max_length=MAX_TITLE_CHARS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-focus": True, "placeholder": _("New start page")}),
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Left empty, all of the day is meant."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.NOTE)
    text = forms.CharField(
        label=_("More about it"), required=False, max_length=MAX_TEXT_CHARS, widget=forms.Textarea(attrs={"rows": 3})
    )
    url = forms.URLField(
        label=_("Link"), required=False, max_length=MAX_URL_CHARS, assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )  # fmt: skip
    is_public = forms.BooleanField(label=_("Shown on shared links, too"), required=False)

    def __init__(self, data: QueryDict | None, *, initial: dict[str, Any], is_new: bool = False) -> None:
        super().__init__(data, initial=initial)
        if not is_new:
            del self.fields["new_id"]

    @staticmethod
    def fields_of(annotation: Annotation, project: Project) -> dict[str, Any]:
        shown = annotation.occurred_at.astimezone(project.zone)
        own = {name: getattr(annotation, name) for name in ("title", "kind", "text", "url", "is_public")}
        if annotation.occurred_on:
            return own | {"day": annotation.occurred_on}
        return own | {"day": shown.date(), "time": shown.time()}

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if not periods.FIRST_DAY < day < periods.LAST_DAY:
            raise forms.ValidationError(_("Choose a day of this century."), "out_of_range")
        return day

    def values(self, project: Project) -> dict[str, Any]:
        """For save_annotation and change_annotation; of a new one with its id."""
        data = dict(self.cleaned_data)
        if "new_id" in data:
            data["id"] = data.pop("new_id")
        day, time = data.pop("day"), data.pop("time")
        if time is None:
            return data | {"when": When.of_day(day, project)}
        return data | {"when": When(datetime.combine(day, time, project.zone))}

    def refuse(self, error: Invalid) -> None:
        """Show what reports.annotations found, which is not about one of these fields."""
        for each in error.errors:
            self.add_error(None, each["detail"].capitalize() + ".")
