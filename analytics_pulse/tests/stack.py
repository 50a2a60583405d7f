"""A whole product under its supervisor, for tests: `manage.py up` in a data directory and on a port of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
START_TIMEOUT_S = 90
STOP_TIMEOUT_S = 40


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(data_dir: Path, port: int, **more: str) -> dict[str, str]:
    """This process's environment with another data directory, and with nothing of the test run's services."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return kept | {"DATA_DIR": str(data_dir), "PORT": str(port), "DEMO": "0"} | more


class Stack:
    def __init__(self, data_dir: Path, **more: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.environment = environment(data_dir, self.port, **more)
        self.lines: list[str] = []
        self.supervisor = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.supervisor.stdout is not None
        for line in self.supervisor.stdout:
            self.lines.append(line)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def wait_until_up(self) -> None:
        wait_for(lambda: "Analytics Pulse is up" in self.output or self.supervisor.poll() is not None, START_TIMEOUT_S)
        assert self.supervisor.poll() is None, self.output

    def processes(self) -> list[psutil.Process]:
        return psutil.Process(self.supervisor.pid).children(recursive=True)

    def service(self, *words: str) -> psutil.Process:
        """The direct child of the supervisor whose command line has all the words."""
        for child in psutil.Process(self.supervisor.pid).children():
            command = " ".join(child.cmdline())
            if all(word in command for word in words):
                return child
        raise LookupError(words)

    def ready(self) -> dict[str, Any] | None:
        """The body of a /ready that is 200; None otherwise."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=4) as answer:
                return json.load(answer)
        except (OSError, urllib.error.URLError, ValueError):
            return None

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.supervisor.poll() is None:
            self.supervisor.send_signal(number)
        code = self.supervisor.wait(STOP_TIMEOUT_S)
        self._reader.join(5)
        return code


def wait_for(condition: Callable[[], Any], timeout_s: float) -> float:
    """Seconds until the condition held. Fails after the timeout."""
    started_at = time.monotonic()
    while not condition():
        took_s = time.monotonic() - started_at
        assert took_s < timeout_s, f"not within {timeout_s} s"
        time.sleep(0.05)
    return time.monotonic() - started_at
