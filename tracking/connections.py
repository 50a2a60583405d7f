"""The process's connection to Redis: state of visits, journal, caches, limits."""

from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

# One try more, at once: a connection that Redis closed while it lay in the pool is no outage.
_RETRY = Retry(NoBackoff(), 1)
TIMEOUT_S = 2


@lru_cache(maxsize=1)
def redis_client() -> redis.Redis:
    """Bytes in, bytes out. Commands raise redis.RedisError after at most two timeouts of TIMEOUT_S."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=_RETRY
    )
