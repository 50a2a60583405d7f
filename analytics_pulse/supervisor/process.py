"""One running service: its start, its output, its death, and whatever it leaves behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from analytics_pulse.supervisor.services import Service

MARK = "ANALYTICS_PULSE_SERVICE"
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Process:
    """A service's process in a session of its own, so that a Ctrl-C in the terminal reaches the supervisor alone."""

    def __init__(self, service: Service, environment: dict[str, str], data_dir: Path) -> None:
        self.service = service
        self.mark = mark(service.name, data_dir)
        supervisor = os.getpid()

        def die_with_the_supervisor() -> None:
            if _libc is not None:
                _libc.prctl(PR_SET_PDEATHSIG, service.stop_signal)
                if os.getppid() != supervisor:  # it died between the fork and the line above
                    os._exit(1)

        self.started_at = time.monotonic()
        self.popen = subprocess.Popen(
            service.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment | {MARK: self.mark},
            preexec_fn=die_with_the_supervisor,
            **service.identity,
        )
        assert self.popen.stdout is not None
        self.stdout = self.popen.stdout
        os.set_blocking(self.stdout.fileno(), False)

    def read(self) -> bytes | None:
        """What the service printed meanwhile; b"" at its end, None when there is nothing."""
        with suppress(BlockingIOError):
            return os.read(self.stdout.fileno(), 65_536)
        return None

    def exit_code(self) -> int | None:
        return self.popen.poll()

    def ask_to_stop(self) -> None:
        if self.popen.poll() is None:
            self.popen.send_signal(self.service.stop_signal)

    def end(self) -> None:
        """Kill what is left of it: itself, its process group, and children in sessions of their own."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        self.stdout.close()
        kill(leftovers([(self.mark, self.service.home)]))


def mark(name: str, data_dir: Path) -> str:
    """What stands in the environment of a service's processes, wherever they end up in the process tree."""
    return f"{name}@{data_dir}"


def leftovers(owners: Iterable[tuple[str, Path | None]]) -> list[psutil.Process]:
    """The processes with one of the marks, or at work in one of the home folders.

    PostgreSQL's children overwrite their environment with their title and lead sessions of their own: they are found
    by their working folder.
    """
    marks, homes = set(), set()
    for service_mark, home in owners:
        marks.add(service_mark)
        if home is not None:
            homes.add(str(home.resolve()))
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        with suppress(psutil.Error, OSError):
            ours = process.environ().get(MARK) in marks
            at_home = homes and process.name() in {"postgres", "redis-server"} and process.cwd() in homes
            if (ours or at_home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def kill(processes: list[psutil.Process], timeout_s: float = 5) -> None:
    """Kill and wait until none of them runs. A zombie counts as gone: it holds nothing but its entry in the table."""
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    deadline = time.monotonic() + timeout_s
    while any(_runs(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.02)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
