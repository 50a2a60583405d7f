"""The counters of all processes, read back: totals, histograms, and what was added in the last minutes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
import redis

from tracking.connections import redis_client
from tracking.metrics import counters
from tracking.metrics.counters import BOUNDS_S, TOTALS

SNAPSHOTS = "ap:metrics:snapshots"  # list: (epoch seconds, totals), the newest first
KEPT = 15
RECENT_S = 300

Totals = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Histogram:
    """buckets: observations up to each of BOUNDS_S and beyond, not cumulative."""

    buckets: tuple[int, ...]
    total_s: float

    @property
    def count(self) -> int:
        return sum(self.buckets)

    def quantile_s(self, share: float) -> float | None:
        """Interpolated within its bucket, as Prometheus does it; None without observations."""
        rank, below, lower = share * self.count, 0, 0.0
        if not self.count:
            return None
        for bucket, upper in zip(self.buckets, BOUNDS_S, strict=False):
            if below + bucket >= rank and bucket:
                return lower + (upper - lower) * (rank - below) / bucket
            below, lower = below + bucket, upper
        return lower


def send() -> None:
    """Add this process's counts at once: where nothing is accepted, no journal command takes them along.

    Raises redis.RedisError.
    """
    counted = counters.take()
    if not counted:
        return
    try:
        with redis_client().pipeline(transaction=True) as pipe:
            for name, amount in counted.items():
                pipe.hincrby(TOTALS, name, amount)
            pipe.execute()
    except redis.RedisError:
        counters.give_back(counted)
        raise


def read() -> Totals:
    """What all processes have counted since Redis was new. Raises redis.RedisError."""
    return {name.decode(): int(value) for name, value in redis_client().hgetall(TOTALS).items()}  # type: ignore[union-attr]


def labelled(totals: Totals, kind: str) -> dict[str, int]:
    """The totals "kind:label" by label."""
    start = f"{kind}:"
    return {name.removeprefix(start): value for name, value in sorted(totals.items()) if name.startswith(start)}


def histogram(totals: Totals, name: str) -> Histogram:
    buckets = tuple(totals.get(f"{name}:{index}", 0) for index in range(len(BOUNDS_S) + 1))
    return Histogram(buckets, totals.get(f"{name}:us", 0) / 1e6)


def step_names(totals: Totals) -> list[str]:
    return sorted({label.partition(":")[0] for label in labelled(totals, "step")})


def take_snapshot(now: datetime) -> None:
    """For a periodic task, once a minute. Twice does no harm. Raises redis.RedisError."""
    with redis_client().pipeline(transaction=True) as pipe:
        pipe.lpush(SNAPSHOTS, msgspec.msgpack.encode((now.timestamp(), read())))
        pipe.ltrim(SNAPSHOTS, 0, KEPT - 1)
        pipe.execute()


def recent(totals: Totals, now: datetime) -> tuple[Totals, float]:
    """What was added since some RECENT_S ago, and in how many seconds; ({}, 0) without a snapshot to compare with."""
    packed: Iterable[bytes] = redis_client().lrange(SNAPSHOTS, 0, -1)  # type: ignore[assignment]
    found = [msgspec.msgpack.decode(each, type=tuple[float, dict[str, int]]) for each in packed]
    past = [(taken_at, then) for taken_at, then in found if taken_at < now.timestamp()]
    if not past:
        return {}, 0.0
    taken_at, then = min(past, key=lambda each: abs(now.timestamp() - RECENT_S - each[0]))
    # A total that is less than it was: Redis was emptied meanwhile.
    added = {name: value - then.get(name, 0) for name, value in totals.items() if value > then.get(name, 0)}
    return added, now.timestamp() - taken_at
