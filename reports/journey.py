"""What a visitor did, visit by visit: the latest visit first, each from its beginning to its end."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reports import figures, labels
from reports.event_words import EventWords, words
from reports.explorer import as_text
from tracking import identity
from tracking.storage.event_log import EventPlace, LoggedEvent
from tracking.storage.spec import ProjectRef

# They say how long a page was read, or how fast it came, and are no steps of their own.
_OF_PAGES = frozenset({"engagement", "vitals"})


@dataclass(slots=True)
class Step:
    """Something the visitor did. engaged_ms: how long this page was read from then on; 0 where nobody told.
    scroll_depth: in percent. goals: names of those that it reached."""

    at: datetime
    event: LoggedEvent
    words: EventWords
    properties: list[tuple[str, str]]
    engaged_ms: int = 0
    scroll_depth: int = 0
    goals: list[str] = field(default_factory=list)

    @property
    def engaged(self) -> str:
        return figures.duration(self.engaged_ms / 1000) if self.engaged_ms else ""

    @property
    def scrolled(self) -> str:
        return figures.percent(self.scroll_depth) if self.scroll_depth else ""


@dataclass(slots=True)
class JourneyVisit:
    """name: as the API shows it. is_cut: so much happened that its beginning is on the next page."""

    name: str
    started_at: datetime
    ended_at: datetime
    source: str
    entry_page: str
    steps: list[Step] = field(default_factory=list)
    is_cut: bool = False

    @property
    def duration(self) -> str:
        return figures.duration((self.ended_at - self.started_at).total_seconds())

    @property
    def pageviews(self) -> int:
        return sum(each.event.event_type == "pageview" for each in self.steps)

    @property
    def custom_events(self) -> int:
        return sum(each.event.event_type == "custom" for each in self.steps)

    @property
    def engaged(self) -> str:
        total = sum(each.engaged_ms for each in self.steps)
        return figures.duration(total / 1000) if total else ""


def journey(
    events: Sequence[LoggedEvent], project: ProjectRef, *, has_more: bool
) -> tuple[list[JourneyVisit], EventPlace | None]:
    """The visits of these events, which come the latest first, and where to go on.

    has_more: there are earlier events. Then the earliest visit may be a part of one, and is left for the next page,
    unless there is no other.
    """
    by_visit: dict[int, list[LoggedEvent]] = defaultdict(list)
    for event in events:
        by_visit[event.session_id].append(event)
    groups = list(by_visit.values())
    if not has_more:
        return [_visit(group, project) for group in groups], None
    whole = groups[:-1] or groups
    visits = [_visit(group, project) for group in whole]
    visits[-1].is_cut = len(groups) == 1
    return visits, min(group[-1].place for group in whole)


def _visit(events: Sequence[LoggedEvent], project: ProjectRef) -> JourneyVisit:
    """`events`: of one visit, the latest first; one at least."""
    first, last = events[-1], events[0]
    visit = JourneyVisit(
        identity.shown(first.session_id),
        first.occurred_at.astimezone(project.zone),
        last.occurred_at.astimezone(project.zone),
        labels.label("source", first.source),
        first.page,
    )
    for event in reversed(events):
        if event.event_type in _OF_PAGES:
            _add_to_page(visit, event)
        else:
            visit.steps.append(_step(event, project))
    return visit


def _step(event: LoggedEvent, project: ProjectRef) -> Step:
    return Step(
        at=event.occurred_at.astimezone(project.zone),
        event=event,
        words=words(event.event_type, event.event_name, event.page, event.properties),
        properties=[(key, as_text(value)) for key, value in (event.properties or {}).items()],
    )


def _add_to_page(visit: JourneyVisit, event: LoggedEvent) -> None:
    """To the last view of its page."""
    for step in reversed(visit.steps):
        if step.event.event_type == "pageview" and step.event.page == event.page:
            step.engaged_ms += event.engaged_ms or 0
            step.scroll_depth = max(step.scroll_depth, event.scroll_depth or 0)
            return
