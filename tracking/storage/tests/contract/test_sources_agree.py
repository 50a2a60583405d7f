"""Wherever an answer is read, from days that are added up or from events and visits, it is the oracle's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.storage import rollup_breakdown_sql
from tracking.storage.base import EventStore, Whom
from tracking.storage.plan import FACTS, ROLLUPS, SUMS
from tracking.storage.rows import EventRow
from tracking.storage.spec import Filter, ProjectRef, StatsQuery
from tracking.storage.tests.builders import DAY, MINUTE, NOW, SITE, message
from tracking.storage.tests.comparison import QUESTIONS_EACH, by_keys, differences, tried
from tracking.storage.tests.oracle import Oracle
from tracking.storage.tests.questions import answer, days, flat, visit_at
from tracking.storage.tests.strategies import VALUES, Scene, possible, questions, scenes

PATHS = {"any": ROLLUPS, "sums": SUMS, "facts": frozenset({FACTS}), "raw": frozenset()}


def refresh(store: EventStore, project: ProjectRef, scene: Scene, *, budget_s: float = 60) -> None:
    store.refresh_rollups(project, scene.around + timedelta(days=9), budget_s=budget_s)


def check(store: EventStore, scene: Scene, events: list[EventRow], query: StatsQuery) -> None:
    expected = by_keys(query, flat(Oracle(events, query, scene.completions).rows()))
    for name, rollups in PATHS.items():
        result = store.run(query, rollups=rollups)
        assert differences(by_keys(query, flat(result.rows)), expected) == {}, (name, result.meta["plan"])


def kept(scene: Scene) -> list[EventRow]:
    from tracking.models import Event

    ids = set(Event.objects.filter(project_id=scene.sites[0]).values_list("event_id", flat=True))
    return [row for row in scene.events if row.event_id in ids]


@st.composite
def rolled_up_questions(draw: Callable, scene: Scene) -> StatsQuery:
    """Mostly such as rollups can answer."""
    query = replace(draw(questions(scene)), order_by=())
    if draw(st.booleans()):
        query = replace(query, filters=())
    if draw(st.booleans()):
        query = replace(query, interval=draw(st.sampled_from([None, "hour", "day", "week", "month"])))
    if draw(st.booleans()):
        query = replace(query, dimensions=query.dimensions[:1])
    return possible(query)


@st.composite
def questions_of_one_value(draw: Callable, scene: Scene) -> StatsQuery:
    """Filtered so that analytics_breakdown may have a row a day of what is left."""
    query = draw(rolled_up_questions(scene))
    name = draw(st.sampled_from(list(VALUES)))
    only = Filter(name, "is", (draw(st.sampled_from([*VALUES[name], "nobody"])),))
    dimensions = draw(st.sampled_from([(), (), (name,), query.dimensions]))
    return possible(replace(query, filters=(only,), dimensions=dimensions))


@tried(0.4)
@given(data=st.data())
def test_all_sources_agree(store: EventStore, data: st.DataObject) -> None:
    scene = data.draw(scenes([uuid4(), uuid4()]), label="scene")
    project = ProjectRef(scene.sites[0], scene.zone)
    cut = data.draw(st.integers(0, len(scene.events)), label="cut")
    is_restored = data.draw(st.booleans(), label="is_restored")
    scene.store_in_two_messages(store, cut, lambda: refresh(store, project, scene), is_restored=is_restored)
    # All days are clean, or all but some, or those are dirty that the second message changed.
    if days := data.draw(st.sampled_from([0, 1, 3, 100]), label="days added up anew"):
        for _ in range(min(days, 3)):
            refresh(store, project, scene, budget_s=0 if days < 100 else 60)
    if data.draw(st.integers(0, 3), label="erases") == 0:
        start = scene.around + timedelta(hours=data.draw(st.integers(-50, 50), label="erased from"))
        whom = Whom(visitor_ids=(data.draw(st.sampled_from([7, 70]), label="erased"),))
        store.erase(project, whom, start, start + DAY, received_until=NOW)
        if data.draw(st.booleans(), label="added up after it was erased"):
            refresh(store, project, scene)
    events = kept(scene)
    for _ in range(QUESTIONS_EACH):
        asked = rolled_up_questions(scene) | questions_of_one_value(scene)
        check(store, scene, events, data.draw(asked, label="question"))


@tried(0.2)
@given(data=st.data())
def test_a_value_is_found_even_where_a_day_keeps_only_some(store: EventStore, data: st.DataObject) -> None:
    scene = data.draw(scenes([uuid4(), uuid4()]), label="scene")
    store.append(scene.message(scene.events))
    project = ProjectRef(scene.sites[0], scene.zone)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(rollup_breakdown_sql.CONSTANTS, "cap", data.draw(st.integers(1, 2), label="values of a day"))
        refresh(store, project, scene)
    for _ in range(QUESTIONS_EACH):
        check(store, scene, scene.events, data.draw(questions_of_one_value(scene), label="question"))


@tried(0.1)
@given(data=st.data())
def test_a_project_that_moves_to_another_zone_is_answered_in_the_new_one(
    store: EventStore, data: st.DataObject
) -> None:
    scene = data.draw(scenes([uuid4(), uuid4()]), label="scene")
    store.append(scene.message(scene.events))
    refresh(store, ProjectRef(scene.sites[0], scene.zone), scene)
    zone = ZoneInfo(data.draw(st.sampled_from(["UTC", "Pacific/Auckland", "Asia/Kolkata"]), label="zone"))
    moved = replace(scene, zone=zone)
    for added_up in (0, 2, 100):  # none is added up anew, some are, all are
        for _ in range(min(added_up, 2)):
            refresh(store, ProjectRef(scene.sites[0], zone), scene, budget_s=0 if added_up < 100 else 60)
        for _ in range(2):
            check(store, scene, scene.events, data.draw(rolled_up_questions(moved), label="question"))


def test_a_late_event_of_an_hour_that_midnight_repeats_is_seen(store: EventStore) -> None:
    havana = ZoneInfo("America/Havana")
    midnight = datetime(2026, 11, 1, 4, tzinfo=UTC)  # 00:00 there, and an hour later 00:00 again
    project = ProjectRef(SITE, havana)
    first, late = (visit_at(midnight + n * 30 * MINUTE, n, visitor_id=n) for n in (1, 0))
    store.append(message(first))
    store.refresh_rollups(project, midnight + 2 * DAY, budget_s=60)
    period = days(havana, midnight, 1)
    assert answer(store, "visitors visits", zone=havana, period=period) == [(1, 1)]
    store.append(message(late))
    assert answer(store, "visitors visits", zone=havana, period=period) == [(2, 2)]
    assert answer(store, "visitors visits", zone=havana, period=days(havana, midnight - DAY, 1)) == [(0, 0)]
