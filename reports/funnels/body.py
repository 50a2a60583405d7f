"""The JSON body that asks for a funnel's numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from projects.access import Principal
from projects.models import Project
from reports import conditions, date_ranges, names, params, patterns, periods, segments
from reports.faults import Faults, kind, one_of, step
from reports.funnels import breakdowns, definition
from reports.funnels.definition import Definition
from reports.params import Question
from reports.query_body import InvalidQuery
from tracking.storage import get_store

_DAYS = ("startDate", "endDate")
_ABOUT = ("date_range", *_DAYS, "filters", "breakdown")
KEYS = (*definition.KEYS, *_ABOUT)
GOAL_KEYS = ("goal_ids", *(key for key in KEYS if key != "steps"))


@dataclass(frozen=True, slots=True)
class Asked:
    definition: Definition
    question: Question
    breakdown: str = ""


def asked(body: object, project: Project, who: Principal, now: datetime) -> Asked:
    """Raises InvalidQuery with the place of every fault, and StaleSegment."""
    faults = Faults()
    values = _object(body, KEYS, faults)
    return _asked(values, body, project, who, now, faults)


def asked_of_goals(body: object, project: Project, who: Principal, now: datetime) -> Asked:
    """The same of {"goal_ids": ["<id>", …]}, a step each. Raises as asked() does."""
    faults = Faults()
    values = _object(body, GOAL_KEYS, faults)
    ids = values.get("goal_ids")
    steps = [{"goal": each} for each in ids] if isinstance(ids, list) else ids
    try:
        return _asked({**values, "steps": steps}, body, project, who, now, faults)
    except InvalidQuery as error:
        raise InvalidQuery(errors=[{**each, "pointer": _of_ids(each["pointer"])} for each in error.errors]) from None


def _asked(
    values: Mapping[str, Any], body: object, project: Project, who: Principal, now: datetime, faults: Faults
) -> Asked:
    found = definition.parse(values, faults, project)
    period = date_ranges.parse(
        _date_range(values, faults),
        "/date_range",
        faults,
        zone=project.zone,
        now=now,
        since=lambda: get_store().first_event_at(project.pk),
    )
    segment = partial(segments.conditions_of, project, who)
    filters = conditions.parse(values.get("filters", []), "/filters", faults, segment=segment)
    breakdown = _breakdown(values.get("breakdown"), faults)
    if faults or period is None:
        raise InvalidQuery(errors=faults.found)
    if refused := patterns.faults(filters, body, project.pk):
        raise InvalidQuery(errors=refused)
    return Asked(found, Question(params.ref(project), period, filters), breakdown)


def _object(body: object, keys: tuple[str, ...], faults: Faults) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise InvalidQuery(errors=[{"pointer": "", "code": "not_an_object", "detail": f"an object, not {kind(body)}"}])
    for key in body:
        if key not in keys:
            faults.add(step(key), "unknown_key", one_of(keys))
    return body


def _date_range(values: Mapping[str, Any], faults: Faults) -> object:
    """`date_range`, or the days that other routes call startDate and endDate."""
    days = [key for key in _DAYS if key in values]
    if not days:
        return values.get("date_range", periods.DEFAULT)
    if "date_range" in values:
        faults.add(step(days[0]), "not_possible", "either a date_range, or startDate and endDate")
    elif len(days) < len(_DAYS):
        faults.add(step(next(key for key in _DAYS if key not in days)), "missing", "both startDate and endDate")
        return periods.DEFAULT
    return [values[key] for key in days]


def _breakdown(value: object, faults: Faults) -> str:
    if value is None or value == "":
        return ""
    code, detail = breakdowns.fault_of(value)
    if code:
        faults.add("/breakdown", code, detail)
        return ""
    dimension = names.dimension(value)
    return dimension.name if dimension else ""


def _of_ids(pointer: str) -> str:
    """/steps/1/goal is /goal_ids/1."""
    return pointer.replace("/steps", "/goal_ids", 1).removesuffix("/goal") if pointer.startswith("/steps") else pointer
