"""The log of events as the explorer shows it: which events, and their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.http import QueryDict

from reports import labels
from reports.event_words import KINDS, EventWords, words
from reports.params import MAX_VALUE_CHARS, InvalidParams, fault
from tracking import identity
from tracking.event_types import COUNTS_VISITOR
from tracking.storage.conditions import AnyOf, Condition, Filter
from tracking.storage.event_log import LoggedEvent
from tracking.storage.spec import ProjectRef

ALL = "all"
# Of the custom data, in a row.
MAX_PREVIEW_CHARS = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """kind: an event type, "" for what people do, ALL for what pages send too. search: in name and path."""

    kind: str = ""
    search: str = ""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        kinds = (self.kind,) if self.kind in KINDS else COUNTS_VISITOR
        of_kind: tuple[Condition, ...] = () if self.kind == ALL else (Filter("event_type", "is", kinds),)
        if not self.search:
            return of_kind
        either = (Filter(name, "contains", (self.search,), case_sensitive=False) for name in ("event_name", "page"))
        return (*of_kind, AnyOf(tuple(either)))


@dataclass(frozen=True, slots=True)
class LogRow:
    """at: in the project's zone. properties: the beginning of the custom data. visitor: as the API shows it."""

    id: str
    at: datetime
    words: EventWords
    page: str
    properties: str
    visitor: str
    code: str
    country: str
    browser: str
    device: str
    source: str


def wanted(params: QueryDict) -> Wanted:
    """Raises InvalidParams."""
    kind, search = params.get("kind", ""), params.get("search", "").strip()
    if kind not in ("", ALL, *KINDS):
        raise InvalidParams(errors=[fault("kind", "unknown_kind", f"one of {', '.join((ALL, *KINDS))}")])
    if len(search) > MAX_VALUE_CHARS or "\0" in search:
        raise InvalidParams(
            errors=[fault("search", "invalid_value", f"a text of at most {MAX_VALUE_CHARS} characters")]
        )
    return Wanted(kind, search)


def rows(events: Sequence[LoggedEvent], project: ProjectRef) -> list[LogRow]:
    return [
        LogRow(
            id=str(each.event_id),
            at=each.occurred_at.astimezone(project.zone),
            words=words(each.event_type, each.event_name, each.page, each.properties),
            page=each.page,
            properties=_preview(each),
            visitor=identity.shown(each.visitor_id),
            code=each.country,
            country=labels.label("country", each.country),
            browser=each.browser,
            device=labels.label("device", each.device),
            source=labels.label("source", each.source),
        )
        for each in events
    ]


def _preview(event: LoggedEvent) -> str:
    if not event.properties:
        return ""
    text = ", ".join(f"{key}: {as_text(value)}" for key, value in event.properties.items())
    return text if len(text) <= MAX_PREVIEW_CHARS else f"{text[: MAX_PREVIEW_CHARS - 1]}…"


def as_text(value: object) -> str:
    """A value of custom data as people read it."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
