"""What must be true before anything is started. Each failure is one sentence."""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from analytics_pulse.supervisor.failure import StartFailure


def make_data_dir(data_dir: Path) -> None:
    """Make the folder, closed to others. Raises StartFailure when it cannot be written to."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data_dir / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise StartFailure(f"DATA_DIR {data_dir} cannot be written to: {error.strerror}.") from error


def lock_data_dir(data_dir: Path) -> IO[str]:
    """Hold the returned file open as long as the services run. Raises StartFailure when another start holds it.

    The kernel gives the lock back however its holder ends, so there is no stale lock.
    """
    lock = (data_dir / "up.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise StartFailure(
            f"Analytics Pulse already runs on DATA_DIR {data_dir} (process {holder}): "
            "stop it, or set another DATA_DIR and PORT."
        ) from error
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def check_port(host: str, port: int) -> None:
    """Raises StartFailure when the port cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise StartFailure(f"port {port} on {host} cannot be used ({reason}): set PORT to a free one.") from error
        except OverflowError as error:
            raise StartFailure(f"PORT must be between 1 and 65535, not {port}.") from error
