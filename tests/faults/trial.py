"""One fault under load, and what became of the promises."""

import random
import time
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import psycopg
import redis

from analytics_pulse.supervisor.stack import Stack
from tests.faults.books import Services, Verdict
from tests.faults.faults import FAULTS
from tests.faults.load import Load, Promises

BEFORE_S = (0.5, 1.5)
RECOVERY_TIMEOUT_S = 40
DRAIN_TIMEOUT_S = 90
MAX_AWAITED = 100
PROJECTS = 3
ENVIRONMENT = {"TRACK_RATE_LIMIT_PER_HOUR": "0", "LOG_LEVEL": "WARNING"}


@dataclass(frozen=True)
class Outcome:
    """Times in seconds.

    silent_s: the longest time without a 202. stored_again_s: from the end of the fault until something is stored that
    was accepted after it. drained_s: from the end of the load until nothing waits.
    """

    fault: str
    promises: Promises
    verdict: Verdict
    silent_s: float
    stored_again_s: float
    drained_s: float


def create_keys(stack: Stack) -> list[str]:
    """The write keys of new projects.

    For 30 s after a change processes ask the database alone: a new project's events are refused (503, and sent again)
    when it goes away just then. The trials are about projects that have been there for longer.
    """
    keys = [stack.create_project(f"Faults {number}", "faults.example")["write_key"] for number in range(PROJECTS)]
    with Services(stack).redis() as client:
        client.delete(*client.keys("ap:key:*"), *client.keys("ap:project:*"))
    return keys


def try_fault(stack: Stack, keys: list[str], fault: str, chance: random.Random, past: Promises) -> Outcome:
    """Bring it about at a random moment, let it heal, and count. `past`: what was sent to this product before; the
    promises of this trial are added to it."""
    services = Services(stack)
    with Load(stack.port, keys, seed=chance.randrange(1 << 30)) as load:
        time.sleep(chance.uniform(*BEFORE_S))
        began_at = time.monotonic()
        FAULTS[fault](stack, chance)
        over_at = time.monotonic()
        stored_again_s = _wait_until_stored_again(services, load, over_at) - over_at
        ended_at = time.monotonic()
    promises = load.promises()
    load_ended_at = time.monotonic()
    services.wait_until_drained(DRAIN_TIMEOUT_S)
    drained_s = time.monotonic() - load_ended_at
    past.add(promises)
    return Outcome(
        fault, promises, services.judge(past), promises.longest_silence_s(began_at, ended_at), stored_again_s, drained_s
    )


def _wait_until_stored_again(services: Services, load: Load, since: float) -> float:
    """The time.monotonic() at which an event that was accepted after the fault is seen in the store."""
    deadline = since + RECOVERY_TIMEOUT_S
    awaited: set[UUID] = set()  # several, since the message of one may be held by the process that was killed
    while time.monotonic() < deadline:
        if (event_id := load.accepted_since(since)) is not None and len(awaited) < MAX_AWAITED:
            awaited.add(event_id)
        with suppress(psycopg.Error, redis.RedisError):
            if services.holds_any(awaited):
                return time.monotonic()
        time.sleep(0.05)
    raise AssertionError(f"nothing that was accepted after the fault is stored after {RECOVERY_TIMEOUT_S} s")
