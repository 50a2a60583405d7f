"""What the test's server is answering at the moment. A browser that is closed leaves its requests under way: to empty
the tables then would wait for them, and they for each other."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# A connection may have been taken, and its request not yet begun.
QUIET_S = 0.05
PATIENCE_S = 15


class RequestsUnderWay:
    def __init__(self) -> None:
        self._lock, self._count, self._changed_at = threading.Lock(), 0, 0.0

    def _add(self, number: int) -> None:
        with self._lock:
            self._count, self._changed_at = self._count + number, time.monotonic()

    @contextmanager
    def counted(self) -> Iterator["RequestsUnderWay"]:
        """Around the views, and not from Django's signals: none says the end of a request whose browser went away."""
        answer = BaseHandler.get_response

        def get_response(handler: BaseHandler, request: HttpRequest) -> HttpResponseBase:
            self._add(1)
            try:
                return answer(handler, request)
            finally:
                self._add(-1)

        with mock.patch.object(BaseHandler, "get_response", get_response):
            yield self

    def wait_for_the_last(self) -> None:
        """Until none has been under way for a moment; in any case not for longer than a test may take."""
        end = time.monotonic() + PATIENCE_S
        quiet_since = time.monotonic()
        while time.monotonic() < end:
            with self._lock:
                count, changed_at = self._count, self._changed_at
            if count == 0 and time.monotonic() - max(changed_at, quiet_since) >= QUIET_S:
                return
            time.sleep(0.01)
