"""Waiting for PostgreSQL and Redis, saying which one does not answer: before the product starts, and in tests."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql

from analytics_pulse import embedded

QUIET_S = 3.0  # a server of our own needs about a second: nothing worth saying
PAUSE_S = 0.1
REPEAT_S = 5.0


def wait_for_redis(url: str, say: Callable[[str], object]) -> None:
    """Return when the server has read its append-only file and answers; as long as that takes."""

    def ping() -> None:
        with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()

    _wait(f"Redis at {_place(url)}", ping, (redis.RedisError, OSError), say)


def wait_for_postgres(url: str, say: Callable[[str], object]) -> None:
    """Return when the server takes connections to the database of `url`; as long as that takes.

    Our own server's database is made if it is not there yet.
    """
    ours = url.startswith(f"postgresql://{embedded.DATABASE_USER}@/{embedded.DATABASE}?")
    reachable = url.replace(f"/{embedded.DATABASE}?", "/postgres?", 1) if ours else url

    def connect() -> None:
        with psycopg.connect(reachable, autocommit=True, connect_timeout=3) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if ours and not connection.execute(query, [embedded.DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(embedded.DATABASE)))

    _wait(f"PostgreSQL at {_place(url)}", connect, (psycopg.OperationalError,), say)


def _wait(
    what: str, attempt: Callable[[], None], errors: tuple[type[Exception], ...], say: Callable[[str], object]
) -> None:
    started_at = time.monotonic()
    said_at = started_at - REPEAT_S
    while True:
        try:
            return attempt()
        except errors as error:
            now = time.monotonic()
            if now - started_at > QUIET_S and now - said_at > REPEAT_S:
                reason = (str(error).strip().splitlines() or [type(error).__name__])[-1].strip()
                say(f"waiting for {what}: {reason}")
                said_at = now
            time.sleep(PAUSE_S)


def _place(url: str) -> str:
    """Host and port, or the socket: what the operator may see of an address that holds a password."""
    parts = urlsplit(url)
    if not parts.hostname:
        return parts.query.removeprefix("host=") or parts.path
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
