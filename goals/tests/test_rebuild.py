"""`manage.py rebuild_goals`, and fills that fail or are left alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analytics_pulse import clock
from goals import filling
from goals.actions import create_goal, delete_goal, resume_goal
from goals.models import Fill, Goal, State
from goals.tests.test_counting import SIGNUP, custom, reached
from projects.models import Project
from tracking.models import GoalCompletion
from tracking.storage import recount
from tracking.storage.base import StoreUnavailable


def test_the_command_counts_all_goals_of_a_project_anew(make: Any, store: Any, capsys: Any) -> None:
    goal = make(**SIGNUP)
    (signup,) = store(custom())
    GoalCompletion.objects.filter(goal_id=goal.pk).delete()
    call_command("rebuild_goals", project=str(goal.project_id))
    assert reached(goal) == [signup.event_id]
    assert "1 goals in" in capsys.readouterr().out


@pytest.mark.parametrize("project_id", ["x", "00000000-0000-0000-0000-000000000000"])
def test_the_command_says_that_there_is_no_such_project(db: None, project_id: str) -> None:
    with pytest.raises(CommandError, match="no project"):
        call_command("rebuild_goals", project=project_id)


def test_the_command_does_not_know_goals_of_other_projects(make: Any, organization: Any) -> None:
    goal = make(**SIGNUP)
    other = Project.objects.create(organization=organization, name="Other", domain="other.example")
    with pytest.raises(CommandError, match="no goal"):
        call_command("rebuild_goals", project=str(other.pk), goal=str(goal.pk))


def test_a_fill_that_fails_time_after_time_says_so_and_can_be_begun_again(
    make: Any,
    store: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goal: Goal = make(**SIGNUP)

    def broken(*args: object) -> None:
        raise StoreUnavailable("no answer")

    with monkeypatch.context() as patched:
        patched.setattr(recount, "by_events", broken)
        assert [filling.fill(goal.pk, now=clock.now) for _ in range(filling.MAX_FAILURES)][-2:] == [4.0, None]
    fill = Fill.objects.get(goal=goal)
    assert (fill.state, fill.error) == (State.FAILED, "StoreUnavailable: no answer")
    resume_goal(goal=goal, by=None)
    assert filling.fill(goal.pk, now=clock.now) is None
    assert Fill.objects.get(goal=goal).state == State.DONE


def test_a_removal_is_never_given_up(make: Any, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    goal: Goal = make(**SIGNUP)
    store(custom())
    delete_goal(goal=goal, by=None)

    def broken(*args: object) -> None:
        raise StoreUnavailable("no answer")

    with monkeypatch.context() as patched:
        patched.setattr(recount, "remove_some", broken)
        for _ in range(filling.MAX_FAILURES + 1):
            assert filling.fill(goal.pk, now=clock.now) is not None
    assert filling.fill(goal.pk, now=clock.now) is None
    assert not Goal.objects.exists()


def test_a_fill_that_nobody_is_at_is_gone_on_with(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    goal = create_goal(project=project, by=None, name="Signup", **SIGNUP)
    rung: list[Any] = []
    monkeypatch.setattr(filling.fills, "ring", rung.append)
    now = clock.now()
    filling.look_after(now=now)
    assert rung == []
    filling.look_after(now=now + timedelta(minutes=1))
    filling.look_after(now=now + timedelta(minutes=1, seconds=5))
    assert rung == [goal.pk]


def test_the_goals_of_a_deleted_project_are_left_to_its_deletion(project: Project, store: Any) -> None:
    goal = create_goal(project=project, by=None, name="Signup", **SIGNUP)
    store(custom())
    Project.objects.filter(pk=project.pk).update(deleted_at=clock.now())
    assert filling.fill(goal.pk, now=clock.now) is None
    assert Fill.objects.get(goal=goal).state == State.WAITING
    store(custom())  # what was on its way is stored, and nothing fails
