import json
import re
import socket
import time
from uuid import UUID

import pytest
import redis
from django.conf import settings
from django.db import connection

from analytics_pulse import clock, health, heartbeat
from tracking import journal
from tracking.spool import Spool


@pytest.fixture
def worker_heartbeat():
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.set(heartbeat.KEY, repr(time.time()))


@pytest.fixture
def hung_server():
    """A server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        yield server.getsockname()


def states(response):
    return {name: check["status"] for name, check in response.json()["checks"].items()}


def details(response):
    return {name: check["detail"] for name, check in response.json()["checks"].items()}


def test_health_says_that_the_process_is_up(client):
    response = client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_probes_may_come_by_any_host_name(client, path):
    assert client.get(path, HTTP_HOST="10.1.2.3:8000").status_code in {200, 503}
    assert client.get("/accounts/login/", HTTP_HOST="10.1.2.3:8000").status_code == 400


def test_probes_are_read_only(client):
    assert client.post("/ready").status_code == 405


@pytest.mark.django_db
def test_ready_when_everything_answers(client, worker_heartbeat):
    response = client.get("/ready")
    assert response.status_code == 200
    assert states(response) == {"database": "ok", "redis": "ok", "worker": "ok", "queue": "ok", "spool": "ok"}
    assert details(response)["queue"] == details(response)["spool"] == "empty"


@pytest.mark.django_db
def test_what_waits_is_said_and_is_no_failure(client, worker_heartbeat, settings, tmp_path):
    settings.SPOOL_DIR = tmp_path
    for number in range(2):
        Spool(tmp_path).write(UUID(int=number), b"a message")
        journal.write(UUID(int=number), b"a message", clock.now(), promised_at=time.time() - 75)
    response = client.get("/ready")
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert (states(response)["queue"], states(response)["spool"]) == ("ok", "draining")
    assert re.fullmatch(r"2 messages, the oldest received 7[5-9] s ago", details(response)["queue"])
    assert re.fullmatch(r"2 messages on disk, the oldest for [0-9] s", details(response)["spool"])


@pytest.mark.django_db
def test_not_ready_without_a_worker(client):
    response = client.get("/ready")
    assert response.status_code == 503
    assert (states(response)["worker"], states(response)["queue"]) == ("failed", "ok")
    assert details(response)["worker"] == "no heartbeat for 12 s or more"


@pytest.mark.django_db
def test_not_ready_without_redis(client, settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    response = client.get("/ready")
    assert response.status_code == 503
    failed = {"redis": "failed", "worker": "failed", "queue": "failed"}
    assert states(response) == failed | {"database": "ok", "spool": "ok"}


def test_not_ready_without_the_database_and_no_address_is_told(client, worker_heartbeat, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    response = client.get("/ready")
    assert response.status_code == 503
    assert states(response) == {"database": "failed", "redis": "ok", "worker": "ok", "queue": "ok", "spool": "ok"}
    assert details(response)["database"] == "does not answer (OperationalError)"
    assert "nowhere" not in json.dumps(response.json())


def test_services_that_hang_do_not_make_it_hang(client, settings, monkeypatch, hung_server):
    host, port = hung_server
    settings.REDIS_URL = f"redis://{host}:{port}/0"
    monkeypatch.setitem(connection.settings_dict, "HOST", host)
    monkeypatch.setitem(connection.settings_dict, "PORT", str(port))
    started_at = time.monotonic()
    response = client.get("/ready")
    assert time.monotonic() - started_at < 3
    assert response.status_code == 503
    failed = dict.fromkeys(("database", "redis", "worker", "queue"), "failed")
    assert states(response) == failed | {"spool": "ok"}


def test_a_check_under_way_is_shared_and_not_started_again():
    runs = []

    def slow() -> str:
        runs.append(1)
        time.sleep(0.1)
        return "answers"

    probe = health.Probe(slow)
    first, second = probe.ask(), probe.ask()
    assert first.result() == second.result() == "answers"
    assert len(runs) == 1
    assert probe.ask().result() == "answers"
    assert len(runs) == 2
