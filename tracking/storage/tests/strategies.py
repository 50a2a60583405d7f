"""Scenes for the oracle: some visits around a change of the clock, and questions that hit what is in them."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import strategies as st

from tracking.event_types import EVENT_TYPES
from tracking.storage.base import EventStore
from tracking.storage.conditions import OPERATORS
from tracking.storage.possible import impossible
from tracking.storage.rows import CompletionRow, EventRow, QuarantinedRow, StoredBatch
from tracking.storage.spec import (
    INTERVALS,
    METRICS,
    AllOf,
    AnyOf,
    Condition,
    Filter,
    HasDone,
    Not,
    Period,
    ProjectRef,
    StatsQuery,
)
from tracking.storage.tests.builders import completion, event, message, quarantined
from tracking.storage.tests.questions import days

# Around a change of the clock in each: an hour repeated, an hour left out, half an hour left out, a midnight left out,
# a midnight repeated, and an offset that is no whole hour.
SCENES = [
    (ZoneInfo("Europe/Berlin"), datetime(2026, 10, 25, 0, tzinfo=UTC)),
    (ZoneInfo("America/New_York"), datetime(2026, 3, 8, 6, tzinfo=UTC)),
    (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 10, 3, 15, tzinfo=UTC)),
    (ZoneInfo("Africa/Cairo"), datetime(2026, 4, 23, 21, tzinfo=UTC)),
    (ZoneInfo("America/Havana"), datetime(2026, 11, 1, 4, tzinfo=UTC)),
    (ZoneInfo("Asia/Kathmandu"), datetime(2026, 12, 31, 18, tzinfo=UTC)),
]
GOALS = [UUID(int=0x60A1), UUID(int=0x60A2)]
# Each dimension with the values that are drawn of it. A property's key may be any text.
VALUES: dict[str, list[str]] = {
    "page": ["/", "/a", "/a/B", "/100%", "/_"],
    "title": ["", "Home", "home"],
    "hostname": ["example.com", "blog.example.com"],
    "event_name": ["signup", "buy"],
    "event_type": ["pageview", "custom", "engagement"],
    "currency": ["", "EUR", "USD"],
    "goal": [str(goal) for goal in GOALS],
    "prop:plan": ["", "pro", "Free"],
    "prop:100% {row}'s": ["", "3", "true", '{"a": 1}'],
    "entry_page": ["/", "/a", "/a/B"],
    "exit_page": ["/", "/a", "/100%"],
    "source": ["", "Google", "google ads"],
    "country": ["", "DE", "FR"],
    "utm_campaign": ["", "50%_off"],
    "device": ["", "mobile", "desktop"],
    "screen_size": ["", "Mobile", "Tablet", "Laptop", "Desktop"],
}
PATTERNS = ["^/a", "B$", "[ao]+o", r"\d", "", "a|E", "^$", r"^/(a/)?b?$"]
PARTS = ["", "a", "/", "b", "%", "_", "oo", "\\", "US", "0"]


@st.composite
def visits(draw: st.DrawFn, sites: list[UUID], around: datetime) -> list[EventRow]:
    """One visit: an opening event, and others minutes or hours apart, some at the same instant, some before it."""
    site, session_id = draw(st.sampled_from([*sites[:1] * 3, *sites])), draw(st.integers(1, 2**62))
    pages = draw(st.lists(st.sampled_from(VALUES["page"]), min_size=1, max_size=2))
    started_at = around + timedelta(
        minutes=draw(st.integers(-9, 9) | st.integers(-72, 72) | st.integers(-250, 250)) * 30
    )
    shared = {
        "project_id": site,
        "session_id": session_id,
        "session_started_at": started_at,
        "visitor_id": draw(st.sampled_from([-7, 7, 70])),
        "source": draw(st.sampled_from(VALUES["source"])),
        "country": draw(st.sampled_from(VALUES["country"])),
        "utm_campaign": draw(st.sampled_from(VALUES["utm_campaign"])),
        "device_type": draw(st.sampled_from(VALUES["device"])),
        "screen_width": draw(st.sampled_from([None, 320, 575, 576, 991, 992, 1439, 1440])),
    }
    rows = [draw(events(shared, pages, started_at, "pageview"))]
    occurred_at = started_at
    for _ in range(draw(st.integers(0, 6))):
        occurred_at += timedelta(minutes=draw(st.sampled_from([1, 0, 25, 0, 600])))
        rows.append(draw(events(shared, pages, occurred_at)))
    if draw(st.integers(0, 4)) == 4:  # delivered later, and earlier than the event that opened the visit
        rows.append(draw(events(shared, pages, started_at - timedelta(minutes=draw(st.sampled_from([1, 20]))))))
    return rows


@st.composite
def events(draw: st.DrawFn, shared: dict, pages: list[str], occurred_at: datetime, event_type: str = "") -> EventRow:
    often = st.sampled_from(["engagement", "pageview", "engagement", "custom"])
    event_type = event_type or draw(often | often | st.sampled_from(list(EVENT_TYPES)))
    fields = {
        "event_id": UUID(int=draw(st.integers(0, 2**96 - 1))),
        "occurred_at": occurred_at,
        "event_type": event_type,
        "path": draw(st.sampled_from(pages)),
        "title": draw(st.sampled_from(VALUES["title"])),
        "hostname": draw(st.sampled_from(VALUES["hostname"])),
        "event_name": draw(st.sampled_from(VALUES["event_name"])) if event_type == "custom" else "",
    }
    if event_type == "engagement":
        fields["engaged_ms"] = draw(st.integers(0, 50) | st.integers(0, 2**40) | st.none())
        fields["scroll_depth"] = draw(st.integers(0, 100) | st.integers(0, 100) | st.none())
    if draw(st.integers(0, 3)) == 3:
        fields["value"] = draw(st.sampled_from([0.0, 10.0, -2.5, 0.1]))
        fields["currency"] = draw(st.sampled_from(["EUR", "EUR", "USD", ""]))
    if draw(st.integers(0, 2)) == 2:
        plan = st.sampled_from(["pro", "Free", "", None])
        odd = st.sampled_from([3, True, None, {"a": 1}, "3"])
        fields["custom_data"] = draw(st.fixed_dictionaries({}, optional={"plan": plan, "100% {row}'s": odd}))
    return event(**(shared | fields))


@dataclass(frozen=True)
class Scene:
    """Events of two projects, the first of which is asked about, and the goals that some of them reached."""

    zone: ZoneInfo
    around: datetime
    sites: list[UUID]
    events: list[EventRow]
    completions: list[CompletionRow]

    def message(self, rows: list[EventRow]) -> StoredBatch:
        ids = {row.event_id for row in rows}
        return message(*rows, completions=[each for each in self.completions if each.event_id in ids])

    def store_in_two_messages(
        self, store: EventStore, cut: int, between: Callable[[], Any] = lambda: None, *, is_restored: bool = False
    ) -> None:
        """In any order; what is in both messages is a duplicate. is_restored: the second is out of the quarantine."""
        rows = list(self.events)
        random.Random(len(rows)).shuffle(rows)
        store.append(self.message(rows[:cut]))
        late = rows[max(0, cut - 2) :]
        if is_restored:
            late = rows[cut:]
            store.append(message(quarantined=[_in_quarantine(row) for row in late]))
        between()
        store.append(msgspec.structs.replace(self.message(late), is_restored=is_restored))


def _in_quarantine(row: EventRow) -> QuarantinedRow:
    return quarantined(project_id=row.project_id, event_id=row.event_id, occurred_at=row.occurred_at)


@st.composite
def scenes(draw: st.DrawFn, sites: list[UUID]) -> Scene:
    zone, around = draw(st.sampled_from(SCENES))
    # A session_id is a hash of 64 bits: two visits that share one are no scene of real life.
    several = st.lists(
        visits(sites, around), min_size=draw(st.integers(1, 6)), max_size=10, unique_by=lambda rows: rows[0].session_id
    )
    found = [row for visit in draw(several) for row in visit]
    for _ in range(draw(st.integers(0, 2))):  # what a page tells when no visit of its visitor is known
        lost = {"project_id": sites[0], "session_id": 0, "session_started_at": None, "visitor_id": 7}
        found.append(draw(events(lost, ["/"], around + timedelta(minutes=draw(st.integers(-500, 500))), "engagement")))
    for number, row in enumerate(found):  # no two alike, and in any order
        row.event_id = UUID(int=row.event_id.int << 32 | number)
    reached = [
        completion(row, goal_id=goal)
        for row in found
        for goal in draw(st.sampled_from([[], [], [], GOALS[:1], GOALS[1:], GOALS]))
    ]
    return Scene(zone, around, sites, found, reached)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    name, operator = draw(st.sampled_from(list(VALUES))), draw(st.sampled_from(OPERATORS))
    values = VALUES[name] + ["nobody"]
    if operator.startswith("contains"):
        values = PARTS
    elif operator.startswith("matches"):
        values = PATTERNS
    found = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2))
    is_case_sensitive = draw(st.booleans())
    if not is_case_sensitive and not operator.startswith("matches"):
        found = [value.swapcase() for value in found]
    return Filter(name, operator, tuple(found), is_case_sensitive)


def trees(leaves: st.SearchStrategy[Condition], depth: int = 3) -> st.SearchStrategy[Condition]:
    if not depth:
        return leaves
    inner = trees(leaves, depth - 1)
    several = st.lists(inner, max_size=3).map(tuple)
    return leaves | inner | st.builds(AllOf, several) | st.builds(AnyOf, several) | st.builds(Not, inner)


CONDITIONS = trees(filters() | filters() | st.builds(HasDone, trees(filters(), 2)))
# Often none, since most trees leave little to count.
FILTERS = st.just(()) | st.lists(CONDITIONS, min_size=1, max_size=2).map(tuple)


@st.composite
def periods(draw: st.DrawFn, zone: ZoneInfo, around: datetime) -> Period:
    # Most of them meet what happened; a day before and after the clock changes, and all there is.
    usual = [(-6, 13), (-6, 13), (-1, 1), (-1, 2), (-1, 3), (0, 1), (0, 2), (-2, 4), (1, 2), (-3, 3)]
    shift, count = draw(st.sampled_from(usual) | st.tuples(st.integers(-5, 3), st.integers(1, 8)))
    period = days(zone, around + timedelta(days=shift), count)
    if draw(st.integers(0, 3)) == 3:
        middle = around + timedelta(minutes=draw(st.integers(-3000, 600)))
        period = Period(middle, middle + timedelta(minutes=draw(st.integers(1, 1200) | st.integers(1, 8000))), zone)
    return period


@st.composite
def questions(draw: st.DrawFn, scene: Scene) -> StatsQuery:
    """One that is possible."""
    names, often = st.sampled_from(list(VALUES)), st.sampled_from(["entry_page", "page", "goal"])
    query = StatsQuery(
        project=ProjectRef(scene.sites[0], scene.zone, draw(st.booleans())),
        metrics=tuple(draw(st.lists(st.sampled_from(list(METRICS)), min_size=1, max_size=8, unique=True))),
        period=draw(periods(scene.zone, scene.around)),
        dimensions=tuple(draw(st.lists(names | often, max_size=2, unique=True))),
        filters=draw(FILTERS),
        interval=draw(st.none() | st.sampled_from(INTERVALS)),
        limit=10_000,
    )
    query = possible(query)
    columns = st.sampled_from([*query.metrics, *query.dimensions])
    return replace(query, order_by=tuple(draw(st.lists(st.tuples(columns, st.booleans()), max_size=2))))


def possible(query: StatsQuery) -> StatsQuery:
    """Without the metrics that cannot be had of it."""
    refused = {fault.what for fault in impossible(query)}
    return replace(query, metrics=tuple(name for name in query.metrics if name not in refused) or ("visitors",))
