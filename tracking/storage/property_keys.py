"""The keys that the events' custom data really have."""

from dataclasses import dataclass

from tracking.event_types import COUNTS_VISITOR
from tracking.storage.conditions import Condition
from tracking.storage.conditions_sql import LIKE_SPECIAL
from tracking.storage.dimensions import MAX_PROPERTY_CHARS
from tracking.storage.matching import MatchingEvents
from tracking.storage.reading import fetch
from tracking.storage.spans import Span
from tracking.storage.spec import Period, ProjectRef

# Keys are unpacked from each event: of a busy project the last ones tell which there are.
MOST_EVENTS = 100_000
TIMEOUT_S = 5.0
# The limit is also a fence: only what is an object is unpacked.
_SAMPLE = """
SELECT e.custom_data FROM {events} ORDER BY e.occurred_at DESC LIMIT {most}
"""
_KEYS = """
SELECT pair.key, count(*) FROM sample, jsonb_each(sample.custom_data) pair
WHERE pair.value <> 'null' AND length(pair.key) BETWEEN 1 AND {longest} AND pair.key ILIKE {pattern}
GROUP BY pair.key ORDER BY count(*) DESC, pair.key LIMIT {limit}
"""


@dataclass(frozen=True, slots=True)
class PropertyKey:
    """`events`: of the last 100,000 events with custom data, those that have a value under this key."""

    key: str
    events: int


def property_keys(
    project: ProjectRef, period: Period, conditions: tuple[Condition, ...] = (), *, text: str = "", limit: int = 20
) -> list[PropertyKey]:
    """Those with `text` in them in any case, the most frequent first. Raises QueryTooLarge and what fetch() does."""
    matching = MatchingEvents(project, period, conditions)
    add = matching.params.add
    events = matching.source(
        Span(period.start, period.end),
        f"e.event_type = ANY({add(COUNTS_VISITOR)}::text[])",
        "jsonb_typeof(e.custom_data) = 'object'",
        "e.custom_data <> '{}'::jsonb",
    )
    sample = _SAMPLE.format(events=events, most=add(MOST_EVENTS))
    pattern = add(f"%{text.translate(LIKE_SPECIAL)}%")
    keys = _KEYS.format(longest=add(MAX_PROPERTY_CHARS), pattern=pattern, limit=add(limit))
    # What the conditions and the statement need is known by now.
    asked = matching.statement(keys, sample=sample)
    rows = fetch(asked, matching.params.values | {"project_id": project.id}, timeout_s=TIMEOUT_S)
    return [PropertyKey(*row) for row in rows]
