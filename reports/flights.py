"""One computation at a time for a question, in this process and in all of them."""

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, TypeVar
from uuid import uuid4

import redis
from django.conf import settings
from redis.commands.core import Script

from tracking.connections import redis_circuit, redis_client
from tracking.storage.bulkhead import MAX_WAIT_S

T = TypeVar("T")

# Longer than an answer may wait for its place and take: only the flight of a process that died ends by this.
FLIGHT_S = math.ceil(MAX_WAIT_S + settings.QUERY_TIMEOUT_S) + 2
LOOK_EVERY_S = 0.02
_RELEASE = Script(None, b"if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end")  # type: ignore[arg-type]

_under_way: dict[str, Future[Any]] = {}
_lock = threading.Lock()


def together(key: str, compute: Callable[[], T]) -> T:
    """What `compute` returns or raises, for all threads of this process that ask for the key while it runs."""
    with _lock:
        future = _under_way.get(key)
        is_mine = future is None
        if future is None:
            future = _under_way[key] = Future()
    if not is_mine:
        try:
            return future.result(FLIGHT_S)
        except FutureTimeoutError:
            if future.done():  # the computation itself raised one
                raise
            return compute()
    try:
        answer = compute()
    except BaseException as error:
        future.set_exception(error)
        raise
    else:
        future.set_result(answer)
        return answer
    finally:
        with _lock:
            _under_way.pop(key, None)


def wait_for_turn(key: str, look: Callable[[], T | None]) -> "tuple[T | None, Turn | None]":
    """Of all processes: what `look` finds as soon as somebody has computed it, or the turn to compute it oneself.

    (None, None) when neither comes: Redis is away, or somebody takes longer than may be waited.
    """
    deadline = time.monotonic() + FLIGHT_S
    while True:
        try:
            if turn := Turn.take(key):
                return None, turn
        except redis.RedisError as error:
            redis_circuit.trip(error)
            return None, None
        if time.monotonic() >= deadline:
            return None, None
        time.sleep(LOOK_EVERY_S)
        if (found := look()) is not None:
            return found, None


class Turn:
    """The right to compute, until `end`."""

    __slots__ = ("_name", "_token")

    def __init__(self, name: str, token: str) -> None:
        self._name, self._token = name, token

    @classmethod
    def take(cls, key: str) -> "Turn | None":
        """None while another has it. Raises redis.RedisError."""
        name, token = f"{key}:flight", uuid4().hex
        return cls(name, token) if redis_client().set(name, token, nx=True, ex=FLIGHT_S) else None

    def end(self) -> None:
        """Only one's own is ended: it may have run out, and be another's by now."""
        try:
            _RELEASE([self._name], [self._token], redis_client())
        except redis.RedisError as error:
            redis_circuit.trip(error)
