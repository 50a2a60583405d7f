"""Where the PostgreSQL and Redis that `make run` starts are found. Pure: a data directory in, addresses out.

Both listen on Unix sockets only, so no port is taken and nothing outside this machine can reach them. The sockets'
folder follows from the data directory alone, so that every command with the same DATA_DIR finds the same services.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

DATABASE = "analytics_pulse"
DATABASE_USER = "postgres"
# A Unix socket's path holds 107 bytes; ".s.PGSQL.5432.lock" and a margin take 27 of them.
MAX_SOCKET_DIR_BYTES = 80


def socket_dir(data_dir: Path) -> Path:
    """The folder of both sockets: in the data directory, or in the temporary folder when that path is too long."""
    inside = data_dir / "run"
    if len(bytes(inside)) <= MAX_SOCKET_DIR_BYTES:
        return inside
    digest = hashlib.sha256(bytes(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"analytics-pulse-{digest}"


def make_socket_dir(data_dir: Path, owner: str | None = None) -> None:
    """Make the folder, closed to everybody but its owner: who reaches the sockets has all the data.

    Raises PermissionError when somebody else made it first, which is possible in the temporary folder.
    """
    sockets = socket_dir(data_dir)
    sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sockets.is_symlink() or os.geteuid() not in {0, sockets.stat().st_uid}:
        raise PermissionError(f"{sockets} belongs to another user")
    if owner:
        shutil.chown(sockets, owner)
    sockets.chmod(0o700)


def remove_socket_dir(data_dir: Path) -> None:
    shutil.rmtree(socket_dir(data_dir), ignore_errors=True)


def redis_socket(data_dir: Path) -> Path:
    return socket_dir(data_dir) / "redis.sock"


def database_url(data_dir: Path) -> str:
    return f"postgresql://{DATABASE_USER}@/{DATABASE}?host={socket_dir(data_dir)}"


def redis_url(data_dir: Path) -> str:
    return f"unix://{redis_socket(data_dir)}"
