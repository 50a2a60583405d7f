"""What of the ways of visits is looked at, as an address says it: the same words for the page and the API."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

from reports import names, params
from reports.faults import one_of
from reports.params import MAX_VALUE_CHARS, InvalidParams, Question, fault
from tracking.storage.paths import (
    BACK,
    CUSTOM,
    FORWARD,
    MAX_BREADTH,
    MAX_STEPS,
    PAGEVIEW,
    PathQuery,
    Step,
)
from tracking.storage.spec import Period

STEPS, BREADTH = 4, 8
# In an address: page:/pricing, event:Signup.
_WORDS = {PAGEVIEW: "page", CUSTOM: "event"}
_KINDS = {word: kind for kind, word in _WORDS.items()}


@dataclass(frozen=True, slots=True)
class Choices:
    """As the fields of PathQuery that have the same names."""

    anchor: Step | None = None
    direction: str = FORWARD
    steps: int = STEPS
    breadth: int = BREADTH
    includes_events: bool = False

    @property
    def is_back(self) -> bool:
        return self.direction == BACK

    @property
    def parameters(self) -> dict[str, str]:
        """Of an address; what goes without saying is left out."""
        said = {
            "anchor": text_of(self.anchor) if self.anchor else "",
            "direction": BACK if self.is_back else "",
            "steps": str(self.steps) if self.steps != STEPS else "",
            "breadth": str(self.breadth) if self.breadth != BREADTH else "",
            "events": "1" if self.includes_events else "",
        }
        return {name: value for name, value in said.items() if value}

    def query(self, question: Question, period: Period | None = None) -> PathQuery:
        """The question put to the store; of `period` instead of its own where one is given."""
        return PathQuery(
            project=question.project,
            period=period or question.period.period,
            filters=question.conditions,
            anchor=self.anchor,
            direction=self.direction,
            steps=self.steps,
            breadth=self.breadth,
            includes_events=self.includes_events,
        )


def text_of(step: Step) -> str:
    return f"{_WORDS[step.kind]}:{step.value}"


def step_of(text: str) -> Step | None:
    """None: it names none."""
    word, _colon, value = text.partition(":")
    is_possible = word in _KINDS and value and len(value) <= MAX_VALUE_CHARS and names.is_text(value)
    return Step(_KINDS[word], value) if is_possible else None


def choices(query: QueryDict) -> Choices:
    """Raises InvalidParams with every fault that was found."""
    faults: list[dict[str, str]] = []
    anchor, direction = query.get("anchor", ""), query.get("direction", "") or FORWARD
    step = step_of(anchor)
    if anchor and step is None:
        detail = f"page: and a path, or event: and a name, of at most {MAX_VALUE_CHARS} characters"
        faults.append(fault("anchor", "unknown_anchor", detail))
    if direction not in (FORWARD, BACK):
        faults.append(fault("direction", "unknown_direction", one_of((FORWARD, BACK))))
    events = query.get("events", "") or "0"
    if events not in ("0", "1"):
        faults.append(fault("events", "not_boolean", one_of(("0", "1"))))
    steps = _tried(lambda: params.integer(query, "steps", STEPS, at_least=1, at_most=MAX_STEPS), faults)
    breadth = _tried(lambda: params.integer(query, "breadth", BREADTH, at_least=1, at_most=MAX_BREADTH), faults)
    if faults:
        raise InvalidParams(errors=faults)
    return Choices(step, direction, steps, breadth, events == "1")


def _tried(read: Callable[[], int], faults: list[dict[str, str]]) -> int:
    try:
        return read()
    except InvalidParams as error:
        faults += error.errors
        return 0
