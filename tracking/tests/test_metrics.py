"""The metrics: counted in every process, added up in Redis, shown to those who may see them."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from prometheus_client.parser import text_string_to_metric_families

from analytics_pulse import clock
from projects.actions.keys import create_access_token
from projects.models import User
from tracking import accounting, delivery, journal, tasks
from tracking.connections import redis_client
from tracking.metrics import counters, totals
from tracking.metrics.totals import Histogram
from tracking.models import LedgerGap
from tracking.spool import Spool
from tracking.storage import get_store
from tracking.tests.builders import NOON, envelope, event, message

pytestmark = pytest.mark.django_db
METRICS = "/metrics"
PERFORMANCE = "/api/v1/performance/metrics"
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
PAGEVIEW = {"event_type": "pageview", "url": "https://example.com/"}


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    counters.take()


def samples(client: Any, **environ: Any) -> dict[tuple[str, tuple[str, ...]], float]:
    """{(name, sorted label values): value} of a scrape."""
    answer = client.get(METRICS, **environ)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name.removeprefix("analytics_pulse_"), tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def process_all() -> None:
    for message_id in redis_client().hkeys(journal.PAYLOADS):
        delivery.process(UUID(bytes=message_id), store=get_store(), now=clock.now)


def test_it_counts_from_the_door_to_the_store(client, sender):
    twice = {**PAGEVIEW, "event_id": "0b8f2f0a-6b1e-4f0e-9d0c-1f6f0a3f6c11"}
    assert sender.batch(PAGEVIEW, twice, {"event_type": "pageview"}).status_code == 202
    assert sender.raw('{"events": [{"event_type": "pageview", "url": "https://example.com/"}]}', HTTP_USER_AGENT=BOT)
    process_all()
    assert sender.batch(twice).status_code == 202
    process_all()
    found = samples(client)
    assert found["events_accepted_total", ()] == 4
    assert found["events_stored_total", ()] == 2
    assert found["events_duplicate_total", ()] == 1
    assert found["events_quarantined_total", ("bot",)] == 1
    assert found["messages_total", ()] >= 3
    assert found["delay_seconds_count", ()] >= 3
    assert found["pipeline_step_seconds_count", ("store",)] >= 3
    in_any_bucket = found["pipeline_step_seconds_bucket", ("+Inf", "sessionize")]
    assert in_any_bucket == found["pipeline_step_seconds_count", ("sessionize",)]
    assert found["cache_lookups_total", ("database", "key")] == 1
    assert found["cache_lookups_total", ("key", "memory")] == 2


def test_refusals_are_counted_by_code(client, sender):
    too_old = {**PAGEVIEW, "timestamp": "2020-01-01T00:00:00Z"}
    sender.batch(PAGEVIEW, too_old, too_old)
    for _ in range(100):  # they travel with a message of their own, seconds later
        if ("events_rejected_total", ("too_old",)) in (found := samples(client)):
            break
        time.sleep(0.05)
    assert found["events_rejected_total", ("too_old",)] == 2


def test_refused_requests_are_counted_though_nothing_is_accepted(client, sender):
    sender.key = "ap_pub_" + "0" * 32
    assert [sender.batch(PAGEVIEW).status_code for _ in range(2)] == [401, 401]
    sender.key = None
    assert sender.batch(PAGEVIEW).status_code == 401
    assert sender.raw("{").status_code == 400
    found = samples(client)
    assert found["requests_refused_total", ("unknown_key",)] == 2
    assert found["requests_refused_total", ("missing_key",)] == 1
    assert found["requests_refused_total", ("not_json",)] == 1


def test_a_redelivered_message_is_counted_once(client, project):
    wanted = message(envelope(event(), project_id=project.pk))
    accounting.journalize(wanted, wanted.encode(), NOON)
    process_all()
    journal.write(wanted.id, wanted.encode(), NOON)
    process_all()
    assert samples(client)["events_stored_total", ()] == 1


def test_it_says_what_waits_and_since_when(client, project, settings, tmp_path):
    settings.SPOOL_DIR = tmp_path
    waiting = message(envelope(event(occurred_at=clock.now() - timedelta(seconds=90)), project_id=project.pk))
    accounting.journalize(waiting, waiting.encode(), clock.now())
    Spool(tmp_path).write(waiting.id, b"12345")
    found = samples(client)
    assert found["queue_messages", ()] == 1
    assert 90 <= found["queue_oldest_seconds", ()] < 100
    assert (found["spool_messages", ()], found["spool_bytes", ()]) == (1, 5)
    assert 0 <= found["spool_oldest_seconds", ()] < 10


def test_open_gaps_show(client, project):
    gap = LedgerGap.objects.create(project_id=project.pk, hour=NOON, missing=3, found_at=NOON)
    LedgerGap.objects.create(project_id=project.pk, hour=NOON - timedelta(hours=1), missing=-2, found_at=NOON)
    found = samples(client)
    assert (found["ledger_gaps", ()], found["ledger_gap_events", ()]) == (2, 5)
    gap.resolved_at = NOON
    gap.save()
    assert samples(client)["ledger_gaps", ()] == 1


def test_a_scrape_without_redis_says_so(client, redis_away):
    found = samples(client)
    assert (found["up", ("redis",)], found["up", ("postgres",)]) == (0, 1)
    assert ("queue_messages", ()) not in found
    assert found["spool_messages", ()] == 0


def test_counts_are_kept_while_redis_is_away(project, redis_away):
    counters.count("stored", 7)
    with pytest.raises(journal.redis.RedisError):
        journal.forget(message().id)
    assert counters.take() == {"stored": 7}


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 404),
        ("203.0.113.9", {}, 404),
        ("", {}, 404),
        ("203.0.113.9", {"X-Forwarded-For": "127.0.0.1"}, 404),
        # From a proxy on this machine: somebody else asks.
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}, 404),
        ("127.0.0.1", {"X-Real-IP": "203.0.113.9"}, 404),
        ("127.0.0.1", {"Authorization": "Bearer guess"}, 200),
    ],
)
def test_without_a_token_only_this_machine_may_read_them(client, peer, headers, status):
    assert client.get(METRICS, headers=headers, REMOTE_ADDR=peer).status_code == status


@pytest.mark.parametrize(
    ("authorization", "status"),
    [("Bearer s3cret", 200), ("bearer s3cret", 200), ("Bearer s3cre", 404), ("s3cret", 404), ("", 404)],
)
def test_with_a_token_whoever_has_it_may(client, settings, authorization, status):
    settings.METRICS_TOKEN = "s3cret"
    for peer in ("127.0.0.1", "203.0.113.9"):
        assert client.get(METRICS, headers={"Authorization": authorization}, REMOTE_ADDR=peer).status_code == status


def test_scrapers_come_by_any_host_name_and_only_read(client):
    assert client.get(METRICS, HTTP_HOST="web:8000").status_code == 200
    assert client.post(METRICS).status_code == 405


def test_a_histogram_knows_its_quantiles():
    buckets = [0] * (len(counters.BOUNDS_S) + 1)
    assert Histogram(tuple(buckets), 0.0).quantile_s(0.5) is None
    buckets[counters.BOUNDS_S.index(0.01)] = 100  # all between 5 and 10 ms
    assert Histogram(tuple(buckets), 0.7).quantile_s(0.5) == pytest.approx(0.0075)
    buckets[-1] = 900
    assert Histogram(tuple(buckets), 9.0).quantile_s(0.95) == counters.BOUNDS_S[-1]


def test_observations_fall_into_their_buckets():
    for duration_s in (0.0004, 0.001, 0.0011, 999.0):
        counters.observe("step:x", duration_s)
    taken = counters.take()
    assert (taken["step:x:0"], taken["step:x:1"], taken[f"step:x:{len(counters.BOUNDS_S)}"]) == (2, 1, 1)
    assert taken["step:x:us"] == 999_002_500


@pytest.fixture
def operator(alice: User) -> User:
    alice.is_staff = True
    alice.save()
    return alice


def test_administrators_see_rates_and_times_of_the_last_minutes(signed_in, operator, sender):
    sender.batch(PAGEVIEW)
    process_all()
    totals.take_snapshot(clock.now() - timedelta(seconds=100))
    for _ in range(3):
        sender.batch(PAGEVIEW, PAGEVIEW)
        process_all()
    answer = signed_in(operator).get(PERFORMANCE)
    assert answer.status_code == 200
    body = answer.json()
    recent = body["recent"]
    assert 100 <= recent["seconds"] < 110
    assert body["totals"]["stored"] == 7
    assert recent["per_second"]["stored"] == pytest.approx(0.06, abs=0.006)
    assert recent["steps"]["store"]["count"] == 3
    assert 0 < recent["steps"]["store"]["p50_ms"] <= recent["steps"]["store"]["p95_ms"]
    assert recent["delay"]["count"] == 3
    assert recent["cache_hit_rate"] == {"key": 1.0, "project": 1.0}
    assert body["queue"] == {"messages": 0, "oldest_s": 0.0}
    assert body["ledger"] == {"gaps": 0, "gap_events": 0}
    assert body["partitions"]["ok"] is True
    assert set(body["versions"]) == {"product", "python", "django", "postgres", "redis"}


def test_in_the_first_minute_there_is_nothing_to_compare_with(signed_in, operator):
    recent = signed_in(operator).get(PERFORMANCE).json()["recent"]
    assert (recent["seconds"], recent["per_second"]["stored"]) == (0.0, 0.0)


def test_only_administrators_see_them(signed_in, bob, api_key, client):
    assert signed_in(bob).get(PERFORMANCE).status_code == 403
    assert client.get(PERFORMANCE, headers={"X-API-Key": api_key}).status_code == 403
    assert client.get(PERFORMANCE).status_code == 401


def test_an_administrators_token_will_do(client, operator):
    _, secret = create_access_token(user=operator, name="Watch", scopes=["read"])
    assert client.get(PERFORMANCE, headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_without_redis_it_says_try_again(signed_in, operator, redis_away):
    answer = signed_in(operator).get(PERFORMANCE)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_few_snapshots_are_kept():
    for minute in range(40):
        with time_machine.travel(NOON + timedelta(minutes=minute)):
            tasks.remember_metrics()
    assert redis_client().llen(totals.SNAPSHOTS) == totals.KEPT
