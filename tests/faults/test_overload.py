"""More than can be stored: first it waits in Redis, then on disk, then it is refused; memory stays bounded."""

import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from analytics_pulse.supervisor.stack import Stack
from tests.faults.books import Services
from tests.faults.faults import hold, let_go
from tests.faults.load import Load
from tests.faults.trial import DRAIN_TIMEOUT_S, ENVIRONMENT, create_keys
from tracking import delivery, journal, overload
from tracking import spool as spool_module
from tracking.connections import redis_client
from tracking.envelope import Envelope
from tracking.queue import Publisher, QueueUnavailable
from tracking.spool import Spool
from tracking.tests.builders import NOON, envelope, event

# More than is taken in a second: what waits is measured once in that time.
LIMIT_BYTES = 1_000_000
FLOOD_S = 60
GROWTH_MB = 60


@pytest.fixture
def events(project: Any) -> list[Envelope]:
    return [envelope(event(title="x" * 1000), project_id=project.id)]


@pytest.mark.django_db
def test_a_full_journal_sends_to_disk_and_a_full_disk_refuses(events, settings, tmp_path: Path, monkeypatch) -> None:
    settings.JOURNAL_MAX_BYTES, settings.SPOOL_DIR = 5_000, tmp_path
    monkeypatch.setattr(overload, "MEASURED_EVERY_S", 0)
    monkeypatch.setattr(spool_module, "MEASURED_EVERY_S", 0)
    spool = Spool(tmp_path, max_bytes=5_000)
    publisher = Publisher(spool)
    with pytest.raises(QueueUnavailable) as refused:  # noqa: PT012 - how many it takes, is not the point
        for _ in range(20):
            publisher.publish(events)
    assert refused.value.retry_after_s > 0
    assert 3 <= journal.depth() <= 6
    spooled = spool.depth()
    assert 3 <= spooled <= 5

    assert delivery.drain_spool(now=NOON) == 0, "the journal is still full"
    redis_client().delete(journal.PAYLOADS)
    assert delivery.drain_spool(now=NOON) == spooled
    publisher.publish(events)


@pytest.mark.slow
def test_a_flood_without_a_worker_is_refused_before_memory_runs_out() -> None:
    limits = {"JOURNAL_MAX_BYTES": str(LIMIT_BYTES), "SPOOL_MAX_BYTES": str(LIMIT_BYTES)}
    with Stack(ENVIRONMENT | limits) as stack:
        keys, services = create_keys(stack), Services(stack)
        with Load(stack.port, keys, senders=2, pause_s=0.01):
            time.sleep(1)
        stopped = hold(stack, "worker")
        before_mb = memory_mb(stack)
        with Load(stack.port, keys, senders=12, pause_s=0) as load:
            deadline = time.monotonic() + FLOOD_S
            while load.refused() < 50 and time.monotonic() < deadline:
                time.sleep(0.1)
        flood = load.promises()
        assert flood.refused >= 50, f"{len(flood.accepted)} events taken, none refused"
        assert flood.accepted
        assert flood.unexpected == []
        assert memory_mb(stack) < before_mb + GROWTH_MB
        assert overfull(stack) < 2 * LIMIT_BYTES

        let_go(stopped)
        services.wait_until_drained(DRAIN_TIMEOUT_S)
        stored = services.stored_ids()
        assert flood.accepted <= stored, "what was promised before the refusals is stored"
        with Load(stack.port, keys, senders=2) as load:
            time.sleep(2)
        assert load.promises().accepted, "and it takes events again"


def memory_mb(stack: Stack) -> float:
    return sum(process.memory_info().rss for process in psutil.Process(stack.pid).children(recursive=True)) / 1e6


def overfull(stack: Stack) -> int:
    """Bytes in the fuller of the two places."""
    with Services(stack).redis() as client:
        waiting = client.memory_usage(journal.PAYLOADS, samples=0) or 0
    return max(waiting, Spool(stack.data_dir / "spool").size_bytes())
