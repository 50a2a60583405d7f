"""The form in which a funnel is built: rows of fields that become steps, and steps that become rows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goals.models import Goal
from projects.models import Project
from reports.condition_words import sentence
from reports.faults import Faults
from reports.funnels import definition
from reports.funnels.definition import Definition
from reports.funnels.page_patterns import path_of, pattern_of
from reports.funnels.steps import PAGEVIEW, Step
from tracking.storage.conditions import Condition, Filter
from tracking.storage.funnels import MAX_STEPS, MIN_STEPS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAGE, EVENT, GOAL, KEPT = "page", "event", "goal", "kept"
EXACT, WILDCARD = "exact", "wildcard"
CUSTOM = "custom"  # of the windows
FIELDS = ("kind", "match", "page", "event", "goal", "kept", "name")
_REFUSALS: "dict[str, StrOrPromise]" = {
    "unknown_goal": gettext_lazy("This goal was deleted. Choose another one."),
    "too_long": gettext_lazy("This is too long."),
    "invalid_pattern": gettext_lazy("This is no regular expression."),
    "not_a_window": gettext_lazy("A number of minutes, hours or days, 90 days at most."),
    "too_few": gettext_lazy("A funnel has two steps or more."),
    "too_many": gettext_lazy("This is more than a funnel can have."),
}


@dataclass(slots=True)
class Row:
    """One step as fields. kept: conditions that the form has no fields for, as JSON, which `words` say. fault:
    what is wrong with it."""

    kind: str = PAGE
    match: str = EXACT
    page: str = ""
    event: str = ""
    goal: str = ""
    kept: str = ""
    name: str = ""
    words: str = ""
    fault: str = ""

    @property
    def is_blank(self) -> bool:
        return not {PAGE: self.page, EVENT: self.event, GOAL: self.goal}.get(self.kind, self.kept)

    def json(self) -> dict[str, Any]:
        named = {"name": self.name} if self.name else {}
        if self.kind == GOAL:
            return {**named, "goal": self.goal}
        if self.kind == EVENT:
            return {**named, "filters": [["is", "event_name", [self.event]]]}
        if self.kind == PAGE:
            has_any = self.match == WILDCARD and "*" in self.page
            of_page = ["matches", "page", [pattern_of(self.page)]] if has_any else ["is", "page", [self.page]]
            return {**named, "filters": [["is", "event_type", ["pageview"]], of_page]}
        try:
            return {**named, "filters": json.loads(self.kept)}
        except (ValueError, RecursionError):
            return {**named, "filters": None}


@dataclass(slots=True)
class Form:
    """rows: as they stand in the form, blank ones among them. window_number, window_unit: where window is CUSTOM.
    found: what they come to; None while something is missing or wrong, which rows and `faults` say."""

    rows: list[Row]
    by: str = "visit"
    order: str = "loose"
    window: str = ""
    window_number: str = ""
    window_unit: str = "d"
    name: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    found: Definition | None = None

    @property
    def is_touched(self) -> bool:
        return any(not row.is_blank for row in self.rows)

    @property
    def problems(self) -> list[str]:
        """What is wrong, as sentences; too few steps are no problem while it is being filled in."""
        of_rows = [
            _("Step %(number)d: %(fault)s") % {"number": index, "fault": row.fault}
            for index, row in enumerate(self.rows, 1)
            if row.fault
        ]
        filled = sum(not row.is_blank for row in self.rows)
        return [*of_rows, *(said for where, said in self.faults.items() if where != "steps" or filled >= MIN_STEPS)]

    def values(self) -> dict[str, Any]:
        """As the API has them."""
        window = f"{self.window_number}{self.window_unit}" if self.window == CUSTOM else self.window
        return {
            "steps": [row.json() for row in self.rows if not row.is_blank],
            "by": self.by,
            "order": self.order,
            "window": window or None,
        }

    def refuse(self, errors: Sequence[Mapping[str, str]]) -> None:
        """What is wrong with values(), at the row or field that it came from."""
        filled = [row for row in self.rows if not row.is_blank]
        for each in errors:
            said = str(_REFUSALS.get(each["code"]) or each["detail"])
            where, _slash, rest = each["pointer"].removeprefix("/").partition("/")
            index = rest.partition("/")[0]
            if where == "steps" and index.isdigit() and int(index) < len(filled):
                filled[int(index)].fault = said if each["code"] in _REFUSALS else _("This step is not possible.")
            else:
                self.faults.setdefault(where, each["detail"] if where == "name" else said)

    def checked(self, project: Project) -> "Form":
        """With what it comes to, or what is wrong. At most two queries."""
        faults = Faults()
        found = definition.parse(self.values(), faults, project)
        if faults:
            self.refuse(faults.found)
            return self
        self.found = found
        for row, step in zip((row for row in self.rows if not row.is_blank), found.steps, strict=True):
            row.words = _words(step.conditions)
        return self


def of_request(sent: QueryDict) -> Form:
    """What the form sent, as it is."""
    columns = [sent.getlist(f"step-{name}") for name in FIELDS]
    rows = [
        Row(**{name: value.strip() for name, value in zip(FIELDS, values, strict=True)})
        for values in list(zip(*columns, strict=False))[:MAX_STEPS]
    ]
    return Form(
        rows,
        sent.get("by", "visit"),
        sent.get("order", "loose"),
        sent.get("window", ""),
        sent.get("window-number", "").strip(),
        sent.get("window-unit", "d"),
        sent.get("name", "").strip(),
    )


def of_definition(found: Definition, name: str = "") -> Form:
    text = definition.window_text(found.window_s) or ""
    is_listed = text in ("", *definition.WINDOWS)
    return Form(
        [_row(each) for each in found.steps],
        found.by,
        found.order,
        text if is_listed else CUSTOM,
        "" if is_listed else text[:-1],
        "d" if is_listed else text[-1],
        name,
    )


def of_address(query: QueryDict, project: Project) -> Form:
    """The funnel that the address of the page says; two blank rows without one, or where it is none."""
    faults = Faults()
    if "steps" in query:
        found = definition.parse(in_address(query), faults, project, has_gone=True)
        if not faults:
            return of_definition(found)
        form = blank()
        form.faults["steps"] = _("The address of this page has no funnel that can be shown.")
        return form
    return blank()


def blank() -> Form:
    return Form([Row() for _ in range(MIN_STEPS)])


def in_address(query: QueryDict) -> dict[str, Any]:
    """The funnel of a query string, as the API has it, where `steps` is JSON."""
    try:
        steps = json.loads(query.get("steps", ""))
    except (ValueError, RecursionError):
        steps = None
    others = {name: query[name] for name in ("by", "window", "order") if query.get(name)}
    return {"steps": steps, **others}


def address(found: Definition) -> dict[str, str]:
    """What in_address() reads as this funnel; "" where it is the default."""
    values = found.as_json()
    return {
        "steps": json.dumps(values["steps"], ensure_ascii=False, separators=(",", ":")),
        "by": "" if values["by"] == "visit" else str(values["by"]),
        "window": values["window"] or "",
        "order": "" if values["order"] == "loose" else str(values["order"]),
    }


def goals_of(project: Project) -> list[tuple[str, str]]:
    """Ids and names, to choose from."""
    return [(str(goal), name) for goal, name in Goal.objects.of(project).values_list("pk", "name")]


def _row(step: Step) -> Row:
    row = Row(name=step.given, words=_words(step.conditions))
    if step.goal:
        row.kind, row.goal = GOAL, step.goal
        row.fault = str(_REFUSALS["unknown_goal"]) if step.is_gone else ""
        return row
    match tuple(step.conditions):
        case (Filter("event_name", "is", (event,), True),):
            row.kind, row.event = EVENT, event
        case (pageview, Filter("page", "is", (page,), True)) if pageview == PAGEVIEW and "*" not in page:
            row.page = page
        case (pageview, Filter("page", "matches", (pattern,), True)) if pageview == PAGEVIEW and path_of(pattern):
            row.match, row.page = WILDCARD, path_of(pattern)
        case _:
            row.kind, row.kept = KEPT, json.dumps(step.json["filters"], ensure_ascii=False)
    return row


def _words(met: Sequence[Condition]) -> str:
    return sentence([each for each in met if each != PAGEVIEW] or list(met))
