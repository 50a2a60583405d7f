"""The whole way, from outside: HTTP, queue, worker, store, and the answer, in the product as users start it."""

import gzip
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from analytics_pulse.supervisor.stack import Stack

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
SECONDS = 5

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def project(stack: Stack) -> dict[str, Any]:
    return stack.create_project("Whole way", "whole.example")


def call(
    url: str, body: Any = None, *, key: str | None = None, raw: bytes | None = None, **headers: str
) -> tuple[int, Any]:
    """(status, decoded JSON) of a GET, or of a POST when there is a body."""
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"User-Agent": CHROME, "Content-Type": "application/json"} | headers)
    if key:
        request.add_header("X-API-Key", key)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def eventually(condition: Callable[[], bool], within_s: float = SECONDS) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


def overview(stack: Stack, project: dict[str, Any]) -> dict[str, Any]:
    url = f"{stack.url}/api/v1/projects/{project['project_id']}/analytics/overview?period=today"
    status, answer = call(url, key=project["secret_key"])
    assert status == 200, answer
    return answer


def batch(size: int = 10) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {
        "events": [
            {
                "event_id": str(uuid4()),
                "event_type": "pageview",
                "url": f"https://whole.example/page/{number}",
                "timestamp": now,
            }
            for number in range(size)
        ],
        "sent_at": now,
    }


def test_a_batch_is_in_the_overview_within_five_seconds_and_once(stack, project):
    sent, track = batch(), f"{stack.url}/api/v1/track/batch"
    status, receipt = call(track, sent, key=project["write_key"])
    assert (status, receipt["status"], receipt["processed"], receipt["failed"]) == (202, "accepted", 10, 0)
    assert receipt["event_ids"] == [event["event_id"] for event in sent["events"]]
    assert eventually(lambda: overview(stack, project)["pageviews"] == 10)
    assert (overview(stack, project)["visitors"], overview(stack, project)["visits"]) == (1, 1)

    assert call(track, sent, key=project["write_key"])[0] == 202
    assert eventually(lambda: ledger(stack, project)["duplicate"] == 10)
    assert ledger(stack, project) == {"accepted": 20, "stored": 10, "duplicate": 10, "quarantined": 0}
    assert overview(stack, project)["pageviews"] == 10


def test_one_bad_event_fails_alone(stack, project):
    sent = batch(3)
    del sent["events"][1]["url"]
    status, receipt = call(f"{stack.url}/api/v1/track/batch", sent, key=project["write_key"])
    assert (status, receipt["status"], receipt["processed"], receipt["failed"]) == (202, "partial", 2, 1)
    (error,) = receipt["errors"]
    assert (error["index"], error["code"], error["pointer"]) == (1, "required", "/events/1/url")


def test_a_beacon_and_a_compressed_body_are_taken(stack, project):
    text = json.dumps(batch(2) | {"key": project["write_key"]}).encode()
    assert call(f"{stack.url}/api/v1/track/batch", raw=text, **{"Content-Type": "text/plain"})[0] == 202
    packed = gzip.compress(json.dumps(batch(2)).encode())
    url = f"{stack.url}/api/v1/track/batch?key={project['write_key']}"
    assert call(url, raw=packed, **{"Content-Encoding": "gzip"})[0] == 202


def test_another_tenants_numbers_are_not_there(stack, project):
    other = stack.create_project("Other", "other.example")
    url = f"{stack.url}/api/v1/projects/{project['project_id']}/analytics/overview"
    status, problem = call(url, key=other["secret_key"])
    assert (status, problem["code"]) == (404, "not_found")
    assert call(url)[0] == 401
    assert call(url, key=project["write_key"])[0] == 401


def test_no_address_of_a_visitor_is_kept_anywhere(stack, project):
    """Not in Redis and its append-only file, not in PostgreSQL and its log, not in what the processes print."""
    address = "203.0.113.77"
    track = f"{stack.url}/api/v1/track/batch"
    before = ledger(stack, project)["stored"]
    assert call(track, batch(), key=project["write_key"], **{"X-Forwarded-For": address})[0] == 202
    assert eventually(lambda: ledger(stack, project)["stored"] == before + 10)
    stack_files = [path for path in stack.data_dir.rglob("*") if path.is_file()]
    assert any(path.name.endswith(".aof") for path in stack_files)
    assert [str(path) for path in stack_files if address.encode() in path.read_bytes()] == []
    assert address not in stack.output


def ledger(stack: Stack, project: dict[str, Any]) -> dict[str, int]:
    """The sums of the project's ledger, from the database of the running product."""
    import psycopg

    from analytics_pulse import embedded

    query = (
        "SELECT coalesce(sum(accepted), 0)::int AS accepted, coalesce(sum(stored), 0)::int AS stored,"
        " coalesce(sum(duplicate), 0)::int AS duplicate, coalesce(sum(quarantined), 0)::int AS quarantined"
        " FROM ingest_ledger WHERE project_id = %s"
    )
    with psycopg.connect(embedded.database_url(stack.data_dir)) as connection:
        cursor = connection.execute(query, [project["project_id"]])
        names = [column.name for column in cursor.description or ()]
        return dict(zip(names, cursor.fetchone() or (), strict=True))
