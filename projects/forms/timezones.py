"""The choice of a time zone: those of today's places, by continent."""

from functools import cache
from zoneinfo import available_timezones

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONTINENTS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


@cache
def _choices() -> list[tuple[str | Promise, list[tuple[str, str]] | str]]:
    zones = sorted(available_timezones())
    by_continent = [
        (
            label,
            [(zone, zone.partition("/")[2].replace("_", " ")) for zone in zones if zone.startswith(f"{continent}/")],
        )
        for continent, label in CONTINENTS.items()
    ]
    return [("UTC", "UTC"), *by_continent]


class TimezoneField(forms.ChoiceField):
    """Any name of the IANA list is valid. One that the list leaves out, and the API has set, is offered beside it."""

    def __init__(self, **options: object) -> None:
        super().__init__(choices=_choices, **options)  # type: ignore[arg-type]

    def valid_value(self, value: str) -> bool:
        return value in available_timezones()

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        initial = form.get_initial_for_field(self, field_name)
        if initial and not super().valid_value(initial):
            self.choices = [*_choices(), (initial, initial)]
        return super().get_bound_field(form, field_name)
