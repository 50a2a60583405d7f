"""One real PostgreSQL and one real Redis for the whole test run, from the same wheels as `make run`."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ["tests.cast"]

# Settings are read at import: say where the run's services are before Django starts.
# (DJANGO_SETTINGS_MODULE stands here and not in pyproject.toml for that reason.)
_data_dir = tempfile.TemporaryDirectory(prefix="ap-test-")
os.environ["DATA_DIR"] = _data_dir.name
os.environ["DJANGO_SETTINGS_MODULE"] = "analytics_pulse.settings"
for _name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "GEOIP_PATH", "PRODUCTION"):
    os.environ.pop(_name, None)

_children: list[subprocess.Popen[bytes]] = []


def pytest_configure(config: pytest.Config) -> None:
    from analytics_pulse import embedded
    from analytics_pulse.supervisor import postgres, redis, waiting

    data_dir = Path(_data_dir.name)
    user = postgres.prepare(data_dir)
    redis.prepare(data_dir)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    # fsync off: the tests that kill PostgreSQL start one of their own.
    _children.append(
        subprocess.Popen([*postgres.command(data_dir), "-c", "fsync=off"], **postgres.identity(user), **quiet)
    )
    _children.append(subprocess.Popen(redis.command(data_dir), **quiet))
    waiting.wait_for_postgres(embedded.database_url(data_dir), print)
    waiting.wait_for_redis(embedded.redis_url(data_dir), print)
    import django

    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    for child in _children:
        child.terminate()
    for child in _children:
        child.wait(20)
    _children.clear()
    _data_dir.cleanup()


@pytest.fixture(autouse=True)
def _empty_redis() -> Iterator[None]:
    """Each test starts with an empty Redis."""
    import redis
    from django.conf import settings

    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushall()
    yield
    client.close()
