"""The registry of event types: which exist, what they need, and what they mean for a visit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventType:
    """`opens_visit`: starts a visit when none is open. `is_interactive`: a visit with one is not a bounce.
    `counts_visitor`: its sender counts as a visitor of that day. `requires`: fields that must be present."""

    name: str
    opens_visit: bool = True
    is_interactive: bool = False
    counts_visitor: bool = True
    requires: tuple[str, ...] = ()


EVENT_TYPES: dict[str, EventType] = {
    event_type.name: event_type
    for event_type in (
        EventType("pageview"),
        EventType("custom", is_interactive=True, requires=("event_name",)),
        EventType("click", is_interactive=True),
        EventType("form", is_interactive=True),
        EventType("outbound", is_interactive=True),
        EventType("download", is_interactive=True),
        EventType("not_found"),
        # Sent by a page that is open already: it extends a visit, and a visit is never opened by it.
        EventType("engagement", opens_visit=False, counts_visitor=False),
        EventType("vitals", opens_visit=False, counts_visitor=False),
        EventType("identify", opens_visit=False, counts_visitor=False),
    )
}
INTERACTIVE = tuple(name for name, event_type in EVENT_TYPES.items() if event_type.is_interactive)
COUNTS_VISITOR = tuple(name for name, event_type in EVENT_TYPES.items() if event_type.counts_visitor)
# What a goal may be reached by: how far or how long a page was read is what engagement tells.
REACHES_GOALS = (*COUNTS_VISITOR, "engagement")
