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
