"""One real PostgreSQL and Redis for the whole test run, from the same wheels as `make run`.

With `pytest -n 2` the run's PostgreSQL is shared (pytest-django gives each worker a database of its own) and each
worker has its own Redis, which a test may empty.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

pytest_plugins = ["tests.cast"]

# Settings are read at import: say where the run's services are before Django starts.
# (DJANGO_SETTINGS_MODULE stands here and not in pyproject.toml for that reason.)
SHARED_POSTGRES = "ANALYTICS_PULSE_TEST_DATABASE_URL"
_data_dir = tempfile.TemporaryDirectory(prefix="ap-test-")
_is_worker = "PYTEST_XDIST_WORKER" in os.environ
CONFIGURATION = (
    "PORT HOST DEMO DATABASE_URL REDIS_URL CELERY_BROKER_URL PRODUCTION PUBLIC_URL SECRET_KEY ALLOWED_HOSTS EMAIL_URL "
    "GEOIP_PATH GEOIP_COUNTRY_HEADER RETENTION_MONTHS EXPORTS_DIR WEB_WORKERS WORKER_CONCURRENCY "
    "TRACK_RATE_LIMIT_PER_HOUR STATS_RATE_LIMIT_PER_HOUR TRUSTED_PROXIES "
    "QUERY_TIMEOUT_S JOURNAL_MAX_BYTES SPOOL_MAX_BYTES LOG_JSON LOG_LEVEL METRICS_TOKEN"
)
for _name in CONFIGURATION.split():
    os.environ.pop(_name, None)
    os.environ.pop(f"{_name}_FILE", None)
assert "analytics_pulse.settings" not in sys.modules, "the settings were read before the run's services were known"
os.environ["DATA_DIR"] = _data_dir.name
os.environ["DJANGO_SETTINGS_MODULE"] = "analytics_pulse.settings"
if _is_worker:
    os.environ["DATABASE_URL"] = os.environ[SHARED_POSTGRES]

# Made-up cases are the same in each run, so that it is the code and not chance that a failure speaks of.
# `make soak` makes new ones.
hypothesis.settings.register_profile("repeatable", derandomize=True, database=None)
if "ORACLE_EXAMPLES" not in os.environ:
    hypothesis.settings.load_profile("repeatable")

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
NO_BROWSER = "no Chromium found (install it, or set CHROMIUM to its path)"

_children: list[subprocess.Popen[bytes]] = []


def pytest_configure(config: pytest.Config) -> None:
    from analytics_pulse import embedded
    from analytics_pulse.supervisor import postgres, redis, waiting

    data_dir = Path(_data_dir.name)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    if not _is_worker:
        user = postgres.prepare(data_dir)
        # fsync off: tests that kill PostgreSQL start one of their own. No vacuum by itself: its transactions would keep
        # days from closing while a test looks.
        server = [*postgres.command(data_dir), "-c", "fsync=off", "-c", "autovacuum=off"]
        _children.append(subprocess.Popen(server, **postgres.identity(user), **quiet))
        waiting.wait_for_postgres(embedded.database_url(data_dir), print)
        os.environ[SHARED_POSTGRES] = embedded.database_url(data_dir)
    (data_dir / "static").mkdir()
    redis.prepare(data_dir)
    # A busy disk must not look like a Redis that is away: the ingest gives it a fraction of a second.
    _children.append(subprocess.Popen([*redis.command(data_dir), "--appendonly", "no"], **quiet))
    waiting.wait_for_redis(embedded.redis_url(data_dir), print)
    import django

    django.setup()
    _empty_tables_by_deleting()


def _empty_tables_by_deleting() -> None:
    """After a test that commits: TRUNCATE takes a second for a schema of so many partitions, and waits for who still
    reads; to delete the few rows that a test leaves takes milliseconds, and waits for nobody."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    def sql_flush(self: DatabaseOperations, style: Any, tables: Iterable[str], **options: bool) -> list[str]:
        without_checks = "SET LOCAL session_replication_role = replica"
        return [without_checks, *(f"DELETE FROM {self.quote_name(table)}" for table in tables)]

    DatabaseOperations.sql_flush = sql_flush


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """The workers' environment: with this name in it they would read the settings, and take this process's Redis for
    their own, before this file is loaded there."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure(config: pytest.Config) -> None:
    for child in reversed(_children):
        child.terminate()
    for child in _children:
        child.wait(20)
    _children.clear()
    _data_dir.cleanup()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    needing = [item for item in items if item.get_closest_marker("browser")]
    if CHROMIUM or not needing:
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(f"{len(needing)} browser tests cannot run and REQUIRE_BROWSER=1: {NO_BROWSER}")
    for item in needing:
        item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.section("BROWSER TESTS WERE SKIPPED", sep="!", yellow=True, bold=True)
        terminalreporter.line(f"{len(skipped)} tests did not run: {NO_BROWSER}.")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser, for tests marked `browser`."""
    assert CHROMIUM, "mark the test with @pytest.mark.browser"
    return CHROMIUM


@pytest.fixture(autouse=True)
def _empty_redis() -> Iterator[None]:
    """Each test starts with an empty Redis."""
    import redis
    from django.conf import settings

    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushall()
    yield
    client.close()


@pytest.fixture(autouse=True)
def _no_goals_known() -> None:
    """Each test starts with a pipeline that has loaded no project's goals."""
    from tracking.pipeline.match_goals import clear_memory

    clear_memory()


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """Each test starts in English: a request leaves its language to the thread, which the next one sets anew."""
    from django.utils import translation

    translation.activate("en")
