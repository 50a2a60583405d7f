"""What each part of the stack uses: CPU seconds and memory, by the processes below the supervisor."""

import threading
from collections import defaultdict

import psutil

NAMES = {
    "granian": "web",
    "celery worker": "worker",
    "celery beat": "beat",
    "redis-server": "redis",
    "postgres": "postgres",
}


def component(process: psutil.Process) -> str:
    line = " ".join(process.cmdline()) or process.name()
    if "celery" in line:
        return "beat" if " beat" in line else "worker"
    return next((name for mark, name in NAMES.items() if mark in line), "supervisor")


class Usage:
    """Samples while it is entered. cpu_s: seconds by component; peak_mb: proportional set size by component."""

    def __init__(self, pid: int, every_s: float = 1.0) -> None:
        self._root, self._every_s = psutil.Process(pid), every_s
        self._stop = threading.Event()
        self._seen: dict[int, tuple[str, float, float]] = {}
        self.peak_mb: dict[str, float] = {}

    def __enter__(self) -> "Usage":
        self._sample()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._sample()

    @property
    def cpu_s(self) -> dict[str, float]:
        used: dict[str, float] = defaultdict(float)
        for name, first, last in self._seen.values():
            used[name] += last - first
        return {name: round(seconds, 2) for name, seconds in sorted(used.items())}

    def _run(self) -> None:
        while not self._stop.wait(self._every_s):
            self._sample()

    def _sample(self) -> None:
        memory: dict[str, float] = defaultdict(float)
        for process in [self._root, *self._root.children(recursive=True)]:
            try:
                name, times = component(process), process.cpu_times()
                cpu_s = times.user + times.system
                _, first, _ = self._seen.get(process.pid, (name, cpu_s if not self._seen else 0.0, 0.0))
                self._seen[process.pid] = (name, first, cpu_s)
                memory[name] += process.memory_full_info().pss / 1e6
            except psutil.Error:
                continue
        memory["all"] = sum(memory.values())
        for name, megabytes in memory.items():
            self.peak_mb[name] = round(max(self.peak_mb.get(name, 0.0), megabytes), 1)
