"""The steps of a funnel as JSON, and the conditions that they stand for.

{"goal": "<id>"}                                     who reached this goal
{"filters": [["is", "page", ["/pricing"]]]}          conditions, all of which hold of one event: reports/conditions.py
{"name": "Pricing", …}                               what people call the step; without one a name is proposed
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from goals.models import Goal
from projects.models import Project
from reports import conditions, names, patterns
from reports.condition_words import sentence
from reports.faults import Faults, kind, one_of, step
from reports.funnels.page_patterns import path_of
from tracking.storage.conditions import AllOf, Condition, Filter
from tracking.storage.funnels import MAX_STEPS, MIN_STEPS

MAX_NAME_CHARS = 100
_KEYS = ("name", "goal", "filters")
PAGEVIEW = Filter("event_type", "is", ("pageview",))


@dataclass(frozen=True, slots=True)
class Step:
    """given: its name as somebody gave it, or "". called: that, or the name that is proposed. goal: its id, or "".
    conditions: what must hold; none where the goal was deleted. json: as a funnel keeps it."""

    given: str
    called: str
    goal: str
    conditions: tuple[Condition, ...]
    json: dict[str, Any]

    @property
    def is_gone(self) -> bool:
        return not self.conditions

    @property
    def condition(self) -> Condition:
        return self.conditions[0] if len(self.conditions) == 1 else AllOf(self.conditions)


def parse(value: object, pointer: str, faults: Faults, project: Project, *, has_gone: bool = False) -> tuple[Step, ...]:
    """The steps of a JSON list. What is wrong with it is added to `faults`, and left out.

    has_gone: a goal that is not there makes a step that is gone, and no fault. A goal of another project is not there.
    At most one query, and one for patterns.
    """
    if not isinstance(value, list):
        faults.add(pointer, "not_a_list", f"a list of {MIN_STEPS} to {MAX_STEPS} steps, not {kind(value)}")
        return ()
    if not MIN_STEPS <= len(value) <= MAX_STEPS:
        faults.add(pointer, "too_few" if len(value) < MIN_STEPS else "too_many", f"{MIN_STEPS} to {MAX_STEPS} steps")
        return ()
    goals = _goals(value, project)
    found = [_step(each, pointer + step(index), faults, goals, has_gone=has_gone) for index, each in enumerate(value)]
    steps = tuple(each for each in found if each is not None)
    if not faults and conditions.is_too_much([condition for each in steps for condition in each.conditions]):
        faults.add(pointer, "too_many", f"{conditions.LIMITS}, in all steps together")
    if not faults:
        _refuse_patterns(steps, pointer, faults, project)
    return steps


def as_json(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [each.json for each in steps]


def _step(value: object, pointer: str, faults: Faults, goals: dict[str, str], *, has_gone: bool) -> Step | None:
    if not isinstance(value, dict):
        faults.add(pointer, "not_an_object", f'a step such as {{"goal": "<id>"}}, not {kind(value)}')
        return None
    for key in value:
        if key not in _KEYS:
            faults.add(pointer + step(key), "unknown_key", one_of(_KEYS))
    given = _name(value.get("name", ""), f"{pointer}/name", faults)
    if ("goal" in value) == ("filters" in value):
        faults.add(pointer, "not_a_step", "either a goal, or filters")
        return None
    named = {"name": given} if given else {}
    if "goal" in value:
        goal = _id(value["goal"])
        if goal not in goals and not (has_gone and goal):
            faults.add(f"{pointer}/goal", "unknown_goal", "no goal of this project has this id")
            return None
        called = given or goals.get(goal, "") or _("Deleted goal")
        met: tuple[Condition, ...] = (Filter("goal", "is", (goal,)),) if goal in goals else ()
        return Step(given, called, goal, met, {**named, "goal": goal})
    before = len(faults.found)
    met = conditions.parse(value["filters"], f"{pointer}/filters", faults)
    if len(faults.found) > before:
        return None
    if not met:
        faults.add(f"{pointer}/filters", "empty", "at least one filter")
        return None
    if conditions.contains_has_done(met):
        faults.add(f"{pointer}/filters", "not_possible", "a step is one event: has_done is not possible in it")
        return None
    return Step(given, given or proposed(met), "", met, {**named, "filters": conditions.as_json(met)})


def proposed(met: Sequence[Condition]) -> str:
    """What a step with these conditions is called when nobody gave it a name: its page, its event, or a sentence."""
    told = [each for each in met if each != PAGEVIEW] or list(met)
    only = told[0]
    if len(told) == 1 and isinstance(only, Filter) and len(only.values) == 1:
        if only.operator == "is" and only.dimension in ("page", "event_name") and only.values[0]:
            return only.values[0]
        if only.operator == "matches" and only.dimension == "page" and (path := path_of(only.values[0])):
            return path
    said = sentence(told)
    return said[0].upper() + said[1:] if len(said) <= MAX_NAME_CHARS else f"{said[: MAX_NAME_CHARS - 1]}…"


def _name(value: object, pointer: str, faults: Faults) -> str:
    if not names.is_text(value):
        faults.add(pointer, "not_a_text", f"a text, not {kind(value)}" if not isinstance(value, str) else "no text")
        return ""
    name = str(value).strip()
    if len(name) > MAX_NAME_CHARS:
        faults.add(pointer, "too_long", f"at most {MAX_NAME_CHARS} characters")
    return name


def _goals(steps: Iterable[object], project: Project) -> dict[str, str]:
    """The names of the goals that the steps name, by their ids."""
    ids = {_id(each.get("goal")) for each in steps if isinstance(each, dict)} - {""}
    if not ids:
        return {}
    return {str(goal): name for goal, name in Goal.objects.of(project).filter(pk__in=ids).values_list("pk", "name")}


def _id(value: object) -> str:
    try:
        return str(UUID(value)) if isinstance(value, str) else ""
    except ValueError:
        return ""


def _refuse_patterns(steps: Sequence[Step], pointer: str, faults: Faults, project: Project) -> None:
    """Patterns that are none, with their places; one query when all are fine."""
    every = tuple(condition for each in steps for condition in each.conditions)
    if not patterns.faults(every, {}, project.pk):
        return
    for index, each in enumerate(steps):
        for found in patterns.faults(each.conditions, each.json, project.pk):
            faults.add(f"{pointer}/{index}{found['pointer']}", found["code"], found["detail"])
