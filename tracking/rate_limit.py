"""How many requests a key may make in an hour.

A process takes its requests from Redis in small leases and spends them from memory: a call for each request would cost
more (230 us) than all the rest of accepting one (80 us). No key ever gets more than its limit. What a process has
leased and not spent is the only loss: at most 1/200 of the limit for each further process.
"""

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
from tracking.connections import redis_circuit, redis_client
from tracking.keys import Source

WINDOW_S = 3600
LEASES_AN_HOUR = 200
MAX_LEASES = 10_000
REFUSALS_REMEMBERED = timedelta(hours=24)

# KEYS: requests leased to the key this hour, refusals of the project. ARGV: limit, lease, how long refusals are kept.
# Returns what is granted, and what is leased now in all.
_LEASE = """
local leased = tonumber(redis.call('GET', KEYS[1]) or '0')
local granted = math.min(tonumber(ARGV[2]), tonumber(ARGV[1]) - leased)
if granted <= 0 then
    redis.call('INCR', KEYS[2])
    redis.call('EXPIRE', KEYS[2], ARGV[3])
    return {0, leased}
end
redis.call('INCRBY', KEYS[1], granted)
redis.call('EXPIRE', KEYS[1], 3700)
return {granted, leased + granted}
"""
_lock = threading.Lock()


class _Lease(msgspec.Struct):
    """Requests of an hour that this process may still let through. `leased`: by all processes when it was granted."""

    hour: int
    limit: int
    left: int
    leased: int


_leases: dict[str, _Lease] = {}
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
    """Count one request of this key; None when it has no limit. Raises RateLimited."""
    limit = _limit_of(source)
    if limit <= 0:
        return None
    now_s = int(now.timestamp())
    hour = now_s // WINDOW_S
    remaining = _take(source, hour, limit)
    allowance = Allowance(limit, max(0, remaining), (hour + 1) * WINDOW_S)
    if remaining < 0:
        retry_after = {"Retry-After": str(allowance.reset_at_s - now_s)}
        raise RateLimited(f"{limit} requests an hour", headers=allowance.headers | retry_after)
    return allowance


def peek(source: Source, now: datetime) -> Allowance | None:
    """What is left to lease of this hour, without spending any; None when there is no limit or Redis is away."""
    limit = _limit_of(source)
    hour = int(now.timestamp()) // WINDOW_S
    try:
        leased = int(redis_client().get(_leased_key(source, hour)) or 0)  # type: ignore[arg-type]
    except redis.RedisError:
        return None
    return Allowance(limit, max(0, limit - leased), (hour + 1) * WINDOW_S) if limit > 0 else None


def was_throttled(project_id: UUID) -> int:
    """How many requests of the project were refused in the last 24 hours; 0 when Redis is away."""
    hour = int(clock.now().timestamp()) // WINDOW_S
    hours = REFUSALS_REMEMBERED // timedelta(seconds=WINDOW_S)
    keys = [_refusals_key(project_id, hour - back) for back in range(hours)]
    try:
        return sum(int(count) for count in redis_client().mget(keys) if count)  # type: ignore[union-attr]
    except redis.RedisError:
        return 0


def clear_memory() -> None:
    """Forget what this process leased and counted."""
    _leases.clear()
    _counts.clear()
    redis_circuit.close()


def _take(source: Source, hour: int, limit: int) -> int:
    """Spend one request; how many remain, or -1 when there was none to spend."""
    with _lock:
        lease = _leases.get(source.key_id)
        if lease is not None and lease.left and (lease.hour, lease.limit) == (hour, limit):
            lease.left -= 1
            return limit - lease.leased + lease.left
    if redis_circuit.is_open:
        return _take_here(source, hour, limit)
    try:
        granted, leased = _ask(source, hour, limit)
    except redis.RedisError as error:
        redis_circuit.trip(error)
        return _take_here(source, hour, limit)
    if not granted:
        return -1
    with _lock:
        lease = _leases.get(source.key_id)
        if lease is None or (lease.hour, lease.limit) != (hour, limit):
            if len(_leases) >= MAX_LEASES:
                _leases.clear()
            lease = _leases[source.key_id] = _Lease(hour, limit, 0, leased)
        # Another thread may have leased meanwhile: its requests are not lost.
        lease.left += granted - 1
        lease.leased = max(lease.leased, leased)
        return limit - lease.leased + lease.left


def _ask(source: Source, hour: int, limit: int) -> tuple[int, int]:
    keys = (_leased_key(source, hour), _refusals_key(source.project.id, hour))
    args = (limit, max(1, limit // LEASES_AN_HOUR), int(REFUSALS_REMEMBERED.total_seconds()) + WINDOW_S)
    granted, leased = _script(redis_client())(keys=keys, args=args)  # type: ignore[misc]
    return granted, leased


def _take_here(source: Source, hour: int, limit: int) -> int:
    """Without Redis each process counts for itself: a limit too loose for a while beats a lost event."""
    with _lock:
        if _counts and (source.key_id, hour) not in _counts and any(counted != hour for _, counted in _counts):
            _counts.clear()  # of an hour that is over
        _counts[source.key_id, hour] += 1
        return max(-1, limit - _counts[source.key_id, hour])


@lru_cache(maxsize=1)
def _script(client: redis.Redis) -> Script:
    return client.register_script(_LEASE)


def _limit_of(source: Source) -> int:
    limit = source.project.rate_limit_per_hour
    return settings.TRACK_RATE_LIMIT_PER_HOUR if limit is None else limit


def _leased_key(source: Source, hour: int) -> str:
    return f"ap:rate:{source.key_id}:{hour}"


def _refusals_key(project_id: UUID, hour: int) -> str:
    return f"ap:throttled:{project_id}:{hour}"
