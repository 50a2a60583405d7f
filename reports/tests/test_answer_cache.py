"""What is remembered of the answers, for how long, and who computes them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from reports import excluded, params, results
from reports.answer_cache import AnswerCache
from reports.tests.conftest import NOW
from tracking import data_versions, delivery, erasure, journal
from tracking.connections import redis_circuit, redis_client
from tracking.storage import get_store
from tracking.storage.base import QueryTooLarge, Whom
from tracking.storage.spec import StatsQuery, StatsResult
from tracking.tests.builders import envelope, event, message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
CLOSED = "from=2026-11-01&to=2026-11-10"
TODAY = "period=today"


class CountingStore:
    """The real store, which counts the questions put to it; `before` runs in each of them."""

    def __init__(self) -> None:
        self.runs = 0
        self.before: Any = lambda: None
        self._lock = threading.Lock()

    def run(self, query: StatsQuery) -> StatsResult:
        with self._lock:
            self.runs += 1
        self.before()
        return get_store().run(query)


@pytest.fixture
def store(monkeypatch):
    counting = CountingStore()
    monkeypatch.setattr(results, "get_store", lambda: counting)
    results.clear_memory()
    return counting


def visitors(project: Any, text: str) -> Any:
    question = params.question(QueryDict(text), project, NOW)
    return results.totals(question, ["visitors"])["visitors"]


def ttl_ms(project: Any) -> int:
    (name,) = redis_client().scan_iter(f"ap:answers:{project.pk.hex}:*")
    return redis_client().pttl(name)


def test_a_closed_range_is_remembered_for_minutes_and_one_that_goes_on_for_a_second(project, store):
    visitors(project, CLOSED)
    assert 290_000 < ttl_ms(project) <= 300_000
    redis_client().flushall()
    visitors(project, TODAY)
    assert 0 < ttl_ms(project) <= 10_000


@pytest.mark.parametrize(("text", "seconds"), [(CLOSED, 60), (TODAY, 8)])
def test_a_kind_of_answers_has_times_of_its_own(project, text, seconds):
    period = params.question(QueryDict(text), project, NOW).period.period
    cache = AnswerCache("test", int, closed_ttl_s=60, open_ttl_s=8)
    assert cache.get(project.pk, period.start, period.end, "how many", lambda: 1) == 1
    assert 0 < ttl_ms(project) <= seconds * 1000


def test_another_tenant_gets_an_answer_of_their_own(project, organization, store):
    from projects.actions.projects import create_project

    other = create_project(organization=organization, name="Other", domain="other.example", timezone="Europe/Berlin")
    visitors(project, CLOSED)
    visitors(other, CLOSED)
    assert store.runs == 2
    assert len(list(redis_client().scan_iter(f"ap:answers:{other.pk.hex}:*"))) == 1


def test_events_that_come_late_are_in_the_next_answer(project, store):
    assert visitors(project, CLOSED) == 0
    late = event(occurred_at=NOW - timedelta(days=12))
    sent = message(envelope(late, project_id=project.pk, received_at=NOW))
    journal.write(sent.id, sent.encode(), NOW)
    delivery.process(sent.id, store=get_store(), now=lambda: NOW)
    assert visitors(project, CLOSED) == 1
    assert store.runs == 2


def test_an_erased_visitor_is_not_in_the_next_answer(project, store, store_events):
    store_events({"occurred_at": NOW - timedelta(days=12), "visitor_id": 5, "received_at": NOW - timedelta(days=12)})
    assert visitors(project, CLOSED) == 1
    erasure_id = erasure.request(project, Whom((5,)), now=NOW)
    erasure.run(erasure_id, store=get_store(), now=NOW)
    assert visitors(project, CLOSED) == 0


def test_a_change_elsewhere_leaves_what_is_remembered(project, store):
    visitors(project, CLOSED)
    data_versions.bump(project.pk, NOW - timedelta(days=2), NOW - timedelta(days=1))
    visitors(project, CLOSED)
    assert store.runs == 1
    data_versions.bump(project.pk, NOW - timedelta(days=15), NOW - timedelta(days=14))
    visitors(project, CLOSED)
    assert store.runs == 2


def test_a_change_of_very_many_hours_is_a_change_of_all(project, store):
    visitors(project, CLOSED)
    data_versions.bump(project.pk, NOW - timedelta(days=400), NOW - timedelta(days=200))
    visitors(project, CLOSED)
    assert store.runs == 2
    assert redis_client().hkeys(data_versions.versions_key(project.pk)) == [b"all"]


def test_a_change_while_the_answer_is_computed_makes_it_one_of_yesterday(project, store):
    store.before = lambda: data_versions.bump(project.pk, NOW - timedelta(days=15), NOW - timedelta(days=14))
    visitors(project, CLOSED)
    store.before = lambda: None
    visitors(project, CLOSED)
    assert store.runs == 2


def test_live_traffic_changes_nothing_that_is_settled():
    from tracking.storage.tests import builders

    row = builders.event(occurred_at=NOW, session_started_at=NOW - timedelta(minutes=50))
    assert data_versions.hours_of([row], NOW) == {}
    over_midnight = builders.event(occurred_at=NOW, session_started_at=NOW - timedelta(hours=3))
    (hours,) = data_versions.hours_of([over_midnight], NOW).values()
    assert hours == {int((NOW - timedelta(hours=3)).timestamp()) // 3600}


def test_an_error_is_not_remembered_and_lets_the_next_one_try(project, store):
    def fail() -> None:
        raise QueryTooLarge("no answer within 15 s")

    store.before = fail
    with pytest.raises(QueryTooLarge):
        visitors(project, CLOSED)
    store.before = lambda: None
    assert visitors(project, CLOSED) == 0
    assert store.runs == 2
    assert not list(redis_client().scan_iter("*:flight"))


def test_a_computation_that_died_with_its_process_holds_nobody_for_ever(project, store, monkeypatch):
    monkeypatch.setattr("reports.flights.FLIGHT_S", 1)
    visitors(project, CLOSED)
    (name,) = redis_client().scan_iter(f"ap:answers:{project.pk.hex}:*")
    redis_client().delete(name)
    redis_client().set(name + b":flight", "of a process that is gone")
    assert visitors(project, CLOSED) == 0
    assert store.runs == 2


def test_what_another_process_has_computed_meanwhile_is_taken(project, store):
    visitors(project, CLOSED)
    (name,) = redis_client().scan_iter(f"ap:answers:{project.pk.hex}:*")
    answer = redis_client().get(name)
    redis_client().delete(name)
    redis_client().set(name + b":flight", "of another process")
    threading.Timer(0.2, lambda: redis_client().set(name, answer)).start()
    assert visitors(project, CLOSED) == 0
    assert store.runs == 1


@pytest.fixture
def no_redis(settings):
    settings.REDIS_URL = "unix:///nonexistent/redis.sock"
    redis_client.cache_clear()
    yield
    redis_client.cache_clear()
    redis_circuit.close()
    results.clear_memory()
    excluded.clear_memory()


@pytest.mark.usefixtures("no_redis")
def test_while_redis_is_away_the_process_remembers(project, store):
    assert [visitors(project, CLOSED) for _ in range(3)] == [0, 0, 0]
    assert store.runs == 1


@pytest.mark.usefixtures("no_redis")
def test_while_redis_is_away_the_process_remembers_what_was_excluded(project, django_assert_num_queries):
    period = params.question(QueryDict(CLOSED), project, NOW).period.period
    counted = excluded.excluded(project.pk, period)
    assert counted == {"quarantined": 0, "by_reason": {}}
    with django_assert_num_queries(0):
        assert excluded.excluded(project.pk, period) == counted


@pytest.mark.django_db(transaction=True)
def test_fifty_who_ask_at_once_are_answered_by_one_computation(project, api_key, store):
    asked = threading.Barrier(50)
    store.before = lambda: threading.Event().wait(0.5)  # so that nobody comes when it is over

    def ask(_: int) -> tuple[int, int]:
        try:
            asked.wait(20)
            response = Client().get(
                f"/api/v1/projects/{project.pk}/analytics/timeseries?{CLOSED}", headers={"X-API-Key": api_key}
            )
            return response.status_code, len(response.json()["results"])
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as viewers:
        answers = set(viewers.map(ask, range(50)))
    assert answers == {(200, 10)}
    assert store.runs == 1
