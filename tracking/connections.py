"""The process's connection to Redis: state of visits, journal, caches, limits."""

from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from tracking.circuit import Circuit

# One try more, at once: a connection that Redis closed while it lay in the pool is no outage. Not after a timeout,
# which a second one would only make longer.
_RETRY = Retry(NoBackoff(), 1, (redis.ConnectionError,))
TIMEOUT_S = 2
PROBE_TIMEOUT_S = 0.2


@lru_cache(maxsize=1)
def redis_client() -> redis.Redis:
    """Bytes in, bytes out. Commands raise redis.RedisError after TIMEOUT_S at the latest."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=_RETRY
    )


def answers() -> bool:
    """Whether Redis answers within PROBE_TIMEOUT_S. Costs a new connection."""
    probe = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PROBE_TIMEOUT_S,
        socket_connect_timeout=PROBE_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return bool(probe.ping())
    except redis.RedisError:
        return False
    finally:
        probe.close()


# Shared by all on the way of a request: who finds Redis away spares the others their timeouts.
redis_circuit = Circuit("redis", probe=answers)
