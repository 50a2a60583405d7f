"""Whatever happened, the rollups hold what plain Python comes to: on the day on which the clock changes, too."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tracking.storage.base import EventStore


def _check(project_id, expected, days):
    from tracking.storage.tests import rollup_tables
    from tracking.storage.tests.added_up import EVENT_ONLY, SHARED

    assert rollup_tables.daily(project_id) == {day: expected.daily(day) for day in days}
    for day in days:
        assert rollup_tables.hourly(project_id, day) == expected.hourly(day)
        for dimension in (*SHARED, *EVENT_ONLY, "goal", "entry_page", "exit_page"):
            found = rollup_tables.breakdown(project_id, day, dimension)
            assert found == expected.breakdown(day, dimension), (day, dimension)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_tables_are_what_python_adds_up(store: "EventStore", data: st.DataObject) -> None:
    from tracking.storage.spec import ProjectRef
    from tracking.storage.tests import rollup_tables
    from tracking.storage.tests.added_up import AddedUp, days_between
    from tracking.storage.tests.builders import message
    from tracking.storage.tests.strategies import scenes

    sites = [uuid4(), uuid4()]
    scene = data.draw(scenes(sites), label="scene")
    project, later = ProjectRef(sites[0], scene.zone), scene.around + timedelta(days=8)
    cut = data.draw(st.integers(0, len(scene.events)), label="cut")
    for rows in (scene.events[:cut], scene.events[cut:]):  # what comes late makes its days dirty, and no others
        reached = [each for each in scene.completions if any(row.event_id == each.event_id for row in rows)]
        store.append(message(*rows, completions=reached))
        if rows:
            store.refresh_rollups(project, later, budget_s=60)
    mine = [row for row in scene.events if row.project_id == sites[0]]
    if not mine:
        return
    expected = AddedUp(mine, scene.completions, scene.zone)
    first = min(min(row.occurred_at, row.session_started_at or row.occurred_at) for row in mine)
    last = (later - timedelta(hours=1, minutes=5)).astimezone(scene.zone).date() - timedelta(days=1)
    days = days_between(first.astimezone(scene.zone).date(), last)
    _check(sites[0], expected, days)
    again = rollup_tables.everything(sites[0])
    store.rebuild_rollups(project, days[0], days[-1])
    store.refresh_rollups(project, later, budget_s=60)
    assert rollup_tables.everything(sites[0]) == again, "the same twice"
