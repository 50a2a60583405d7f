"""The last day of several projects: from the windows in one round trip, and the same from the store."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracking import conclusion, delivery, journal
from tracking.connections import redis_circuit, redis_client
from tracking.realtime import sizes
from tracking.realtime.days import HOURS, Day, Spans, days
from tracking.storage import get_store, project_day
from tracking.tests import builders

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# Redis goes by its own clock.
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
SPANS = Spans.of(NOW, 5 * MINUTE, MINUTE)


@pytest.fixture(autouse=True)
def _whole_windows() -> None:
    """As when the workers have been counting for long."""
    redis_client().set(sizes.SINCE, 0)


def store(project: Any, *seen: tuple[datetime, int]) -> None:
    """Pageviews (at, visitor)."""
    for at, visitor in seen:
        of_visitor = builders.envelope(
            builders.event(occurred_at=at), project_id=project.pk, visitor_id=visitor, received_at=at
        )
        sent = builders.message(of_visitor)
        journal.write(sent.id, sent.encode(), NOW)
        delivery.process(sent.id, store=get_store(), now=lambda: NOW)


@pytest.fixture
def traffic(project: Any) -> Day:
    store(
        project,
        (NOW - MINUTE, 1),
        (SPANS.this_hour - 10 * MINUTE, 2),
        (SPANS.this_hour - 20 * MINUTE, 2),  # again, within the same hour
        (SPANS.day + MINUTE, 3),
        (SPANS.day - MINUTE, 4),  # of the day before, in the hour that is compared with the one under way
        (SPANS.day_before + MINUTE, 5),
        (SPANS.day_before - MINUTE, 6),  # two days ago
    )
    by_hour = [0] * HOURS
    by_hour[0] = 1
    by_hour[-2] = 1
    by_hour[-1 if SPANS.this_hour <= NOW - MINUTE else -2] += 1
    in_this_hour = by_hour[-1]
    return Day(3, tuple(by_hour), 3 - in_this_hour, 1, 1)


def test_the_windows_have_the_day_of_each_project(project, traffic):
    found = days([project.pk], SPANS)
    assert found == {project.pk: traffic}


def test_the_store_says_the_same(project, traffic):
    assert project_day.day(project.pk, SPANS) == traffic


def test_a_project_without_events_has_a_day_of_zeros(project):
    assert days([project.pk], SPANS) == {project.pk: Day()}
    assert project_day.day(project.pk, SPANS) == Day()


def test_the_hours_that_are_compared_are_as_many(project):
    assert SPANS.this_hour - SPANS.day == SPANS.same_hours_end - SPANS.day_before == (HOURS - 1) * HOUR


def test_projects_do_not_see_each_others_visitors(project, traffic, organization):
    from projects.actions.projects import create_project

    other = create_project(organization=organization, name="Other", domain="other.example")
    store(other, (NOW - 2 * MINUTE, 9))
    found = days([other.pk, project.pk], SPANS)
    assert (found[other.pk].visitors, found[project.pk]) == (1, traffic)


def test_a_project_whose_windows_lack_something_is_left_to_the_store(project, traffic, organization):
    from projects.actions.projects import create_project

    other = create_project(organization=organization, name="Other", domain="other.example")
    conclusion.note_stored(project.pk, NOW - 3 * HOUR, NOW)
    assert set(days([project.pk, other.pk], SPANS)) == {other.pk}


def test_windows_that_began_within_the_two_days_are_left_to_the_store(project, traffic):
    redis_client().set(sizes.SINCE, int((NOW - HOUR).timestamp()))
    assert days([project.pk], SPANS) == {}


def test_without_redis_nothing_is_known_here(project, traffic, monkeypatch):
    monkeypatch.setattr(type(redis_circuit), "is_open", property(lambda _circuit: True))
    assert days([project.pk], SPANS) == {}
