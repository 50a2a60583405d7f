"""Faults that tests of ingestion bring about."""

from collections.abc import Iterator
from typing import Any

import pytest


def _forget_redis() -> None:
    from tracking.connections import redis_client
    from tracking.pipeline.sessionize import script

    redis_client.cache_clear()
    script.cache_clear()


@pytest.fixture
def redis_away(settings: Any) -> Iterator[None]:
    """Nothing answers at the address of Redis."""
    settings.REDIS_URL = "unix:///nonexistent/redis.sock"
    _forget_redis()
    yield
    _forget_redis()


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    """Each test starts like a process that has just started: it remembers no key, no salt and no failure."""
    from analytics_pulse import client_address
    from tracking import geo, identity, keys, layered_cache, leases, queue, tombstones
    from tracking.realtime import windows

    client_address.clear_memory()
    geo.forget()
    keys.clear_memory()
    identity.clear_memory()
    queue.clear_memory()
    leases.clear_memory()
    layered_cache.close_circuits()
    tombstones.clear_memory()
    windows.forget_seen()


@pytest.fixture
def sender(project: Any) -> Any:
    """Sends with the write key of alice's project."""
    from tracking.tests.ingest import Sender

    return Sender(project.write_key)
