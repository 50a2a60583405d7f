"""Goals are counted as events come in, and in what is there already."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from analytics_pulse import clock
from goals import filling
from goals.actions import change_goal, delete_goal, pause_goal, resume_goal
from goals.models import Fill, Goal, State
from tracking.models import Event, GoalCompletion
from tracking.storage.tests import builders

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SIGNUP = {"goal_type": "event", "target_event_name": "Signup"}
THANKS = {"goal_type": "pageview", "target_url_pattern": "/thanks"}
HALF = {"goal_type": "scroll", "target_url_pattern": "/blog/*", "target_value": 50}
MINUTE_READ = {"goal_type": "engagement", "target_url_pattern": "/blog/*", "target_value": 60}


def fill_all() -> None:
    for goal_id in Fill.objects.open().values_list("pk", flat=True):
        while filling.fill(goal_id, now=clock.now) is not None:
            pass


def reached(goal: Goal) -> list[UUID]:
    found = GoalCompletion.objects.filter(project_id=goal.project_id, goal_id=goal.pk)
    return list(found.order_by("occurred_at", "event_id").values_list("event_id", flat=True))


def custom(name: str = "Signup", **fields: Any) -> dict[str, Any]:
    return {"event_type": "custom", "event_name": name, **fields}


def engagement(path: str = "/blog/a", *, scroll: int = 0, seconds: int = 0, **fields: Any) -> dict[str, Any]:
    return {
        "event_type": "engagement", "path": path, "scroll_depth": scroll, "engaged_ms": seconds * 1000, **fields
    }  # fmt: skip


def test_an_event_that_comes_in_is_counted_at_once(make: Any, store: Any) -> None:
    goal = make(**SIGNUP)
    signup, _other = store(custom(), custom("Login"))
    assert reached(goal) == [signup.event_id]


def test_what_was_there_before_the_goal_is_counted_too(make: Any, store: Any) -> None:
    before, _other = store(custom(), custom("Login"))
    goal = make(**SIGNUP)
    assert reached(goal) == []
    fill_all()
    assert reached(goal) == [before.event_id]
    assert Fill.objects.get(goal=goal).state == State.DONE


def test_a_changed_goal_is_counted_by_what_it_means_now(make: Any, store: Any) -> None:
    goal = make(**SIGNUP)
    first, second = store(custom(), custom("Login"))
    change_goal(goal=goal, by=None, target_event_name="Login")
    assert reached(goal) == [first.event_id]
    fill_all()
    assert reached(goal) == [second.event_id]


def test_a_new_name_counts_nothing_anew(make: Any, store: Any) -> None:
    goal = make(**SIGNUP)
    fill_all()
    assert change_goal(goal=goal, by=None, name="Another").version == 1
    assert Fill.objects.get(goal=goal).state == State.DONE


def test_a_paused_goal_keeps_what_it_has_and_catches_up_when_it_is_resumed(make: Any, store: Any) -> None:
    goal = make(**SIGNUP)
    (first,) = store(custom())
    fill_all()
    pause_goal(goal=goal, by=None)
    (second,) = store(custom(occurred_at=NOON + 5 * MINUTE))
    assert reached(goal) == [first.event_id]
    resume_goal(goal=goal, by=None)
    fill_all()
    assert reached(goal) == [first.event_id, second.event_id]


def test_a_deleted_goal_takes_its_completions_with_it(make: Any, store: Any) -> None:
    goal, kept = make(**SIGNUP), make(**SIGNUP | {"name": "Kept"})
    store(custom(), custom())
    delete_goal(goal=goal, by=None)
    assert list(Goal.objects.of(goal.project)) == [kept]
    fill_all()
    assert reached(goal) == []
    assert len(reached(kept)) == 2
    assert list(Goal.objects.all()) == [kept]


@pytest.mark.parametrize("is_retroactive", [False, True])
def test_a_page_read_far_enough_is_counted_once_a_visit(make: Any, store: Any, is_retroactive: bool) -> None:
    goal = None if is_retroactive else make(**HALF)
    rows = store(
        {"path": "/blog/a"}, engagement(scroll=40), engagement(scroll=55), engagement(scroll=90),
        engagement("/blog/b", scroll=100), engagement("/about", scroll=100),
        engagement(scroll=100, session_id=2), engagement(scroll=100, session_id=0, session_started_at=None),
    )  # fmt: skip
    goal = goal or make(**HALF)
    fill_all()
    assert reached(goal) == [rows[2].event_id, rows[4].event_id, rows[6].event_id]


def test_time_on_a_page_adds_up_over_the_events_of_a_visit(make: Any, store: Any) -> None:
    goal = make(**MINUTE_READ)
    rows = store(engagement(seconds=30), engagement(seconds=29), engagement(seconds=1), engagement(seconds=60))
    assert reached(goal) == [rows[2].event_id]


def test_an_earlier_event_that_comes_late_moves_where_the_goal_was_reached(make: Any, store: Any) -> None:
    goal = make(**MINUTE_READ)
    (last,) = store(engagement(seconds=60, occurred_at=NOON + 9 * MINUTE))
    assert reached(goal) == [last.event_id]
    (earlier,) = store(engagement(seconds=70, occurred_at=NOON + 3 * MINUTE))
    assert reached(goal) == [earlier.event_id]


def test_a_duplicate_with_other_fields_reaches_nothing(make: Any, store: Any) -> None:
    goal = make(**THANKS)
    (stored,) = store({"path": "/"})
    store({"path": "/thanks", "event_id": stored.event_id})
    one = builders.event(project_id=goal.project_id, occurred_at=NOON)
    store({"event_id": one.event_id, "path": "/"}, {"event_id": one.event_id, "path": "/thanks"})
    assert reached(goal) == []


def test_another_projects_events_never_reach_a_goal(make: Any, store: Any) -> None:
    goal = make(**SIGNUP)
    store(custom(project_id=builders.OTHER_SITE))
    fill_all()
    assert reached(goal) == []
    assert not GoalCompletion.objects.exists()


def test_a_goal_that_was_spoilt_by_hand_costs_no_event(make: Any, store: Any) -> None:
    spoilt, other = make(**SIGNUP), make(**SIGNUP | {"name": "Other"})
    Goal.objects.filter(pk=spoilt.pk).update(target_url_pattern="(", url_match="regex")
    (signup,) = store(custom())
    assert reached(other) == [signup.event_id]
    assert Event.objects.filter(event_id=signup.event_id).exists()
