"""`manage.py up`, really started, and every one of its processes really killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis

from analytics_pulse import embedded, heartbeat
from analytics_pulse.supervisor.stack import ROOT, Stack, free_port

pytestmark = pytest.mark.slow
RESTART_S = 5
# The promise is for a machine that does nothing else; on a busy one each process starts slower.
SLACK_S = max(3.0, 2.5 * os.getloadavg()[0] / (os.cpu_count() or 1))

SERVICES = {
    "web": ("granian",),
    "worker": ("celery", "worker"),
    "beat": ("celery", "beat"),
    "redis": ("redis-server",),
    "postgres": ("bin/postgres",),
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(data_dir=tmp_path_factory.mktemp("stack")) as running:
        yield running


def wait_for(stack: Stack, condition: Callable[[], Any], timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s} s:\n{stack.output[-3000:]}"
        time.sleep(0.05)


def run_code(stack: Stack, code: str) -> str:
    """What Python code prints that a `manage.py shell` beside the running product executes."""
    return stack.manage("shell", "-v", "0", "-c", code).strip()


def processes(stack: Stack) -> list[psutil.Process]:
    return psutil.Process(stack.pid).children(recursive=True)


def service(stack: Stack, name: str) -> psutil.Process:
    """The direct child of the supervisor whose command line has the service's words."""
    for child in psutil.Process(stack.pid).children():
        command = " ".join(child.cmdline())
        if all(word in command for word in SERVICES[name]):
            return child
    raise LookupError(name)


def is_restarted(stack: Stack, name: str, old_pid: int) -> bool:
    try:
        return service(stack, name).pid != old_pid
    except (LookupError, psutil.Error):
        return False


def test_a_command_with_the_same_data_dir_finds_the_same_database(stack: Stack) -> None:
    code = "from django.db import connection as c; print(c.cursor().execute('SHOW data_directory').fetchone()[0])"
    assert Path(run_code(stack, code)) == stack.data_dir / "postgres"


def test_the_periodic_tasks_are_written_down(stack: Stack) -> None:
    code = "from django_celery_beat.models import PeriodicTask as P; print(P.objects.filter(enabled=True).count())"
    assert int(run_code(stack, code)) >= 6


def wait_until_ready_anew(stack: Stack) -> None:
    """Ready, with a heartbeat that was not there before."""

    def forget_heartbeat() -> bool:
        try:
            with redis.Redis.from_url(embedded.redis_url(stack.data_dir)) as client:
                client.delete(heartbeat.KEY)
                return True
        except redis.RedisError:
            return False

    wait_for(stack, forget_heartbeat, RESTART_S + SLACK_S)
    wait_for(stack, lambda: stack.status("/ready") == 200, RESTART_S + SLACK_S)


@pytest.mark.parametrize("name", SERVICES)
def test_a_killed_service_is_back_within_five_seconds(stack: Stack, name: str) -> None:
    old = service(stack, name)
    old.kill()
    wait_for(stack, lambda: is_restarted(stack, name, old.pid), RESTART_S + SLACK_S)
    wait_until_ready_anew(stack)


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_child_of_a_service_is_replaced(stack: Stack, name: str) -> None:
    parent = service(stack, name)
    children = parent.children()
    children[0].kill()

    def is_whole_again() -> bool:
        now = parent.children()
        return len(now) == len(children) and children[0] not in now

    wait_for(stack, is_whole_again, RESTART_S + SLACK_S)
    wait_until_ready_anew(stack)


def test_the_worker_takes_tasks_again_after_redis_was_killed(stack: Stack) -> None:
    service(stack, "redis").kill()
    wait_until_ready_anew(stack)
    session = (
        "from django.contrib.sessions.models import Session; from datetime import *;"
        "Session.objects.create(session_key='expired', session_data='', expire_date=datetime(2020,1,1,tzinfo=UTC));"
        "from analytics_pulse.tasks import clear_sessions; clear_sessions.delay()"
    )
    run_code(stack, session)
    count = "from django.contrib.sessions.models import Session; print(Session.objects.count())"
    wait_for(stack, lambda: run_code(stack, count) == "0", 15)


def test_a_second_start_on_the_same_data_dir_is_refused_in_one_sentence(stack: Stack) -> None:
    code, said = start_in_vain(stack.data_dir, free_port())
    assert code == 1
    assert said == (
        f"Analytics Pulse cannot start: Analytics Pulse already runs on DATA_DIR {stack.data_dir} "
        f"(process {stack.pid}): stop it, or set another DATA_DIR and PORT.\n"
    )


def test_sigterm_stops_everything_and_leaves_nothing(stack: Stack) -> None:
    running = processes(stack)
    assert stack.stop(signal.SIGTERM) == 0
    assert [process for process in running if process.is_running()] == []
    assert not embedded.socket_dir(stack.data_dir).exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", stack.port)) != 0


def start_in_vain(data_dir: Path, port: int, **more: str) -> tuple[int, str]:
    environment = Stack(more, data_dir=data_dir).environment | {"PORT": str(port)}
    done = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr + done.stdout


def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = start_in_vain(tmp_path, port)
    assert code == 1
    assert said == (
        f"Analytics Pulse cannot start: port {port} on 127.0.0.1 cannot be used (Address already in use): "
        "set PORT to a free one.\n"
    )


def test_a_data_dir_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    code, said = start_in_vain(in_the_way / "data", free_port())
    assert code == 1
    assert said == (
        f"Analytics Pulse cannot start: DATA_DIR {in_the_way}/data cannot be written to: Not a directory.\n"
    )


def test_a_wrong_setting_is_one_sentence_that_names_the_variable(tmp_path: Path) -> None:
    code, said = start_in_vain(tmp_path, free_port(), WEB_WORKERS="many")
    assert code == 1
    assert said == "Analytics Pulse is not configured: WEB_WORKERS must be a whole number, not 'many'\n"


def test_it_says_which_database_it_waits_for_and_ends_when_asked(tmp_path: Path) -> None:
    waiting = Stack({"DATABASE_URL": "postgresql://someone:secret@127.0.0.1:9/none"}, data_dir=tmp_path)
    waiting.launch()
    wait_for(waiting, lambda: "waiting for PostgreSQL at 127.0.0.1:9" in waiting.output, 30)
    assert waiting.stop(signal.SIGINT) == 0
    assert "Traceback" not in waiting.output
    assert "secret" not in waiting.output


def test_it_serves_from_a_very_long_path_and_cleans_up_after_a_killed_supervisor(tmp_path: Path) -> None:
    data_dir = tmp_path / ("long" * 25)
    first, second = Stack(data_dir=data_dir), Stack(data_dir=data_dir)
    first.start()
    orphans = processes(first)
    first.stop(signal.SIGKILL)
    with second:
        assert [process for process in orphans if process.is_running()] == []
    assert not embedded.socket_dir(data_dir).exists()
