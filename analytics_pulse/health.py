"""Whether the process is up (`/health`), and whether it can do its work (`/ready`); and `/metrics`, asked alike."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics_pulse import clock, heartbeat
from tracking import journal
from tracking.metrics import gauges
from tracking.metrics.endpoint import metrics

TIMEOUT_S = 2.5
CONNECT_TIMEOUT_S = 2
FINE = {"ok", "draining"}


class NotReady(Exception):
    """A service answers, but not as it should; the message is shown."""


class Draining(str):
    """What a check found when something waits that will go by itself. It is no failure: ingestion works."""


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 while the process serves requests. Touches nothing else, so that an outage does not restart the web."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, Redis and a worker answer, else 503; within 3 s even if one of them hangs.

    {"status": "ok" | "unavailable", "checks": {"database" | "redis" | "worker" | "queue" | "spool": {"status": "ok" |
    "draining" | "failed", "detail"}}}
    """
    probes = {name: probe.ask() for name, probe in PROBES.items()}
    wait(probes.values(), timeout=TIMEOUT_S)
    checks = {name: _verdict(future) for name, future in probes.items()}
    fine = all(check["status"] in FINE for check in checks.values())
    return JsonResponse({"status": "ok" if fine else "unavailable", "checks": checks}, status=200 if fine else 503)


VIEWS = {"/health": health, "/ready": ready, "/metrics": metrics}


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers them before hosts, redirects and sessions are looked at: a probe knows the container's address only."""

    def with_probes(request: HttpRequest) -> HttpResponse:
        return VIEWS.get(request.path_info, get_response)(request)

    return with_probes


def database() -> str:
    """On a connection of its own: the thread's own one may hang in a query for as long as the server is stopped."""
    parameters = connection.get_connection_params() | {"connect_timeout": CONNECT_TIMEOUT_S}
    opened = connection.get_new_connection(parameters)
    try:
        opened.execute("SELECT 1")
    finally:
        opened.close()
    return "answers"


def redis_server() -> str:
    with _redis() as client:
        client.ping()
    return "answers"


def worker() -> str:
    with _redis() as client:
        beaten_at: Any = client.get(heartbeat.KEY)
    if beaten_at is None:
        raise NotReady(f"no heartbeat for {heartbeat.EXPIRES_S} s or more")
    return f"heartbeat {max(0.0, time.time() - float(beaten_at)):.0f} s ago"


def queue() -> str:
    """How much is accepted and not stored yet. No depth is a failure: that is what a queue is for."""
    with _redis() as client:
        messages, promised_at = journal.waiting(client)
    if not messages or promised_at is None:
        return "empty"
    return f"{_messages(messages)}, the oldest received {max(0.0, time.time() - promised_at):.0f} s ago"


def spool() -> str:
    """What this machine's disk holds since Redis was away."""
    waiting = gauges.spool(clock.now())
    if not waiting.messages:
        return "empty"
    return Draining(f"{_messages(waiting.messages)} on disk, the oldest for {waiting.oldest_s:.0f} s")


class Probe:
    """At most one run of a check at a time: who asks meanwhile waits for the same one, so that nothing piles up."""

    def __init__(self, check: Callable[[], str]) -> None:
        self._check = check
        self._pool: ThreadPoolExecutor | None = None
        self._running: Future[str] | None = None

    def ask(self) -> Future[str]:
        running = self._running
        if running is None or running.done():
            self._pool = self._pool or ThreadPoolExecutor(1)
            running = self._running = self._pool.submit(self._check)
        return running


PROBES = {
    "database": Probe(database),
    "redis": Probe(redis_server),
    "worker": Probe(worker),
    "queue": Probe(queue),
    "spool": Probe(spool),
}


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count:,} messages"


def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def _verdict(future: Future[str]) -> dict[str, str]:
    if not future.done():
        return {"status": "failed", "detail": f"no answer within {TIMEOUT_S} s"}
    error = future.exception()
    if error is None:
        found = future.result()
        return {"status": "draining" if isinstance(found, Draining) else "ok", "detail": found}
    # Messages of drivers name hosts and users, and anybody may ask here: only our own are shown.
    detail = str(error) if isinstance(error, NotReady) else f"does not answer ({type(error).__name__})"
    return {"status": "failed", "detail": detail}
