"""When days are added up: which projects, in which order, for how long; by command and by administrators."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from tracking.storage.tests.builders import event, message

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
NOW = LONG_AGO + timedelta(days=5)
DAY = timedelta(days=1)
NOBODYS = "00000000-0000-0000-0000-0000000000ff"


def append(project, *moments):
    from tracking.storage import get_store

    for number, at in enumerate(moments):
        row = event(project_id=project.pk, occurred_at=at, session_started_at=at, session_id=1000 + number)
        get_store().append(message(row))


def added_up(project):
    from tracking.models import DailyRow

    return sorted(DailyRow.objects.filter(project_id=project.pk).values_list("day", flat=True))


@pytest.fixture
def other_project(organization):
    from projects.actions.projects import create_project

    return create_project(organization=organization, name="Other", domain="example.org", timezone="Asia/Kathmandu")


@pytest.fixture
def eager():
    """Tasks run where they are sent from."""
    from analytics_pulse.celery import app

    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def staff_client(client, alice):
    alice.is_staff = True
    alice.save()
    client.force_login(alice)
    return client


def test_due_are_the_projects_of_which_a_day_closed_or_changed(project, other_project):
    from reports import rollups

    append(project, LONG_AGO)
    assert rollups.due(NOW).projects == (project.pk,), "the other one has no events"
    assert rollups.run(rollups.due(NOW), now=NOW) is None
    assert added_up(project) == [date(2026, 10, day) for day in (1, 2, 3, 4, 5)]
    assert rollups.due(NOW).projects == ()
    append(project, LONG_AGO + DAY)
    append(other_project, LONG_AGO)
    assert rollups.due(NOW).projects == (other_project.pk, project.pk), "who has nothing waits longest"
    assert rollups.run(rollups.due(NOW), now=NOW) is None
    assert rollups.due(NOW).projects == ()
    assert rollups.due(NOW + DAY).projects == tuple(sorted((project.pk, other_project.pk)))


def test_a_run_goes_on_where_its_time_was_over(project, other_project):
    from reports import rollups

    append(project, LONG_AGO)
    append(other_project, LONG_AGO)
    left, runs = rollups.every(), 0
    while left := rollups.run(rollups.Round.decode(left.encode()), now=NOW, budget_s=0.001):
        runs += 1
    assert runs >= 2
    assert added_up(project) == added_up(other_project) != []


def test_a_project_that_is_deleted_or_fails_does_not_stop_the_others(project, other_project):
    from uuid import uuid4

    from reports import rollups

    append(other_project, LONG_AGO)
    assert rollups.run(rollups.Round((uuid4(), project.pk, other_project.pk)), now=NOW) is None
    assert added_up(other_project)


def test_a_clock_that_is_ahead_closes_no_day(project):
    from reports import rollups
    from tracking.storage import get_store

    now = get_store().clock()
    append(project, now)
    assert rollups.run(rollups.every(), now=now + 3 * DAY) is None
    assert added_up(project) == []


def test_the_check_finds_what_is_not_so_and_sets_it_right(project, caplog):
    from reports import rollups
    from tracking.models import DailyRow

    append(project, LONG_AGO)
    rollups.run(rollups.every(), now=NOW)
    DailyRow.objects.filter(project_id=project.pk, day=LONG_AGO.date()).update(pageviews=7)
    assert rollups.run(rollups.every(), now=NOW) is None
    assert DailyRow.objects.get(project_id=project.pk, day=LONG_AGO.date()).pageviews == 7
    rollups.run(rollups.every(rollups.First.CHECK), now=NOW)
    assert DailyRow.objects.get(project_id=project.pk, day=LONG_AGO.date()).pageviews == 1
    assert "rollup_differs" in caplog.text


def test_answers_made_of_a_day_that_was_not_right_are_forgotten(project):
    from reports import results, rollups
    from reports.params import ref
    from tracking.models import DailyRow
    from tracking.storage.spec import Period, StatsQuery

    start = LONG_AGO.replace(hour=0)
    query = StatsQuery(ref(project), ("pageviews",), Period(start - DAY, start + 2 * DAY, project.zone))
    append(project, LONG_AGO)
    rollups.run(rollups.every(), now=NOW)
    DailyRow.objects.filter(project_id=project.pk, day=LONG_AGO.date()).update(pageviews=7)
    assert results.run(query).rows[0].metrics == (7,)
    rollups.run(rollups.every(rollups.First.CHECK), now=NOW)
    assert results.run(query).rows[0].metrics == (1,)


def test_the_tasks_of_the_schedule_do_it(project, eager):
    from reports import tasks

    append(project, LONG_AGO)
    tasks.refresh_due_rollups()
    assert added_up(project)[0] == LONG_AGO.date()
    tasks.refresh_all_rollups()
    tasks.check_rollups()


def test_the_command_adds_up_and_says_so(project, capsys):
    append(project, LONG_AGO)
    call_command("rollup", "--project", str(project.pk))
    first = capsys.readouterr().out
    assert f"{len(added_up(project))} days of 1 projects" in first
    call_command("rollup")
    assert "0 days of 1 projects" in capsys.readouterr().out
    call_command("rollup", "--rebuild", "--from", "2026-10-01", "--to", "2026-10-02", "--check")
    assert "2 days of 1 projects" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [("--project", "nobody"), ("--from", "2026-10-01")])
def test_the_command_refuses_what_makes_no_sense(arguments, db):
    with pytest.raises(CommandError):
        call_command("rollup", *arguments)


def test_an_administrator_has_a_day_added_up_anew(staff_client, project, eager):
    from tracking.models import DailyRow

    append(project, LONG_AGO)
    call_command("rollup")
    DailyRow.objects.filter(project_id=project.pk).update(pageviews=7)
    asked = {"project_id": str(project.pk), "date": "2026-10-01"}
    response = staff_client.post("/api/v1/aggregation/daily", json.dumps(asked), content_type="application/json")
    assert (response.status_code, response.json()) == (
        202,
        {"status": "queued", "projects": 1, "date": "2026-10-01"},
    )
    found = dict(DailyRow.objects.filter(project_id=project.pk).values_list("day", "pageviews"))
    assert (found[date(2026, 10, 1)], found[date(2026, 10, 2)]) == (1, 7)


def test_an_administrator_has_everything_checked(staff_client, project, eager):
    append(project, LONG_AGO)
    response = staff_client.post("/api/v1/aggregation/daily/all")
    assert (response.status_code, response.json()) == (202, {"status": "queued", "projects": 1, "date": None})
    assert added_up(project)[0] == LONG_AGO.date()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"date": "tomorrow"}, 400),
        ({"date": "2999-01-01"}, 400),
        ({"project_id": "00000000-0000-0000-0000-0000000000ff"}, 404),
    ],
)
def test_an_odd_day_or_project_is_refused(staff_client, body, status):
    response = staff_client.post("/api/v1/aggregation/daily", json.dumps(body), content_type="application/json")
    assert response.status_code == status


@pytest.mark.parametrize("route", ["daily", "daily/all"])
def test_who_is_no_administrator_may_not(alice_client, route):
    assert alice_client.post(f"/api/v1/aggregation/{route}").status_code == 403


def test_the_performance_page_says_what_waits(staff_client, project):
    append(project, LONG_AGO)
    state = staff_client.get("/api/v1/performance/metrics").json()["rollups"]
    assert state == {"dirty_slots": 1, "oldest_dirty_at": "2026-10-01T12:00:00Z", "refreshed_at": None}
