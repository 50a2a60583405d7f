"""A PostgreSQL of a benchmark's own, with the product's tables."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_postgres() -> Iterator[None]:
    """Django is set up on it. fsync is on; the folder goes at the end."""
    with tempfile.TemporaryDirectory(prefix="ap-bench-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "analytics_pulse.settings"
        from analytics_pulse import embedded
        from analytics_pulse.supervisor import postgres, waiting

        data_dir = Path(folder)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        user = postgres.prepare(data_dir)
        server = subprocess.Popen(postgres.command(data_dir), **postgres.identity(user), **quiet)
        try:
            waiting.wait_for_postgres(embedded.database_url(data_dir), print)
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0, skip_checks=True)
            yield
        finally:
            from django.db import connection

            connection.close()
            server.terminate()
            server.wait(30)
