"""What a funnel counts: its steps, of visits or of visitors, within which time, in which order. As JSON, and back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics_pulse.problems import Problem
from goals.models import By, Funnel, StepOrder
from projects.models import Project
from reports.faults import Faults, kind, one_of, shown
from reports.funnels import steps as funnel_steps
from reports.funnels.steps import Step
from reports.params import InvalidParams, Question
from tracking.storage.funnels import FunnelQuery, impossible
from tracking.storage.spec import Period

KEYS = ("steps", "by", "window", "order")
# Those that people choose from; any other is possible as well.
WINDOWS = ("30m", "1h", "1d", "7d", "30d")
MAX_WINDOW_S = 90 * 86_400
_WINDOW = re.compile(r"([1-9][0-9]{0,4})([mhd])", re.ASCII)
_UNITS = {"d": 86_400, "h": 3600, "m": 60}
WINDOW_SHAPE = "a number with m, h or d after it, such as 30m, 12h or 7d, of at most 90d; null: without end"


class BrokenFunnel(Problem):
    """A step's goal is not there any more."""

    status_code = 409
    code = "broken_funnel"
    title = "A goal of this funnel was deleted: change its steps first"


@dataclass(frozen=True, slots=True)
class Definition:
    """window_s: within which all steps are done; None: without end."""

    steps: tuple[Step, ...]
    by: str = By.VISIT
    window_s: int | None = None
    order: str = StepOrder.LOOSE

    @property
    def gone(self) -> list[int]:
        """The places of the steps whose goal was deleted."""
        return [index for index, each in enumerate(self.steps) if each.is_gone]

    def as_json(self) -> dict[str, Any]:
        return {
            "steps": funnel_steps.as_json(self.steps),
            "by": self.by,
            "window": window_text(self.window_s),
            "order": self.order,
        }

    def query(self, question: Question, *, period: Period | None = None, breakdown: str = "") -> FunnelQuery:
        """The funnel put to the store. Raises BrokenFunnel, and InvalidParams for what cannot be asked."""
        if self.gone:
            raise BrokenFunnel(errors=[
                {"pointer": f"/steps/{index}/goal", "code": "unknown_goal", "detail": "this goal was deleted"}
                for index in self.gone
            ])  # fmt: skip
        query = FunnelQuery(
            project=question.project,
            period=period or question.period.period,
            steps=tuple(each.condition for each in self.steps),
            by=str(self.by),
            window=None if self.window_s is None else timedelta(seconds=self.window_s),
            is_strict=self.order == StepOrder.STRICT,
            filters=question.conditions,
            breakdown=breakdown,
        )
        if faults := impossible(query):
            raise InvalidParams(errors=[
                {"parameter": each.part, "pointer": f"/{each.part}", "code": each.code, "detail": each.why}
                for each in faults
            ])  # fmt: skip
        return query


def parse(
    values: Mapping[str, Any], faults: Faults, project: Project, *, pointer: str = "", has_gone: bool = False
) -> Definition:
    """The definition of an object's keys of KEYS, of which all but the steps have a default; with faults as of
    steps.parse()."""
    steps = funnel_steps.parse(values.get("steps"), f"{pointer}/steps", faults, project, has_gone=has_gone)
    return Definition(
        steps,
        _one(values.get("by", By.VISIT.value), By.values, f"{pointer}/by", faults),
        window(values.get("window"), f"{pointer}/window", faults),
        _one(values.get("order", StepOrder.LOOSE.value), StepOrder.values, f"{pointer}/order", faults),
    )


def of_funnel(funnel: Funnel) -> Definition:
    """As it was saved; with steps that are gone where their goal is."""
    faults = Faults()
    steps = funnel_steps.parse(funnel.steps, "/steps", faults, funnel.project, has_gone=True)
    if faults:  # what was possible when it was saved is not any more
        raise BrokenFunnel(errors=faults.found)
    return Definition(steps, funnel.by, funnel.window_s, funnel.order)


def window(value: object, pointer: str, faults: Faults) -> int | None:
    """Seconds. Nothing, or "", is without end."""
    if value is None or value == "":
        return None
    found = _WINDOW.fullmatch(value) if isinstance(value, str) else None
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= MAX_WINDOW_S:
        said = f"“{shown(value)}”" if isinstance(value, str) else kind(value)
        faults.add(pointer, "not_a_window", f"{WINDOW_SHAPE}; not {said}")
        return None
    return seconds


def window_text(seconds: int | None) -> str | None:
    """What window() reads as so many seconds, in the largest unit."""
    if seconds is None:
        return None
    unit = next((name for name, size in _UNITS.items() if seconds % size == 0), "m")
    return f"{max(seconds // _UNITS[unit], 1)}{unit}"


def window_words(seconds: int) -> str:
    if seconds % 86_400 == 0:
        days = seconds // 86_400
        return ngettext("within %(count)d day", "within %(count)d days", days) % {"count": days}
    if seconds % 3600 == 0:
        hours = seconds // 3600
        return ngettext("within %(count)d hour", "within %(count)d hours", hours) % {"count": hours}
    minutes = seconds // 60
    return ngettext("within %(count)d minute", "within %(count)d minutes", minutes) % {"count": minutes}


def words(definition: Definition) -> list[str]:
    """How it counts, in phrases: by visit, within 7 days, one directly after the other."""
    said = [_("by visitor") if definition.by == By.VISITOR else _("by visit")]
    if definition.window_s is not None:
        said.append(window_words(definition.window_s))
    if definition.order == StepOrder.STRICT:
        said.append(_("one step directly after the other"))
    return said


def _one(value: object, possible: list[str], pointer: str, faults: Faults) -> str:
    if not isinstance(value, str) or value not in possible:
        said = f"“{shown(value)}”" if isinstance(value, str) else kind(value)
        faults.add(pointer, "unknown_value", f"{said}: {one_of(possible)}")
        return possible[0]
    return value
