"""How many requests a key may make in an hour. Counted in Redis by one script call a request."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

import msgspec
import redis
from django.conf import settings
from redis.commands.core import Script

from analytics_pulse import clock
from analytics_pulse.problems import Problem
from tracking.circuit import Circuit
from tracking.connections import redis_client
from tracking.keys import Source

WINDOW_S = 3600
THROTTLED_HOURS = 24

# KEYS: the key's counter, the project's counter of refusals. ARGV: limit, how long refusals are remembered.
_COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], 3600) end
if count > tonumber(ARGV[1]) then
    redis.call('INCR', KEYS[2])
    redis.call('EXPIRE', KEYS[2], ARGV[2])
end
return count
"""
_circuit = Circuit(1.0)
_counting = threading.Lock()
_counts: Counter[tuple[str, int]] = Counter()


class RateLimited(Problem):
    status_code = 429
    code = "rate_limited"
    title = "This key has made its requests of this hour"


class Allowance(msgspec.Struct, frozen=True):
    """What is left of the hour. reset_at_s: epoch seconds at which the next window begins."""

    limit: int
    remaining: int
    reset_at_s: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset_at_s),
        }


def spend(source: Source, now: datetime) -> Allowance | None:
    """Count one request of this key; None when it has no limit. Raises RateLimited.

    While Redis is away each process counts for itself: a limit too loose for a while beats a lost event.
    """
    limit = source.project.rate_limit_per_hour
    if limit is None:
        limit = settings.TRACK_RATE_LIMIT_PER_HOUR
    if limit <= 0:
        return None
    now_s = int(now.timestamp())
    hour = now_s // WINDOW_S
    count = _count(source, hour, limit)
    allowance = Allowance(limit, max(0, limit - count), (hour + 1) * WINDOW_S)
    if count > limit:
        retry_after = {"Retry-After": str(allowance.reset_at_s - now_s)}
        raise RateLimited(f"{limit} requests an hour", headers=allowance.headers | retry_after)
    return allowance


def was_throttled(project_id: UUID) -> int:
    """How many requests of the project were refused in the last 24 hours; 0 when Redis is away."""
    hour = int(clock.now().timestamp()) // WINDOW_S
    keys = [_refusals_key(project_id, hour - back) for back in range(THROTTLED_HOURS)]
    try:
        return sum(int(count) for count in redis_client().mget(keys) if count)  # type: ignore[union-attr]
    except redis.RedisError:
        return 0


def clear_memory() -> None:
    """Forget what this process counted itself."""
    _counts.clear()
    _circuit.close()


def _count(source: Source, hour: int, limit: int) -> int:
    if not _circuit.is_open:
        try:
            keys = (f"ap:rate:{source.key_id}:{hour}", _refusals_key(source.project.id, hour))
            remembered_s = int(timedelta(hours=THROTTLED_HOURS + 1).total_seconds())
            return int(_script(redis_client())(keys=keys, args=(limit, remembered_s)))  # type: ignore[arg-type]
        except redis.RedisError:
            _circuit.trip()
    return _count_here(source.key_id, hour)


def _count_here(key_id: str, hour: int) -> int:
    with _counting:
        if (key_id, hour) not in _counts and any(counted != hour for _, counted in _counts):
            _counts.clear()  # of an hour that is over
        _counts[key_id, hour] += 1
        return _counts[key_id, hour]


@lru_cache(maxsize=1)
def _script(client: redis.Redis) -> Script:
    return client.register_script(_COUNT)


def _refusals_key(project_id: UUID, hour: int) -> str:
    return f"ap:throttled:{project_id}:{hour}"
