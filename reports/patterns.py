"""Regular expressions are PostgreSQL's: it is asked whether they are any before a question is, which may have no row to
try them on."""

from collections.abc import Iterator
from uuid import UUID

from tracking.storage.base import InvalidPattern, QueryTooLarge
from tracking.storage.conditions import Condition, filters_in
from tracking.storage.reading import fetch

TIMEOUT_S = 1.0
_TRY = "SELECT count(*) FROM unnest(%(patterns)s::text[]) pattern WHERE '' ~ pattern"


def faults(conditions: tuple[Condition, ...], body: object, project_id: UUID) -> list[dict[str, str]]:
    """The places in the body's filters with patterns that are none. One round trip, when there are patterns at all;
    the place is that of all filters when the pattern came with a segment."""
    patterns = {
        value: None for each in filters_in(conditions) if each.operator.startswith("matches") for value in each.values
    }
    if not patterns or not _refusal(list(patterns), project_id):
        return []
    refused = {pattern: refusal for pattern in patterns if (refusal := _refusal([pattern], project_id))}
    found = [
        _fault(pointer, refused[pattern])
        for pointer, pattern in _patterns(body.get("filters") if isinstance(body, dict) else None, "/filters")
        if pattern in refused
    ]
    return found or [_fault("/filters", refusal) for refusal in refused.values()]


def _refusal(patterns: list[str], project_id: UUID) -> str:
    """What the database has against them; empty: nothing."""
    try:
        fetch(_TRY, {"patterns": patterns, "project_id": project_id}, timeout_s=TIMEOUT_S)
    except InvalidPattern as error:
        return str(error)
    except QueryTooLarge:
        return "too complex"
    return ""


def _fault(pointer: str, refusal: str) -> dict[str, str]:
    return {"pointer": pointer, "code": "invalid_pattern", "detail": refusal}


def _patterns(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    """Of filters that were understood, so that they are neither deep nor many."""
    if not isinstance(value, list):
        return
    if len(value) > 2 and value[0] in ("matches", "matches_not") and isinstance(value[2], list):
        yield from ((f"{pointer}/2/{index}", each) for index, each in enumerate(value[2]) if isinstance(each, str))
        return
    for index, each in enumerate(value):
        yield from _patterns(each, f"{pointer}/{index}")
