"""Which regular expression of a question is none, once the database has said that there is such a one."""

from collections.abc import Iterator

from tracking.storage.base import InvalidPattern
from tracking.storage.reading import fetch

_TRY = "SELECT ''::text ~ %(pattern)s"


def faults_of(body: object, error: InvalidPattern) -> list[dict[str, str]]:
    """The places in the body's filters whose patterns are refused. Without any, they came with a segment."""
    found = []
    filters = body.get("filters") if isinstance(body, dict) else None
    for pointer, pattern in _patterns(filters, "/filters"):
        try:
            fetch(_TRY, {"pattern": pattern}, timeout_s=1)
        except InvalidPattern as refused:
            found.append({"pointer": pointer, "code": "invalid_pattern", "detail": str(refused)})
    return found or [{"pointer": "/filters", "code": "invalid_pattern", "detail": str(error)}]


def _patterns(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    """Of filters that were understood, so that they are neither deep nor many."""
    if not isinstance(value, list):
        return
    if len(value) > 2 and value[0] in ("matches", "matches_not") and isinstance(value[2], list):
        yield from ((f"{pointer}/2/{index}", each) for index, each in enumerate(value[2]) if isinstance(each, str))
        return
    for index, each in enumerate(value):
        yield from _patterns(each, f"{pointer}/{index}")
