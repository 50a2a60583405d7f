"""A project's settings out of an archive, checked as what people type is."""

from typing import Any

from django.core.exceptions import ValidationError

from projects.domains import normal_origins, normal_query_params
from reports import conditions
from reports.exports.archive_rows import Settings
from reports.exports.tar_entries import NotAnArchive
from reports.faults import Faults
from tracking.screening_form import ScreeningForm


def understood(settings: Settings) -> dict[str, Any]:
    """Fields for create_project, without is_active. Raises ValidationError."""
    return {
        "name": settings.name,
        "domain": settings.domain,
        "timezone": settings.timezone,
        "description": settings.description,
        "identity_mode": settings.identity_mode,
        "allowed_origins": normal_origins(settings.allowed_origins),
        "kept_query_params": normal_query_params(settings.kept_query_params),
        "screening": _screening(settings.screening),
        "first_event_at": settings.first_event_at,
    }


def understood_filters(filters: list[Any]) -> list[Any]:
    """Raises NotAnArchive."""
    faults = Faults()
    found = conditions.parse(filters, "", faults)
    if faults:
        raise NotAnArchive(f"The filters of a segment are not valid: {faults.found[0]['detail']}")
    return conditions.as_json(found)


def _screening(rules: dict[str, list[str]]) -> dict[str, list[str]]:
    if unknown := rules.keys() - ScreeningForm.base_fields.keys():
        raise ValidationError(f"There are no screening rules by {', '.join(sorted(unknown))}.")
    form = ScreeningForm({name: "\n".join(lines) for name, lines in rules.items()})
    if not form.is_valid():
        raise ValidationError([message for messages in form.errors.values() for message in messages])
    return {name: form.cleaned_data[name] for name in rules}
