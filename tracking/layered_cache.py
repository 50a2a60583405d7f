"""Answers of the database kept in the process (4 s) and in Redis (60 s), "there is none" included.

A change takes effect everywhere within MEMORY_S, because `invalidate` leaves a tombstone in Redis: while it stands,
every process asks the database, and no reader that began before the change can put its old answer back.
While the database is away the last known answer holds, from Redis up to STALE_S old: nothing can have been changed in a
database that is away. While Redis is away the database answers.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
import redis
from django.db import Error as DatabaseAway

from tracking.circuit import Circuit
from tracking.connections import redis_circuit, redis_client
from tracking.metrics.counters import count

MEMORY_S = 4
FRESH_S = 60
STALE_S = 24 * 3600
# Longer than a reader can have been under way with an answer from before the change.
TOMBSTONE_S = 30
MAX_ENTRIES = 10_000

T = TypeVar("T")

_TOMBSTONE = b""
# A fill must not overwrite the tombstone of a change that was made while the database was being read.
_FILL = "if redis.call('GET', KEYS[1]) ~= '' then redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) end"
_ABSENT: Any = object()
_database_circuit = Circuit("database")
# A query on a connection that is open already waits for as long as the database hangs. So no more threads than these
# ask at a time; the others wait a moment for their turn, and then go on with the last known answer.
MAX_ASKING = 4
TURN_S = 0.5
_asking = threading.BoundedSemaphore(MAX_ASKING)


class AnswerUnknown(Exception):
    """The database is away, and neither this process nor Redis remembers."""


class LayeredCache(Generic[T]):
    """What one kind of question was answered with. Values are msgspec structs. Thread-safe."""

    def __init__(self, name: str, kind: type[T]) -> None:
        self.name = name
        self._decoder: msgspec.msgpack.Decoder[tuple[float, T | None]] = msgspec.msgpack.Decoder(
            tuple[float, kind | None]  # type: ignore[valid-type]
        )
        # Two memories, so that a flood of unknown keys cannot push the known ones out.
        self._known: dict[str, tuple[float, T]] = {}
        self._unknown: dict[str, tuple[float, None]] = {}
        self._lock = threading.Lock()
        self._in_memory, self._in_redis, self._in_database = (
            f"cache:{name}:{layer}" for layer in ("memory", "redis", "database")
        )

    def get(self, key: str, load: Callable[[], T | None]) -> T | None:
        """The value, or None when there is none; `load` asks the database. No I/O for MEMORY_S after the last call.

        Raises AnswerUnknown.
        """
        entry = self._known.get(key) or self._unknown.get(key)
        if entry is not None and entry[0] > time.monotonic():
            count(self._in_memory)
            return entry[1]
        return self._refresh(key, load, entry)

    def invalidate(self, key: str) -> None:
        """The answer has changed (and the change is committed): ask the database again, in every process."""
        self._forget(key)
        try:
            redis_client().set(self._redis_key(key), _TOMBSTONE, ex=TOMBSTONE_S)
        except redis.RedisError as error:
            redis_circuit.trip(error)  # processes ask the database themselves while Redis is away

    def clear_memory(self) -> None:
        with self._lock:
            self._known.clear()
            self._unknown.clear()

    def _refresh(self, key: str, load: Callable[[], T | None], last: tuple[float, T | None] | None) -> T | None:
        loaded_at, value = self._from_redis(key)
        is_changed = loaded_at == 0.0 and value is None
        if 0 <= time.time() - loaded_at < FRESH_S:
            count(self._in_redis)
        else:
            count(self._in_database)
            try:
                value = self._from_database(key, load)
            except DatabaseAway:
                if is_changed:
                    raise AnswerUnknown from None
                if value is _ABSENT:
                    if last is None:
                        raise AnswerUnknown from None
                    value = last[1]
        self._remember(key, value)
        return value

    def _from_database(self, key: str, load: Callable[[], T | None]) -> T | None:
        if _database_circuit.is_open:
            raise DatabaseAway("left alone after a failure")
        if not _asking.acquire(timeout=TURN_S):
            error = DatabaseAway("others wait for it already")
            _database_circuit.trip(error)
            raise error
        try:
            value = load()
        except DatabaseAway as error:
            _database_circuit.trip(error)
            raise
        finally:
            _asking.release()
        if not redis_circuit.is_open:
            # "There is none" is not worth remembering for longer than it is fresh.
            lifetime_s = FRESH_S if value is None else STALE_S
            try:
                redis_client().eval(
                    _FILL, 1, self._redis_key(key), msgspec.msgpack.encode((time.time(), value)), str(lifetime_s)
                )
            except redis.RedisError as error:
                redis_circuit.trip(error)
        return value

    def _from_redis(self, key: str) -> tuple[float, Any]:
        """(loaded at, value); (0, _ABSENT) when Redis knows nothing or is away; (0, None) at a tombstone."""
        if redis_circuit.is_open:
            return 0.0, _ABSENT
        try:
            data = redis_client().get(self._redis_key(key))
        except redis.RedisError as error:
            redis_circuit.trip(error)
            return 0.0, _ABSENT
        if data is None:
            return 0.0, _ABSENT
        if data == _TOMBSTONE:
            return 0.0, None
        try:
            return self._decoder.decode(data)  # type: ignore[arg-type]
        except msgspec.MsgspecError:  # written by another version of the product
            return 0.0, _ABSENT

    def _remember(self, key: str, value: T | None) -> None:
        memory: dict[str, Any] = self._unknown if value is None else self._known
        with self._lock:
            self._known.pop(key, None)
            self._unknown.pop(key, None)
            memory[key] = (time.monotonic() + MEMORY_S, value)
            if len(memory) > MAX_ENTRIES:
                del memory[next(iter(memory))]  # re-inserted at each refresh: the first is the least recently used

    def _forget(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)
            self._unknown.pop(key, None)

    def _redis_key(self, key: str) -> str:
        return f"ap:{self.name}:{key}"


def close_circuits() -> None:
    """Forget that a service failed."""
    redis_circuit.close()
    _database_circuit.close()
