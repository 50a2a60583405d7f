"""The table of what the supervisor runs, and the command lines that Docker Compose shares with it."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from analytics_pulse.supervisor import postgres, redis

# The checks of Django load every page of the product, some 30 MB in each process; `prepare` has made them.
CELERY = (sys.executable, "-m", "celery", "--quiet", "--skip-checks", "-A", "analytics_pulse")
QUEUES = ("ingest", "celery")  # events; everything else
WEB_THREADS = 64  # a worker process; most wait for the broker, and each may hold one database connection
WEB_BACKLOG = 1024
WEB_BACKPRESSURE = 256  # requests a worker process holds at once; what comes on top waits in the kernel's backlog


@dataclass(frozen=True)
class Service:
    """One long-running process.

    `home`: the working folder that no other program has, by which processes that lost their parent are found again.
    `before`: run before each start, when nothing of the service is left running.
    """

    name: str
    command: list[str]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout_s: float = 10
    identity: dict[str, Any] = field(default_factory=dict)
    home: Path | None = None
    before: Callable[[], None] | None = None


def web_command(settings: ModuleType) -> list[str]:
    """granian with threads. The access log stays off: it would hold IP addresses."""
    return [
        sys.executable, "-m", "granian", "analytics_pulse.wsgi:application",
        "--interface", "wsgi",
        "--host", settings.HOST,
        "--port", str(settings.PORT),
        "--workers", str(settings.WEB_WORKERS),
        "--blocking-threads", str(WEB_THREADS),
        "--backlog", str(WEB_BACKLOG),
        "--backpressure", str(WEB_BACKPRESSURE),
        "--http", "1",
        "--no-ws",
        "--no-access-log",
        "--respawn-failed-workers",
        "--respawn-interval", "0.5",
        "--workers-kill-timeout", "8",
        "--log-level", "error",  # a worker process that died is one; how many threads it has is not
    ]  # fmt: skip


def worker_command(settings: ModuleType) -> list[str]:
    return [
        *CELERY, "worker",
        "--pool", "prefork",
        "--concurrency", str(settings.WORKER_CONCURRENCY),
        "--queues", ",".join(QUEUES),
        "--without-gossip",
        "--without-mingle",
        "--loglevel", "INFO",
    ]  # fmt: skip


def beat_command(settings: ModuleType) -> list[str]:
    """Exactly one may run: two would send every periodic task twice."""
    return [
        *CELERY, "beat",
        "--pidfile", "",
        "--loglevel", "INFO",
    ]  # fmt: skip


COMMANDS = {"web": web_command, "worker": worker_command, "beat": beat_command}


def embedded_services(settings: ModuleType) -> list[Service]:
    """The databases that are ours to run: those for which no address is configured. Makes their folders."""
    services = []
    data_dir: Path = settings.DATA_DIR
    if settings.EMBEDDED_REDIS:
        redis.prepare(data_dir)
        services.append(Service("redis", redis.command(data_dir), home=redis.folder(data_dir)))
    if settings.EMBEDDED_POSTGRES:
        user = postgres.prepare(data_dir)
        services.append(
            Service(
                "postgres",
                postgres.command(data_dir),
                stop_signal=signal.SIGINT,  # a fast shutdown: sessions are ended, the log is closed
                stop_timeout_s=20,
                identity=postgres.identity(user),
                home=postgres.folder(data_dir),
                before=lambda: postgres.before_start(data_dir),
            )
        )
    return services


def product_services(settings: ModuleType) -> list[Service]:
    return [
        Service("web", web_command(settings)),
        # Warm: the running tasks end, which their time limit bounds; what is cut off comes back from the broker.
        Service("worker", worker_command(settings), stop_timeout_s=15),
        Service("beat", beat_command(settings)),
    ]


def environment(settings: ModuleType) -> dict[str, str]:
    return os.environ | {
        "DATA_DIR": str(settings.DATA_DIR),
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",  # glibc gives each thread an arena of its own otherwise: tens of MB a process
    }
