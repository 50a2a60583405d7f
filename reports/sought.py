"""What somebody means who types this into the search of a list: a condition on the list's dimensions."""

import re

from reports import labels, languages
from reports.panels import Breakdown
from tracking import countries
from tracking.storage.conditions import MAX_PATTERN_CHARS, AllOf, AnyOf, Condition, Filter


def condition(breakdown: Breakdown, text: str) -> Condition:
    """The values with this text in them, in any case, as they are called: `germ` finds DE, `direct` finds nothing.

    Where two dimensions name a value, each word has to be in one of them: `chrome 12`.
    """
    if not breakdown.within:
        return _in(breakdown.dimension, text)
    return AllOf(tuple(
        AnyOf((_in(breakdown.dimension, word), _in(breakdown.within, word))) for word in text.split()[:8]
    ))  # fmt: skip


def _in(dimension: str, text: str) -> Condition:
    typed = text.casefold()
    found: list[Condition] = [Filter(dimension, "contains", (text,), case_sensitive=False)]
    if typed in str(labels.label(dimension, "")).casefold():
        found.append(Filter(dimension, "is", ("",)))
    if dimension == "country":
        # By name alone: the letters of a code are in other countries' names.
        codes = tuple(code for code, name in countries.names().items() if typed in name.casefold())
        found[0] = Filter(dimension, "is", (*codes, text.upper()))
    if dimension == "language" and (pattern := _tags(typed)):
        found.append(Filter(dimension, "matches", (pattern,), case_sensitive=False))
    return found[0] if len(found) == 1 else AnyOf(tuple(found))


def _tags(typed: str) -> str:
    """A pattern for the tags of the languages with this in their names; "" when there are none."""
    pattern = "|".join(code for code, name in languages.names().items() if typed in name.casefold())
    whole = f"^({pattern})(-|$)"
    return whole if pattern and len(whole) <= MAX_PATTERN_CHARS and re.fullmatch(r"[a-z|]+", pattern) else ""
