"""No goal is counted by what it meant before, and none is missed, whoever is at it at the same moment."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Event as Signal
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from msgspec.structs import replace

from analytics_pulse import clock
from goals import filling
from goals.actions import change_goal, create_goal, pause_goal, resume_goal
from goals.models import Fill, Goal, State
from goals.tests import brute_force
from goals.tests.conftest import MINUTE, NOON
from goals.tests.test_counting import HALF, SIGNUP, custom, engagement, fill_all, reached
from projects.models import Project
from tracking.models import GoalCompletion
from tracking.pipeline.match_goals import append_matched, match
from tracking.storage import get_store
from tracking.storage.base import StaleRules
from tracking.storage.rows import EventRow, StoredBatch
from tracking.storage.tests import builders

pytestmark = pytest.mark.django_db(transaction=True)
WAITS_S = 30


@pytest.fixture
def aside() -> Iterator[Callable[..., Any]]:
    """Have something done by another process, as it were: on a connection of its own."""

    def run(what: Callable[..., Any], *args: Any) -> Any:
        def with_connection() -> Any:
            try:
                return what(*args)
            finally:
                connection.close()

        return pool.submit(with_connection)

    with ThreadPoolExecutor(6) as pool:
        yield run


def matched(*rows: EventRow) -> StoredBatch:
    batch = builders.message(*rows)
    return replace(batch, **match(batch.events)._asdict())


def a_signup(project: Project, **fields: Any) -> EventRow:
    return builders.event(project_id=project.pk, occurred_at=NOON, **custom(**fields))


def test_what_was_matched_before_a_change_is_refused(project: Project) -> None:
    batch = matched(a_signup(project))
    goal = create_goal(project=project, by=None, name="Signup", **SIGNUP)
    with pytest.raises(StaleRules) as refused:
        get_store().append(batch)
    assert refused.value.project_ids == {project.pk}
    append_matched(get_store(), batch)
    assert reached(goal) == [batch.events[0].event_id]


def test_a_fill_waits_for_an_append_that_was_begun_before_the_change(project: Project, aside: Any) -> None:
    """Its event is not there yet when the fill would look, and it was matched with what was meant before."""
    row = a_signup(project)
    batch, is_appended, may_end = matched(row), Signal(), Signal()

    def append_slowly() -> None:
        with transaction.atomic():
            get_store().append(batch)
            is_appended.set()
            assert may_end.wait(WAITS_S)

    appending = aside(append_slowly)
    try:
        assert is_appended.wait(WAITS_S)
        goal = create_goal(project=project, by=None, name="Signup", **SIGNUP)
        assert filling.fill(goal.pk, now=clock.now) == filling.LATER_S
        assert Fill.objects.get(goal=goal).state == State.WAITING
    finally:
        may_end.set()
    appending.result(WAITS_S)
    fill_all()
    assert reached(goal) == [row.event_id]


def test_many_append_while_goals_are_changed_and_counted(project: Project, aside: Any) -> None:
    draw = random.Random(7)
    rows = [
        builders.event(
            project_id=project.pk,
            occurred_at=NOON + number * MINUTE / 100,
            session_id=1 + number % 5,
            session_started_at=NOON,
            **draw.choice([custom(), custom("Login"), engagement(scroll=40 + number % 40), engagement(scroll=45)]),
        )
        for number in range(400)
    ]
    parts = [rows[start : start + 4] for start in range(0, len(rows), 4)] + [rows[3:9], rows[50:60]]
    draw.shuffle(parts)
    event = create_goal(project=project, by=None, name="Event", **SIGNUP)
    scroll = create_goal(project=project, by=None, name="Scroll", **HALF)
    is_over = Signal()

    def append(some: list[list[EventRow]]) -> None:
        for part in some:
            append_matched(get_store(), matched(*part))

    def fill_again_and_again() -> None:
        while not is_over.is_set():
            fill_all()

    fillers = [aside(fill_again_and_again) for _ in range(2)]
    appenders = [aside(append, parts[number::3]) for number in range(3)]
    try:
        for name, depth in zip(cycle(["Login", "Signup"]), cycle([70, 50, 60]), strict=False):
            change_goal(goal=event, by=None, target_event_name=name)
            change_goal(goal=scroll, by=None, target_value=depth)
            pause_goal(goal=event, by=None)
            resume_goal(goal=event, by=None)
            if all(each.done() for each in appenders):
                break
    finally:
        is_over.set()
    for each in (*appenders, *fillers):
        each.result(WAITS_S)
    fill_all()
    for goal in Goal.objects.all():
        assert set(reached(goal)) == set(brute_force.reached(goal, rows)), goal.name
        assert len(reached(goal)) == len(set(reached(goal)))


_FILL_SLOWLY = """
import os, sys, time, uuid, django
django.setup()
from analytics_pulse import clock
from goals import filling
filling.FIRST_ROWS = filling.LEAST_ROWS = filling.MOST_ROWS = 3
goal = uuid.UUID(sys.argv[1])
while (later_s := filling.fill(goal, now=clock.now, budget_s=0)) is not None:
    if later_s:  # a transaction of another test is open
        time.sleep(later_s)
    else:
        print("portion", flush=True)
"""


@pytest.mark.parametrize("portions", [1, 3])
def test_whoever_counts_a_goal_may_be_killed(project: Project, portions: int) -> None:
    rows = [
        builders.event(
            project_id=project.pk, occurred_at=NOON + number * MINUTE, session_started_at=NOON, session_id=number,
            **(custom() if number % 2 else custom("Login")),
        )
        for number in range(1, 200)
    ]  # fmt: skip
    get_store().append(builders.message(*rows))
    goal = create_goal(project=project, by=None, name="Signup", **SIGNUP)
    database = connection.settings_dict
    address = f"postgresql://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}?host={database['HOST']}"
    env = os.environ | {"DATABASE_URL": address, "REDIS_URL": settings.REDIS_URL}
    worker = subprocess.Popen(
        [sys.executable, "-c", _FILL_SLOWLY, str(goal.pk)], env=env, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    for _ in range(portions):
        assert worker.stdout.readline() == "portion\n"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(WAITS_S)
    worker.stdout.close()
    fill = Fill.objects.get(goal=goal)
    assert fill.state == State.RUNNING
    assert fill.done_until is not None
    done = {row.event_id for row in rows if row.occurred_at >= fill.done_until}
    wanted: set[UUID] = set(brute_force.reached(goal, rows))
    assert set(reached(goal)) == wanted & done
    fill_all()
    assert set(reached(goal)) == wanted
    assert GoalCompletion.objects.count() == len(wanted)
