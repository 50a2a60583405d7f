"""Goals that suggest themselves, as the page offers them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from goals.suggestions import Suggestion
from reports import figures
from reports.event_words import KINDS

MAX_ROWS = 6


@dataclass(frozen=True, slots=True)
class SuggestedRow:
    """sent: what the form of a goal would send, as names and values."""

    name: str
    icon: str
    events: int
    count: str
    sent: list[tuple[str, str]]


def suggested_rows(found: Iterable[Suggestion]) -> list[SuggestedRow]:
    return [_row(each.fields, each.events) for each in list(found)[:MAX_ROWS]]


def _row(fields: Mapping[str, Any], events: int) -> SuggestedRow:
    return SuggestedRow(
        fields["name"],
        KINDS[fields["target_event_type"]][0],
        events,
        figures.count(events),
        list(_sent(fields)),
    )


def _sent(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        if name != "conditions":
            yield name, str(value)
    for at, condition in enumerate(fields.get("conditions") or ()):
        yield "condition", str(at)
        yield f"condition-{at}-key", condition["key"]
        yield f"condition-{at}-operator", condition["operator"]
        for value in condition["values"]:
            yield f"condition-{at}-value", str(value)
