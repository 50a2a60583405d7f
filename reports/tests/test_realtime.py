"""Who is there now, over the API and on the dashboard: from the windows, and from the store."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracking import delivery, journal
from tracking.connections import redis_circuit, redis_client
from tracking.realtime import sizes
from tracking.storage import get_store
from tracking.tests.builders import envelope, event, message

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def traffic(project):
    """Three visitors of the last half hour, one of them there now; one of an hour ago."""
    now = datetime.now(UTC)

    def seen(minutes: float, **fields: Any) -> Any:
        return event(occurred_at=now - minutes * MINUTE, **fields)

    sent = message(
        envelope(
            seen(2, url="https://example.com/pricing"),
            seen(1, url="https://example.com/pricing"),
            seen(0, event_type="custom", event_name="Signup"),
            project_id=project.pk,
            received_at=now,
        ),
        envelope(seen(10, referrer="https://www.google.com/"), project_id=project.pk, visitor_id=2, received_at=now),
        envelope(seen(20), project_id=project.pk, visitor_id=3, country="FR", received_at=now),
        envelope(seen(65), project_id=project.pk, visitor_id=4, received_at=now),
    )
    redis_client().set(sizes.SINCE, 0)
    journal.write(sent.id, sent.encode(), now)
    delivery.process(sent.id, store=get_store(), now=lambda: now)


@pytest.fixture
def get(client, project, api_key):
    def get(status: int = 200, **params: str) -> Any:
        response = client.get(f"/api/v1/projects/{project.pk}/realtime", params, headers={"X-API-Key": api_key})
        assert response.status_code == status, response.content
        return response.json()

    return get


@pytest.fixture
def from_the_store(traffic):
    """As when Redis has lost the windows."""
    redis_client().delete(sizes.SINCE)


@pytest.mark.usefixtures("traffic")
def test_the_last_minutes_come_from_the_windows(get):
    answer = get()
    assert answer["meta"] == {"source": "windows", "warnings": []}
    assert (answer["active_visitors"], answer["pageviews"]) == (1, 4)
    assert len(answer["minutes"]) == 30
    assert sum(row["pageviews"] for row in answer["minutes"]) == 4
    assert answer["pages"] == [
        {"page": "/", "visitors": 3, "pageviews": 2},
        {"page": "/pricing", "visitors": 1, "pageviews": 2},
    ]
    assert answer["sources"] == [
        {"source": "", "visitors": 2, "pageviews": 3},
        {"source": "Google", "visitors": 1, "pageviews": 1},
    ]
    assert answer["countries"] == [
        {"country": "DE", "visitors": 2, "pageviews": 3},
        {"country": "FR", "visitors": 1, "pageviews": 1},
    ]
    assert answer["devices"] == [{"device": "desktop", "visitors": 3, "pageviews": 4}]


@pytest.mark.usefixtures("traffic")
@pytest.mark.parametrize("window", ["1m", "5m", "1h"])
def test_without_the_windows_the_store_says_the_same(get, window):
    windows = get(window=window)
    redis_client().delete(sizes.SINCE)
    stored = get(window=window)
    assert stored["meta"] == {"source": "events", "warnings": [], "windows_source": "events"}
    assert windows["meta"] == {"source": "windows", "warnings": [], "windows_source": "windows"}
    for answer in (windows, stored):
        del answer["meta"], answer["as_of"]
    assert windows == stored


@pytest.mark.usefixtures("traffic")
def test_with_redis_away_the_store_says_the_same(get, settings):
    windows = get(window="1h")
    settings.REDIS_URL = "unix:///nonexistent/redis.sock"
    redis_client.cache_clear()
    try:
        stored = get(window="1h")
    finally:
        redis_client.cache_clear()
        redis_circuit.close()
    assert stored["meta"]["source"] == "events"
    assert (stored["pages"], stored["windows"]) == (windows["pages"], windows["windows"])


@pytest.mark.usefixtures("traffic")
def test_the_hours_of_two_days_are_there_when_asked_for(get):
    windows = get(window="1h")["windows"]
    assert len(windows) == 48
    assert sum(row["pageviews"] for row in windows) == 5
    assert sum(row["events"] for row in windows) == 1


def test_a_window_of_another_length_is_refused(get):
    answer = get(400, window="2m")
    assert answer["errors"][0]["code"] == "unknown_window"


@pytest.mark.usefixtures("traffic")
def test_the_dashboard_shows_the_same_current_visitors(client, alice, project):
    client.force_login(alice)
    response = client.get(f"/projects/{project.pk}/sections/now")
    assert ">1<" in response.content.decode().replace(" ", "").replace("\n", "")


def test_an_event_of_a_clock_that_is_ahead_counts_in_this_minute(get, project):
    now = datetime.now(UTC)
    ahead = now.replace(second=0, microsecond=0) + timedelta(minutes=1, seconds=5)
    sent = message(envelope(event(occurred_at=ahead), project_id=project.pk, received_at=now))
    redis_client().set(sizes.SINCE, 0)
    journal.write(sent.id, sent.encode(), now)
    delivery.process(sent.id, store=get_store(), now=lambda: now)
    answer = get()
    assert (answer["active_visitors"], answer["minutes"][-1]["pageviews"]) == (1, 1)
