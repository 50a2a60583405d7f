"""The supervisor: starts services, merges their output, restarts what dies, stops everything in order."""

import selectors
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from analytics_pulse.supervisor.output import Output
from analytics_pulse.supervisor.process import Process, kill, leftovers, mark
from analytics_pulse.supervisor.services import Service

TICK_S = 0.2
FORGIVEN_DEATHS = 3  # within CRASH_WINDOW_S; the restarts after them wait longer and longer
CRASH_WINDOW_S = 60.0
MAX_PAUSE_S = 30.0


class Stopping(Exception):
    """Somebody asked for the end: unwinds whatever the supervisor is waiting for."""


class Supervisor:
    """Single-threaded: `tick` does all the work, and everything that waits calls it."""

    def __init__(self, environment: dict[str, str], data_dir: Path, output: Output) -> None:
        self.output = output
        self.asked_to_stop = 0
        self._environment = environment
        self._data_dir = data_dir
        self._running: dict[str, Process] = {}
        self._due: dict[str, tuple[float, Service]] = {}
        self._deaths: dict[str, deque[float]] = {}
        self._one_shots: dict[str, int | None] = {}
        self._selector = selectors.DefaultSelector()

    def request_stop(self) -> None:
        """Called by signal handlers. A second call ends the patience of `stop`."""
        self.asked_to_stop += 1

    def start(self, service: Service) -> None:
        if service.before is not None:
            service.before()
        process = Process(service, self._environment, self._data_dir)
        self._running[service.name] = process
        self._selector.register(process.stdout, selectors.EVENT_READ, process)

    def start_one_shot(self, service: Service) -> None:
        """Like `start`, but its end is expected: `exit_code` has it."""
        self._one_shots[service.name] = None
        self.start(service)

    def exit_code(self, name: str) -> int | None:
        """The exit code of a one-shot service; None while it runs."""
        return self._one_shots[name]

    def wait_until(self, condition: Callable[[], bool], timeout_s: float | None = None) -> bool:
        """Serve until `condition` holds: True, or False after the timeout. Raises Stopping."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not condition():
            if deadline is not None and time.monotonic() > deadline:
                return False
            self.tick()
        return True

    def tick(self) -> None:
        """Pass on output, notice deaths, start what is due; at most TICK_S. Raises Stopping."""
        if self.asked_to_stop:
            raise Stopping
        self._pass_output_on(TICK_S)
        for name, process in list(self._running.items()):
            if process.exit_code() is not None:
                self._bury(name, process)
        now = time.monotonic()
        for name, (due_at, service) in list(self._due.items()):
            if due_at <= now:
                del self._due[name]
                self.start(service)

    def stop(self, phases: Sequence[set[str]]) -> None:
        """Ask each phase to stop and wait for it, then go to the next; what takes too long is killed."""
        self._due.clear()
        patience_ends_with = self.asked_to_stop + 1
        for names in [*phases, set(self._running)]:
            phase = {name: process for name, process in self._running.items() if name in names}
            for process in phase.values():
                process.ask_to_stop()
            started_at = time.monotonic()
            while phase:
                self._pass_output_on(TICK_S)
                for name, process in list(phase.items()):
                    late = time.monotonic() - started_at > process.service.stop_timeout_s
                    if late:
                        self.output.say("up", f"{name} did not stop in {process.service.stop_timeout_s:.0f} s: killed")
                    if late or process.exit_code() is not None or self.asked_to_stop >= patience_ends_with:
                        del phase[name]
                        self._end(name, process)

    def clear_leftovers(self, services: Sequence[Service]) -> None:
        """Kill what an earlier supervisor of this data directory left running when it was killed itself."""
        stale = leftovers([(mark(service.name, self._data_dir), service.home) for service in services])
        if stale:
            self.output.say("up", f"ending {len(stale)} processes that an earlier run left behind")
            kill(stale)

    def _bury(self, name: str, process: Process) -> None:
        code = self._end(name, process)
        if name in self._one_shots:
            self._one_shots[name] = code
            return
        now = time.monotonic()
        deaths = self._deaths.setdefault(name, deque())
        deaths.append(now)
        while deaths[0] < now - CRASH_WINDOW_S:
            deaths.popleft()
        excess = len(deaths) - FORGIVEN_DEATHS
        pause_s = 0.0 if excess <= 0 else min(2.0 ** (excess - 1), MAX_PAUSE_S)
        when = f"in {pause_s:.0f} s" if pause_s else "now"
        self.output.say("up", f"{name} died ({_manner(code)}): starting it again {when}")
        self._due[name] = (now + pause_s, process.service)

    def _end(self, name: str, process: Process) -> int:
        while chunk := process.read():
            self.output.feed(name, chunk)
        self.output.end(name)
        if self._selector.get_map().get(process.stdout) is not None:
            self._selector.unregister(process.stdout)
        process.end()
        del self._running[name]
        return process.popen.returncode

    def _pass_output_on(self, timeout_s: float) -> None:
        if not self._selector.get_map():
            time.sleep(timeout_s)
        for key, _ in self._selector.select(timeout_s):
            process: Process = key.data
            chunk = process.read()
            if chunk:
                self.output.feed(process.service.name, chunk)
            elif chunk == b"":
                self._selector.unregister(process.stdout)


def _manner(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
