"""Senders that behave as trackers do, and remember what they were promised."""

import http.client
import json
import random
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from types import TracebackType
from typing import Any, Self
from uuid import UUID

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
TYPES = ("pageview", "pageview", "pageview", "pageview", "custom", "engagement")
VISITORS = 60
LATE_MS = 3 * 3600 * 1000
TIMEOUT_S = 30
RETRY_AFTER_S = 0.5
# A tracker whose page is closed retries no more: its events may be there or not.
ABANDONED = 0.2
SENT_AGAIN = 0.05


@dataclass
class Batch:
    """A request's events. `key` is the write key of the project."""

    key: str
    address: str
    user_agent: str
    events: list[dict[str, Any]]

    @property
    def event_ids(self) -> list[UUID]:
        return [UUID(event["event_id"]) for event in self.events]

    def body(self) -> bytes:
        return json.dumps({"events": self.events, "sent_at": datetime.now(UTC).isoformat()}).encode()


@dataclass
class Promises:
    """What one sender, or all of them, saw. Times are of time.monotonic().

    accepted: ids that got a 202, of whatever request. sent: all ids. repeated: events sent again after a 202.
    """

    accepted: set[UUID] = field(default_factory=set)
    sent: set[UUID] = field(default_factory=set)
    answered_at: list[float] = field(default_factory=list)
    latest: tuple[float, UUID] | None = None
    requests: int = 0
    refused: int = 0
    broken: int = 0
    repeated: int = 0
    unexpected: list[str] = field(default_factory=list)

    def add(self, other: "Promises") -> None:
        self.accepted |= other.accepted
        self.sent |= other.sent
        self.answered_at += other.answered_at
        self.latest = max(self.latest or (0.0, UUID(int=0)), other.latest or (0.0, UUID(int=0)))
        self.requests += other.requests
        self.refused += other.refused
        self.broken += other.broken
        self.repeated += other.repeated
        self.unexpected += other.unexpected

    def longest_silence_s(self, start: float, end: float) -> float:
        """The longest time in [start, end) in which nobody got a 202."""
        moments = [start, *sorted(at for at in self.answered_at if start <= at < end), end]
        return max(later - earlier for earlier, later in pairwise(moments))


class Sender(threading.Thread):
    """One connection at a time. Sends distinct batches, and again those that got no answer or a refusal, or now and
    then a 202."""

    def __init__(self, port: int, keys: Sequence[str], seed: int, pause_s: float) -> None:
        super().__init__(name=f"sender-{seed}", daemon=True)
        self.promises = Promises()
        self._port, self._keys, self._pause_s = port, keys, pause_s
        self._chance = random.Random(seed)
        self._to_retry: deque[tuple[float, Batch]] = deque()
        self._accepted: deque[Batch] = deque(maxlen=50)
        self._connection: http.client.HTTPConnection | None = None
        self._ends = threading.Event()

    def end(self) -> None:
        self._ends.set()

    def run(self) -> None:
        while not self._ends.is_set():
            self._send(self._next())
            time.sleep(self._pause_s * self._chance.uniform(0.5, 1.5))

    def _next(self) -> Batch:
        if self._to_retry and self._to_retry[0][0] <= time.monotonic():
            return self._to_retry.popleft()[1]
        if self._accepted and self._chance.random() < SENT_AGAIN:
            batch = self._chance.choice(self._accepted)
            self.promises.repeated += len(batch.events)
            return batch
        return self._new_batch()

    def _send(self, batch: Batch) -> None:
        said = self.promises
        said.requests += 1
        said.sent.update(batch.event_ids)
        headers = {"X-API-Key": batch.key, "X-Forwarded-For": batch.address, "User-Agent": batch.user_agent}
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
            self._connection.request("POST", "/api/v1/track/batch", batch.body(), headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            said.broken += 1
            self._hang_up()
            self._keep(batch)
            time.sleep(0.05)
            return
        if answer.status == 202:
            now = time.monotonic()
            said.accepted.update(batch.event_ids)
            said.answered_at.append(now)
            said.latest = (now, batch.event_ids[0])
            self._accepted.append(batch)
            if json.loads(text)["processed"] != len(batch.events):
                said.unexpected.append(text.decode())
        elif answer.status == 503 and answer.getheader("Retry-After"):
            said.refused += 1
            self._keep(batch)
        else:
            said.unexpected.append(f"{answer.status} {text[:300]!r}")

    def _keep(self, batch: Batch) -> None:
        if self._chance.random() > ABANDONED:
            self._to_retry.append((time.monotonic() + RETRY_AFTER_S, batch))

    def _hang_up(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
            self._connection = None

    def _new_batch(self) -> Batch:
        chance = self._chance
        visitor = chance.randrange(VISITORS)
        user_agent = BOT if visitor % 20 == 0 else CHROME
        key = self._keys[visitor % len(self._keys)]
        events = [self._event() for _ in range(chance.choice((1, 3, 10)))]
        return Batch(key, f"198.51.100.{visitor}", user_agent, events)

    def _event(self) -> dict[str, Any]:
        chance = self._chance
        event: dict[str, Any] = {
            "event_id": str(UUID(int=chance.getrandbits(128), version=4)),
            "event_type": chance.choice(TYPES),
            "url": f"https://faults.example/{chance.randrange(40)}",
        }
        if event["event_type"] == "custom":
            event |= {"event_name": "signup", "value": 1.5, "currency": "EUR"}
        if chance.random() < 0.7:  # the others are undated: their time is that of their receipt
            late_ms = chance.randrange(LATE_MS) if chance.random() < 0.1 else chance.randrange(60_000)
            event["timestamp"] = int(time.time() * 1000) - late_ms
        return event


class Load:
    """A context manager: senders at work inside. Their books are read when it has ended, or while it runs by `seen`."""

    def __init__(
        self, port: int, keys: Sequence[str], *, senders: int = 6, pause_s: float = 0.04, seed: int | None = None
    ) -> None:
        seed = random.SystemRandom().randrange(1 << 30) if seed is None else seed
        self._senders = [Sender(port, keys, seed + number, pause_s) for number in range(senders)]

    def __enter__(self) -> Self:
        for sender in self._senders:
            sender.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for sender in self._senders:
            sender.end()
        for sender in self._senders:
            sender.join(TIMEOUT_S + 5)
            assert not sender.is_alive(), f"{sender.name} has no answer and no error after {TIMEOUT_S} s"

    def accepted_since(self, moment: float) -> UUID | None:
        """The id of an event that got its 202 after that moment of time.monotonic(); None when there is none yet."""
        for sender in self._senders:
            latest = sender.promises.latest
            if latest is not None and latest[0] > moment:
                return latest[1]
        return None

    def refused(self) -> int:
        """Requests that were answered 503 so far."""
        return sum(sender.promises.refused for sender in self._senders)

    def promises(self) -> Promises:
        """Of all senders; after the end."""
        total = Promises()
        for sender in self._senders:
            total.add(sender.promises)
        return total
