"""What a picture of ways can begin or end with: the pages and events of the period, for the list below a field."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import figures, names
from reports.journeys import step_words
from reports.journeys.choices import Choices, text_of
from reports.params import Question
from reports.suggestions import MAX_TEXT_CHARS, Suggestion, suggestions
from tracking.storage.paths import CUSTOM, PAGEVIEW, Step

_DIMENSIONS = {PAGEVIEW: "page", CUSTOM: "event_name"}


def options(question: Question, choices: Choices, typed: str) -> list[dict[str, str]]:
    """[{"value", "label", "text", "count", "said"}], value as an address says it: the edge of the visit, pages, and
    events, with the text in their name. Whatever filters there are: they are of visits, and this is of all events."""
    everything = replace(question, filters=(), segments=())
    edge = step_words.edge(choices)
    found = [_option("", edge)] if typed.casefold() in edge.casefold() else []
    if len(typed) <= MAX_TEXT_CHARS and names.is_text(typed):
        for kind, dimension in _DIMENSIONS.items():
            found += _listed(kind, suggestions(everything, dimension, typed))
    if typed.startswith("/") and len(typed) <= MAX_TEXT_CHARS and not any(each["label"] == typed for each in found):
        found.append(_option(text_of(Step(PAGEVIEW, typed)), typed) | {"text": _("Use “%(text)s”") % {"text": typed}})
    return found


def _listed(kind: str, found: list[Suggestion]) -> Iterator[dict[str, str]]:
    for each in found:
        if not each.value:
            continue
        said = ngettext("%(count)s visitor", "%(count)s visitors", each.count) % {"count": figures.count(each.count)}
        text = _("Event: %(name)s") % {"name": each.value} if kind == CUSTOM else each.value
        yield _option(text_of(Step(kind, each.value)), each.value) | {
            "text": text,
            "count": figures.compact(each.count),
            "said": said,
        }


def answer(found: list[dict[str, str]]) -> dict[str, Any]:
    said = ngettext("%(count)d suggestion", "%(count)d suggestions", len(found)) % {"count": len(found)}
    return {"options": found, "said": said}


def _option(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label, "text": label, "count": "", "said": ""}
