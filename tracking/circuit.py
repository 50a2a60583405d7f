"""Leave a failed service alone for a moment, so that not every request waits for its timeouts."""

import time

import structlog

log = structlog.get_logger(__name__)


class Circuit:
    """`is_open` for `pause_s` after `trip()`: the caller does without the service meanwhile."""

    __slots__ = ("_open_until", "pause_s", "service")

    def __init__(self, service: str, pause_s: float = 1.0) -> None:
        self.service = service
        self.pause_s = pause_s
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self._open_until

    def trip(self, error: Exception) -> None:
        self._open_until = time.monotonic() + self.pause_s
        log.warning("service_away", service=self.service, error=type(error).__name__, pause_s=self.pause_s)

    def close(self) -> None:
        self._open_until = 0.0
