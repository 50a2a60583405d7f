"""How many questions this process has computed at once, so that one project's slow ones sink nothing else.

A slow question takes a core of the database for seconds. A project gets half of the places at most: the others answer
everybody else. Whoever finds no place waits for a while, and is sent away when too many of the project wait already:
each of them holds a thread that could accept events.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from tracking.storage.base import StoreBusy

# The database's cores are not known here. Where it has more than this machine, that costs waiting, and no answer.
PLACES = max(4, os.cpu_count() or 1)
PLACES_OF_ONE = PLACES // 2
WAITING_OF_ONE = 16  # two people's dashboards
WAITING = 32  # of the 64 threads of a web process
# A dashboard under filters over a long period: its sections come one after the other, rather than not at all.
MAX_WAIT_S = 12.0


class Bulkhead:
    """Places to compute in, shared by the threads of a process. `key`: whose question it is."""

    def __init__(
        self,
        places: int = PLACES,
        places_of_one: int = PLACES_OF_ONE,
        waiting: int = WAITING,
        waiting_of_one: int = WAITING_OF_ONE,
        max_wait_s: float = MAX_WAIT_S,
    ) -> None:
        self._places, self._places_of_one = places, places_of_one
        self._max_waiting, self._max_waiting_of_one, self._max_wait_s = waiting, waiting_of_one, max_wait_s
        self._changed = threading.Condition()
        self._taken: Counter[Hashable] = Counter()
        self._waiting: Counter[Hashable] = Counter()

    @contextmanager
    def place(self, key: Hashable) -> Iterator[None]:
        """Hold a place. Raises StoreBusy when none comes free in time, or too many wait."""
        with self._changed:
            if not self._is_free(key):
                self._wait(key)
            self._taken[key] += 1
        try:
            yield
        finally:
            with self._changed:
                _take_one(self._taken, key)
                self._changed.notify_all()

    def _is_free(self, key: Hashable) -> bool:
        return self._taken[key] < self._places_of_one and self._taken.total() < self._places

    def _wait(self, key: Hashable) -> None:
        if self._waiting[key] >= self._max_waiting_of_one or self._waiting.total() >= self._max_waiting:
            raise StoreBusy("too many questions are waiting")
        deadline = time.monotonic() + self._max_wait_s
        self._waiting[key] += 1
        try:
            while not self._is_free(key):
                if not self._changed.wait(max(0.0, deadline - time.monotonic())) and not self._is_free(key):
                    raise StoreBusy(f"no place to compute came free within {self._max_wait_s:g} s")
        finally:
            _take_one(self._waiting, key)


def _take_one(counts: Counter[Hashable], key: Hashable) -> None:
    """Keys are projects: none stays behind when it has nothing left."""
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
