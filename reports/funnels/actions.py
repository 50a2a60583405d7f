"""Saved funnels: made, changed, deleted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from analytics_pulse.problems import Invalid
from goals.models import Funnel
from projects.access import InsufficientScope, Principal, has_scope, projects_of
from projects.models import ApiKey, PersonalAccessToken, Project, Role
from reports import names
from reports.faults import Faults
from reports.funnels import definition, steps
from reports.segments import person_of

MAX_FUNNELS = 50  # of a project
MAX_NAME_CHARS = 100
_KEYS = ("name", *definition.KEYS)


def find_funnel(project: Project, funnel_id: UUID) -> Funnel:
    """Raises Http404, of another project's as of an absent one."""
    return get_object_or_404(Funnel.objects.select_related("project"), project=project, pk=funnel_id)


def may_write(project: Project, who: Principal | None) -> bool:
    """Whether `who` may make and change funnels of the project."""
    return who is not None and projects_of(who, Role.EDITOR).filter(pk=project.pk).exists()


@transaction.atomic
def create_funnel(*, project: Project, by: Principal, fields: Mapping[str, Any]) -> Funnel:
    """A new funnel of {"name", "steps"} and perhaps "by", "window" and "order", as the API has them.

    Raises Invalid with pointers, InsufficientScope and PermissionDenied.
    """
    _require_writing(project, by)
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)  # one at a time, so that they are counted
    if Funnel.objects.filter(project=project).count() >= MAX_FUNNELS:
        raise _invalid("/name", "too_many", _("At most %(count)d funnels: delete one first.") % {"count": MAX_FUNNELS})
    return _saved(Funnel(project=project, created_by=person_of(by)), fields)


def change_funnel(*, funnel: Funnel, by: Principal, fields: Mapping[str, Any]) -> Funnel:
    """The funnel with what is given. Raises as create_funnel does."""
    _require_writing(funnel.project, by)
    now = {
        "name": funnel.name,
        "steps": funnel.steps,
        "by": funnel.by,
        "window": definition.window_text(funnel.window_s),
        "order": funnel.order,
    }
    return _saved(funnel, {**now, **fields}, keeps_gone="steps" not in fields)


def delete_funnel(*, funnel: Funnel, by: Principal) -> None:
    """Raises InsufficientScope and PermissionDenied."""
    _require_writing(funnel.project, by)
    funnel.delete()


def _saved(funnel: Funnel, fields: Mapping[str, Any], *, keeps_gone: bool = False) -> Funnel:
    """keeps_gone: its steps are not changed, and may name goals that were deleted."""
    faults = Faults()
    name = fields.get("name")
    if not names.is_text(name) or not str(name).strip():
        faults.add("/name", "missing", _("Give it a name."))
    elif len(str(name).strip()) > MAX_NAME_CHARS:
        faults.add("/name", "too_long", _("At most %(count)d characters.") % {"count": MAX_NAME_CHARS})
    for key in fields:
        if key not in _KEYS:
            faults.add(f"/{key}", "unknown_key", f"one of {', '.join(_KEYS)}")
    found = definition.parse(fields, faults, funnel.project, has_gone=keeps_gone)
    if faults:
        raise Invalid(errors=faults.found)
    funnel.name, funnel.steps = str(name).strip(), steps.as_json(found.steps)
    funnel.by, funnel.window_s, funnel.order = found.by, found.window_s, found.order
    try:
        with transaction.atomic():
            funnel.save()
    except IntegrityError as error:
        raise _invalid("/name", "taken", _("There is a funnel of this name already.")) from error
    return funnel


def _require_writing(project: Project, who: Principal) -> None:
    """That `who` may see the project is known by now."""
    if isinstance(who, ApiKey | PersonalAccessToken) and not has_scope(who, Role.EDITOR):
        raise InsufficientScope("This needs the scope “manage”.")
    if not may_write(project, who):
        raise PermissionDenied("Funnels are for editors and above to change.")


def _invalid(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(errors=[{"pointer": pointer, "code": code, "detail": detail}])
