"""The whole product, as `make run` starts it, in a folder and on a port of its own: for tests and benchmarks."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "PUBLIC_URL", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST")


class Stack:
    """A context manager: up and ready inside, nothing left behind outside. `environment` overrides settings."""

    def __init__(self, environment: dict[str, str] | None = None, *, data_dir: Path | None = None) -> None:
        self.data_dir = data_dir or Path(tempfile.mkdtemp(prefix="ap-stack-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        own = {"DATA_DIR": str(self.data_dir), "PORT": str(self.port), "DEMO": "0"}
        self.environment = inherited | own | (environment or {})
        self._log = tempfile.NamedTemporaryFile(prefix="ap-stack-", suffix=".log")  # noqa: SIM115 - lives as long as this
        self._up: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.data_dir, ignore_errors=True)

    @property
    def output(self) -> str:
        """All that it printed."""
        return Path(self._log.name).read_text(errors="replace")

    @property
    def pid(self) -> int:
        assert self._up is not None, "the stack is not started"
        return self._up.pid

    def start(self, *, timeout_s: float = 90) -> None:
        """Start and wait until /ready says so. Raises TimeoutError with the end of the output."""
        self.launch()
        self.wait_until_ready(timeout_s=timeout_s)

    def launch(self) -> None:
        """Start without waiting."""
        command = [sys.executable, "manage.py", "up"]
        self._up = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=self._log, stderr=self._log)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int | None:
        """Ask for the end and wait for it: the exit code, None when it was not started. Kills what does not end."""
        if self._up is None:
            return None
        self._up.send_signal(number)
        try:
            code = self._up.wait(60)
        except subprocess.TimeoutExpired:
            self._up.kill()
            code = self._up.wait(10)
        self._up = None
        return code

    def wait_until_ready(self, *, timeout_s: float = 60) -> None:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self._up is not None and self._up.poll() is not None:
                break
            if self.status("/ready") == 200:
                return
            time.sleep(0.1)
        raise TimeoutError(f"not ready after {timeout_s} s:\n{self.output[-4000:]}")

    def status(self, path: str) -> int:
        """The status of a GET; 0 when nothing answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def manage(self, *arguments: str) -> str:
        """The standard output of a management command on this stack's services."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)}: {done.stderr[-2000:]}")
        return done.stdout

    def create_project(self, name: str = "Site", domain: str = "site.example") -> dict[str, Any]:
        """{"project_id", "write_key", "secret_key", "login_url"}."""
        arguments = ["--email", "owner@example.com", "--name", name, "--domain", domain, "--json"]
        return json.loads(self.manage("create_project", *arguments))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
