"""Leave a failed service alone for a moment, so that not every request waits for its timeouts."""

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)


class Circuit:
    """`is_open` for `pause_s` after `trip()`: the caller does without the service meanwhile.

    probe: whether the service answers, asked with little patience before it is trusted again: one that hangs would
    otherwise cost somebody its whole timeout after each pause.
    """

    __slots__ = ("_is_in_doubt", "_open_until", "pause_s", "probe", "service")

    def __init__(self, service: str, pause_s: float = 1.0, probe: Callable[[], bool] | None = None) -> None:
        self.service = service
        self.pause_s = pause_s
        self.probe = probe
        self._open_until = 0.0
        self._is_in_doubt = False

    @property
    def is_open(self) -> bool:
        if not self._is_in_doubt:
            return False
        now = time.monotonic()
        if now < self._open_until:
            return True
        self._open_until = now + self.pause_s  # first, so that the other threads do not ask too
        self._is_in_doubt = self.probe is not None and not self.probe()
        return self._is_in_doubt

    def trip(self, error: Exception) -> None:
        self._open_until = time.monotonic() + self.pause_s
        self._is_in_doubt = True
        log.warning("service_away", service=self.service, error=type(error).__name__, pause_s=self.pause_s)

    def close(self) -> None:
        self._is_in_doubt = False
