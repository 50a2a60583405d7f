"""Leave a failed service alone for a moment, so that not every request waits for its timeouts."""

import time


class Circuit:
    """`is_open` for `pause_s` after `trip()`: the caller does without the service meanwhile."""

    __slots__ = ("_open_until", "pause_s")

    def __init__(self, pause_s: float = 1.0) -> None:
        self.pause_s = pause_s
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self._open_until

    def trip(self) -> None:
        self._open_until = time.monotonic() + self.pause_s

    def close(self) -> None:
        self._open_until = 0.0
