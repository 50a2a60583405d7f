"""A budget of requests for each hour, shared by all processes.

A process takes its requests from Redis in small leases and spends them from memory: a call for each request would cost
more (230 us) than all the rest of accepting an event (80 us). Nobody ever gets more than the limit. What a process has
leased and not spent is the only loss: at most 1/200 of the limit for each further process.
"""

import threading
from collections import Counter
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec
import redis
from redis.commands.core import Script

from analytics_pulse.problems import Problem
from tracking.connections import redis_circuit, redis_client

WINDOW_S = 3600
LEASES_AN_HOUR = 200
MAX_LEASES = 10_000
REFUSALS_REMEMBERED = timedelta(hours=24)

# KEYS: requests leased this hour, and where refusals are counted, if they are. ARGV: limit, lease, how long refusals
# are kept. Returns what is granted, and what is leased now in all.
_LEASE = """
local leased = tonumber(redis.call('GET', KEYS[1]) or '0')
local granted = math.min(tonumber(ARGV[2]), tonumber(ARGV[1]) - leased)
if granted <= 0 then
    if KEYS[2] then
        redis.call('INCR', KEYS[2])
        redis.call('EXPIRE', KEYS[2], ARGV[3])
    end
    return {0, leased}
end
redis.call('INCRBY', KEYS[1], granted)
redis.call('EXPIRE', KEYS[1], 3700)
return {granted, leased + granted}
"""
_lock = threading.Lock()


class Budget(msgspec.Struct, frozen=True):
    """limit: requests an hour; 0: no limit. name: whose, among all budgets. refusals: the counter of what is refused,
    for `refused`; "": not counted."""

    name: str
    limit: int
    refusals: str = ""


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


class RateLimited(Problem):
    status_code = 429
    code = "rate_limited"
    title = "The requests of this hour are used up"


class _Lease(msgspec.Struct):
    """Requests of an hour that this process may still let through. `leased`: by all processes when it was granted."""

    hour: int
    limit: int
    left: int
    leased: int


_leases: dict[str, _Lease] = {}
_counts: Counter[tuple[str, int]] = Counter()


def spend(budget: Budget, now: datetime) -> Allowance | None:
    """Count one request; None when there is no limit. Raises RateLimited."""
    if budget.limit <= 0:
        return None
    now_s = int(now.timestamp())
    hour = now_s // WINDOW_S
    remaining = _take(budget, hour)
    allowance = Allowance(budget.limit, max(0, remaining), (hour + 1) * WINDOW_S)
    if remaining < 0:
        retry_after = {"Retry-After": str(allowance.reset_at_s - now_s)}
        raise RateLimited(f"{budget.limit} requests an hour", headers=allowance.headers | retry_after)
    return allowance


def peek(budget: Budget, now: datetime) -> Allowance | None:
    """What is left to lease of this hour, without spending any; None when there is no limit or Redis is away."""
    hour = int(now.timestamp()) // WINDOW_S
    try:
        leased = int(redis_client().get(_leased_key(budget.name, hour)) or 0)  # type: ignore[arg-type]
    except redis.RedisError:
        return None
    if budget.limit <= 0:
        return None
    return Allowance(budget.limit, max(0, budget.limit - leased), (hour + 1) * WINDOW_S)


def refused(refusals: str, now: datetime) -> int:
    """How many requests this counter was told of in the last 24 hours; 0 when Redis is away."""
    hour = int(now.timestamp()) // WINDOW_S
    hours = REFUSALS_REMEMBERED // timedelta(seconds=WINDOW_S)
    keys = [_refusals_key(refusals, hour - back) for back in range(hours)]
    try:
        return sum(int(count) for count in redis_client().mget(keys) if count)  # type: ignore[union-attr]
    except redis.RedisError:
        return 0


def clear_memory() -> None:
    """Forget what this process leased and counted."""
    _leases.clear()
    _counts.clear()
    redis_circuit.close()


def _take(budget: Budget, hour: int) -> int:
    """Spend one request; how many remain, or -1 when there was none to spend."""
    name, limit = budget.name, budget.limit
    with _lock:
        lease = _leases.get(name)
        if lease is not None and lease.left and (lease.hour, lease.limit) == (hour, limit):
            lease.left -= 1
            return limit - lease.leased + lease.left
    if redis_circuit.is_open:
        return _take_here(budget, hour)
    try:
        granted, leased = _ask(budget, hour)
    except redis.RedisError as error:
        redis_circuit.trip(error)
        return _take_here(budget, hour)
    if not granted:
        return -1
    with _lock:
        lease = _leases.get(name)
        if lease is None or (lease.hour, lease.limit) != (hour, limit):
            if len(_leases) >= MAX_LEASES:
                _leases.clear()
            lease = _leases[name] = _Lease(hour, limit, 0, leased)
        # Another thread may have leased meanwhile: its requests are not lost.
        lease.left += granted - 1
        lease.leased = max(lease.leased, leased)
        return limit - lease.leased + lease.left


def _ask(budget: Budget, hour: int) -> tuple[int, int]:
    keys = [_leased_key(budget.name, hour)]
    if budget.refusals:
        keys.append(_refusals_key(budget.refusals, hour))
    args = (budget.limit, max(1, budget.limit // LEASES_AN_HOUR), int(REFUSALS_REMEMBERED.total_seconds()) + WINDOW_S)
    granted, leased = _script(redis_client())(keys=keys, args=args)  # type: ignore[misc]
    return granted, leased


def _take_here(budget: Budget, hour: int) -> int:
    """Without Redis each process counts for itself: a limit too loose for a while beats a lost event."""
    with _lock:
        if _counts and (budget.name, hour) not in _counts and any(counted != hour for _, counted in _counts):
            _counts.clear()  # of an hour that is over
        _counts[budget.name, hour] += 1
        return max(-1, budget.limit - _counts[budget.name, hour])


@lru_cache(maxsize=1)
def _script(client: redis.Redis) -> Script:
    return client.register_script(_LEASE)


def _leased_key(name: str, hour: int) -> str:
    return f"ap:rate:{name}:{hour}"


def _refusals_key(refusals: str, hour: int) -> str:
    return f"ap:throttled:{refusals}:{hour}"
