"""Whatever comes in, in whatever order and however often, and whatever is done with goals meanwhile: once they are
counted, they are what all the events come to."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals import filling
from goals.actions import change_goal, create_goal, delete_goal, pause_goal, resume_goal
from goals.models import Fill, Goal
from goals.tests import brute_force
from goals.tests.strategies import NOON, events, goals
from projects.models import Organization, Project
from tracking.models import GoalCompletion
from tracking.pipeline.match_goals import append_matched
from tracking.storage import get_store
from tracking.storage.rows import EventRow
from tracking.storage.tests import builders

STEPS = ("append", "append", "append", "create", "change", "pause", "resume", "delete", "fill", "count")


class Scene:
    def __init__(self, organization: Organization, data: st.DataObject) -> None:
        self.project = Project.objects.create(organization=organization, name="Example", domain="example.com")
        self.data = data
        drawn = data.draw(st.lists(events, min_size=1, max_size=14), "events")
        self.rows = [
            builders.event(project_id=self.project.pk, session_started_at=NOON if each["session_id"] else None, **each)
            for each in drawn
        ]
        self.stored: dict[Any, EventRow] = {}
        self.names = iter(range(100))

    def append(self) -> None:
        """Some of them; those that were there already are duplicates."""
        some = self.data.draw(st.lists(st.sampled_from(self.rows), min_size=1, max_size=6), "appended")
        self._append(some)

    def append_all(self) -> None:
        self._append(self.rows)

    def _append(self, rows: list[EventRow]) -> None:
        append_matched(get_store(), builders.message(*rows))
        self.stored |= {row.event_id: row for row in rows}

    def create(self) -> None:
        fields = self.data.draw(goals, "goal")
        create_goal(project=self.project, by=None, name=f"Goal {next(self.names)}", **fields)

    def change(self) -> None:
        if goal := self.one():
            change_goal(goal=goal, by=None, **self.data.draw(goals, "changed"))

    def pause(self) -> None:
        if goal := self.one():
            pause_goal(goal=goal, by=None)

    def resume(self) -> None:
        if goal := self.one():
            resume_goal(goal=goal, by=None)

    def delete(self) -> None:
        if goal := self.one():
            delete_goal(goal=goal, by=None)

    def fill(self) -> None:
        """Some portions of one, as a worker that is killed then."""
        found = list(Fill.objects.open().filter(goal__project=self.project).order_by("goal__name"))
        if found:
            filling.fill(self.data.draw(st.sampled_from(found), "filled").pk, now=lambda: NOON, budget_s=0)

    def count(self) -> None:
        for fill in Fill.objects.open().filter(goal__project=self.project):
            while filling.fill(fill.pk, now=lambda: NOON) is not None:
                pass
        for goal in Goal.objects.of(self.project).filter(is_active=True):
            assert self.completions(goal) == brute_force.reached(goal, self.stored.values()), goal.name

    def completions(self, goal: Goal) -> dict[Any, Any]:
        found = GoalCompletion.objects.filter(project_id=self.project.pk, goal_id=goal.pk)
        rows = list(found.values_list("event_id", "value"))
        assert len(dict(rows)) == len(rows)
        return dict(rows)

    def one(self) -> Goal | None:
        found = list(Goal.objects.of(self.project).order_by("name"))
        return self.data.draw(st.sampled_from(found), "which") if found else None


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_ROWS", "LEAST_ROWS", "MOST_ROWS"):
        monkeypatch.setattr(filling, name, 2)


@pytest.mark.usefixtures("small_portions")
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_goals_are_what_all_the_events_come_to(organization: Organization, data: st.DataObject) -> None:
    scene = Scene(organization, data)
    for step in data.draw(st.lists(st.sampled_from(STEPS), max_size=14), "steps"):
        getattr(scene, step)()
    scene.append_all()
    for goal in Goal.objects.of(scene.project):
        resume_goal(goal=goal, by=None)
    scene.count()
    alive = {goal.pk for goal in Goal.objects.of(scene.project)}
    assert set(GoalCompletion.objects.filter(project_id=scene.project.pk).values_list("goal_id", flat=True)) <= alive
    assert set(Goal.objects.filter(project=scene.project).values_list("pk", flat=True)) == alive


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(goal=goals, drawn=st.lists(events, max_size=12))
def test_a_preview_says_what_the_goal_would_count(project: Project, goal: dict[str, Any], drawn: list) -> None:
    from goals.preview import preview
    from goals.validation import validated
    from tracking.storage.spec import Period, ProjectRef

    # A site of its own for each example.
    site = Project(pk=uuid4(), organization=project.organization, name="Example", domain="example.com")
    rows = [
        builders.event(project_id=site.pk, session_started_at=NOON if each["session_id"] else None, **each)
        for each in drawn
    ]
    append_matched(get_store(), builders.message(*rows))
    unsaved = Goal(project=site, **validated({"name": "x"} | goal, project=site))
    found = preview(ProjectRef(site.pk, site.zone), unsaved, Period(NOON, NOON.replace(hour=23), site.zone))
    expected = brute_force.reached(unsaved, rows)
    times = [row.occurred_at for row in rows if row.event_id in expected]
    sessions = {row.session_id for row in rows if row.event_id in expected}
    assert (found.completions, found.visits, found.last_at) == (len(expected), len(sessions), max(times, default=None))
