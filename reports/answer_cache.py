"""Answers remembered in Redis, computed once however many ask; in the process while Redis is away.

An answer about settled hours is remembered for CLOSED_TTL_S, but forgotten when one of its hours changes
(tracking/data_versions.py): it is kept with the stamp of these hours from before it was computed, and read together
with their present versions in one round trip. An answer that reaches into what goes on is remembered for a moment.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import msgspec
import redis
import structlog

from analytics_pulse import clock
from reports import flights
from tracking import data_versions
from tracking.connections import redis_circuit, redis_client

log = structlog.get_logger(__name__)

CLOSED_TTL_S = 300.0
# An event is to be seen 5 s after it was accepted: the pipeline takes up to 1 s, a page asks every 2.5 s.
OPEN_TTL_S = 1.0
# An answer is worth remembering for as long as it took to compute; more than this nobody is to wait for news.
LONGEST_OPEN_TTL_S = 10.0
MAX_IN_PROCESS = 128

T = TypeVar("T")


class _Entry(msgspec.Struct, Generic[T], array_like=True):
    stamp: bytes
    answer: T


class AnswerCache(Generic[T]):
    """Answers of one kind, which msgspec can encode. The project stands in each key: no two tenants share one.

    closed_ttl_s: of what is settled. open_ttl_s: of what goes on, unless it took longer to compute.
    """

    def __init__(
        self, name: str, kind: type[T], *, closed_ttl_s: float = CLOSED_TTL_S, open_ttl_s: float = OPEN_TTL_S
    ) -> None:
        self.name, self.closed_ttl_s, self.open_ttl_s = name, closed_ttl_s, open_ttl_s
        self._decoder: msgspec.msgpack.Decoder[_Entry[T]] = msgspec.msgpack.Decoder(_Entry[kind])  # type: ignore[valid-type]
        self._memory: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, project_id: UUID, start: datetime, end: datetime, question: str, compute: Callable[[], T]) -> T:
        """The answer to the question about [start, end). Raises what `compute` raises; that is not remembered.

        question: says all that the answer depends on but the project.
        """
        key = f"ap:answers:{project_id.hex}:{self.name}:{question}"
        return flights.together(key, lambda: _Asked(self, project_id, (start, end), key, compute).answer())

    def clear_memory(self) -> None:
        with self._lock:
            self._memory.clear()

    def decode(self, data: bytes) -> _Entry[T] | None:
        try:
            return self._decoder.decode(data)
        except msgspec.MsgspecError:  # written by another version of the product
            return None

    def recall(self, key: str) -> T | None:
        """What this process remembers."""
        with self._lock:
            entry = self._memory.get(key)
            if entry is None or entry[0] <= time.monotonic():
                return None
            self._memory.move_to_end(key)
            return entry[1]

    def remember(self, key: str, answer: T, ttl_s: float) -> None:
        with self._lock:
            self._memory[key] = time.monotonic() + ttl_s, answer
            self._memory.move_to_end(key)
            if len(self._memory) > MAX_IN_PROCESS:
                self._memory.popitem(last=False)


class _Asked(Generic[T]):
    """One question on its way."""

    def __init__(
        self,
        cache: AnswerCache[T],
        project_id: UUID,
        period: tuple[datetime, datetime],
        key: str,
        compute: Callable[[], T],
    ) -> None:
        self.cache, self.project_id, self.key, self.compute = cache, project_id, key, compute
        self.start, self.end = period
        self.stamp: bytes | None = None

    def answer(self) -> T:
        if (found := self._look()) is not None:
            return found
        if self.stamp is None:  # Redis is away
            return self._compute_alone()
        found, turn = flights.wait_for_turn(self.key, self._look)
        if found is not None:
            return found
        try:
            # Whoever had the turn before may have answered between the look and the turn.
            if turn is not None and (found := self._look()) is not None:
                return found
            return self._compute()
        finally:
            if turn is not None:
                turn.end()

    def _look(self) -> T | None:
        """What Redis remembers, if it still holds. Notes the stamp of now."""
        self.stamp = None
        if redis_circuit.is_open:
            return None
        try:
            with redis_client().pipeline(transaction=False) as pipe:
                pipe.hgetall(data_versions.versions_key(self.project_id))
                pipe.get(self.key)
                versions, data = pipe.execute()
        except redis.RedisError as error:
            redis_circuit.trip(error)
            return None
        self.stamp = data_versions.stamp(versions, self.start, self.end)
        entry = self.cache.decode(data) if data else None
        return entry.answer if entry is not None and entry.stamp == self.stamp else None

    def _compute(self) -> T:
        stamp, started_at = self.stamp, time.monotonic()
        answer = self.compute()
        if stamp is None or redis_circuit.is_open:
            return answer
        ttl_ms = int(self._ttl_s(time.monotonic() - started_at) * 1000)
        try:
            redis_client().set(self.key, msgspec.msgpack.encode(_Entry(stamp, answer)), px=ttl_ms)
        except redis.RedisError as error:
            redis_circuit.trip(error)
        except (TypeError, ValueError, msgspec.MsgspecError):
            log.exception("answer_not_remembered", kind=self.cache.name)
        return answer

    def _compute_alone(self) -> T:
        if (found := self.cache.recall(self.key)) is not None:
            return found
        started_at = time.monotonic()
        answer = self.compute()
        self.cache.remember(self.key, answer, self._ttl_s(time.monotonic() - started_at))
        return answer

    def _ttl_s(self, took_s: float) -> float:
        if self.end <= data_versions.settled_until(clock.now()):
            return self.cache.closed_ttl_s
        return min(max(self.cache.open_ttl_s, took_s), LONGEST_OPEN_TTL_S)
