"""How long from the 202 of an event until it shows: in the realtime report, and in the numbers of the dashboard.

    .venv/bin/python -m bench.freshness [--seconds 30] [--load 5000]

Starts the stack in a folder of its own. One event at a time is sent to a project that is looked at, and asked for every
few milliseconds until it is counted; idle first, then while other projects receive many (needs wrk).
"""

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import redis

from analytics_pulse import embedded
from analytics_pulse.supervisor.stack import Stack
from bench import traffic

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
LOOK_EVERY_S = 0.01
PATIENCE_S = 30.0
BATCH, CONNECTIONS = 10, 20


@dataclass
class Result:
    load: str
    where: str
    events: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    send_ms: float
    """Until the 202; median, as the next."""
    look_ms: float
    """Of one answer that is looked at."""


class Viewer:
    """Sends events to a project, and looks at it with its secret key, over one connection each."""

    def __init__(self, port: int, project: dict[str, str]) -> None:
        self.project = project
        self.sending = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.looking = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def send(self) -> float:
        """When its 202 was there."""
        event = {"event_id": str(uuid4()), "event_type": "pageview", "url": "https://bench.example/"}
        headers = {"X-API-Key": self.project["write_key"], "Content-Type": "application/json"}
        headers["User-Agent"] = traffic.AGENTS[0]
        self.sending.request("POST", "/api/v1/track/event", json.dumps(event), headers)
        response = self.sending.getresponse()
        body = response.read()
        if response.status != 202:
            raise RuntimeError(f"{response.status}: {body[:200]!r}")
        return time.perf_counter()

    def pageviews(self, route: str) -> int:
        path = f"/api/v1/projects/{self.project['project_id']}/{route}"
        self.looking.request("GET", path, headers={"X-API-Key": self.project["secret_key"]})
        response = self.looking.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {body[:200]!r}")
        return json.loads(body)["pageviews"]


def measure(viewer: Viewer, load: str, where: str, route: str, seconds: float) -> Result:
    took: list[float] = []
    sending: list[float] = []
    looking: list[float] = []
    before, until = viewer.pageviews(route), time.monotonic() + seconds
    while time.monotonic() < until:
        began_at = time.perf_counter()
        sent_at = viewer.send()
        sending.append((sent_at - began_at) * 1000)
        seen = before
        while seen <= before:
            if time.perf_counter() - sent_at > PATIENCE_S:
                raise TimeoutError(f"not seen in {where} after {PATIENCE_S} s")
            time.sleep(LOOK_EVERY_S)
            began_at = time.perf_counter()
            seen = viewer.pageviews(route)
            looking.append((time.perf_counter() - began_at) * 1000)
        took.append((time.perf_counter() - sent_at) * 1000)
        before = seen
        # Not in step with what the cache forgets.
        time.sleep(0.05 + (len(took) * 37 % 100) / 200)
    took.sort()
    at = [round(took[min(len(took) - 1, int(len(took) * share))], 1) for share in (0.5, 0.99, 1)]
    medians = [round(statistics.median(each), 1) for each in (sending, looking)]
    return Result(load, where, len(took), *at, *medians)


@contextmanager
def loaded(stack: Stack, keys: list[str], seconds: int, events_per_s: int) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        requests = Path(folder) / "requests"
        traffic.write(requests, events_per_s // BATCH * (seconds + 5), BATCH, keys)
        pause_ms = max(1, 1000 * BATCH * CONNECTIONS // events_per_s - 2)  # a request takes some of it
        command = [
            "wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", "--timeout", "15s",
            "--script", str(HERE / "load.lua"), stack.url,
            "--", str(requests), "1", str(pause_ms), "/api/v1/track/batch",
        ]  # fmt: skip
        wrk = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            time.sleep(2)
            yield
        finally:
            out, _ = wrk.communicate(timeout=seconds + 60)
            sent = json.loads(next(line for line in out.splitlines() if line.startswith("{")))
            print(f"offered: {sent['requests'] * BATCH / seconds:,.0f} events/s", file=sys.stderr)


def table(results: list[Result]) -> str:
    rows = [
        f"| {each.load} | {each.where} | {each.events} | {each.p50_ms:,.0f} | {each.p99_ms:,.0f} | {each.max_ms:,.0f} "
        f"| {each.send_ms:,.0f} | {each.look_ms:,.0f} |"
        for each in results
    ]
    return "\n".join(
        [
            "| load | seen in | events | p50 ms | p99 ms | max ms | 202 ms | look ms |",
            "|---|---|--:|--:|--:|--:|--:|--:|",
            *rows,
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=30, help="each measurement (default 30)")
    parser.add_argument("--load", type=int, default=5_000, help="events/s of the other projects (default 5000)")
    options = parser.parse_args()
    seconds, load = options.seconds, f"{options.load:,} events/s"
    if not shutil.which("wrk"):
        print("wrk is needed: apt-get install wrk", file=sys.stderr)
        return 1
    environment = {"TRACK_RATE_LIMIT_PER_HOUR": "0", "STATS_RATE_LIMIT_PER_HOUR": "0", "LOG_LEVEL": "WARNING"}
    places = (("realtime", "realtime"), ("overview of today", "analytics/overview?period=today"))
    results = []
    with Stack(environment) as stack:
        viewer = Viewer(stack.port, stack.create_project("Seen", "bench.example"))
        keys = [stack.create_project(f"Load {number}", "bench.example")["write_key"] for number in range(4)]
        viewer.send()
        time.sleep(1)
        # As when the workers have been counting for half an hour.
        redis.Redis.from_url(embedded.redis_url(stack.data_dir)).set("ap:now:since", 0)
        for where, route in places:
            results.append(measure(viewer, "idle", where, route, seconds))
        with loaded(stack, keys, 2 * seconds + 4, options.load):
            for where, route in places:
                results.append(measure(viewer, load, where, route, seconds))
    RESULTS.mkdir(exist_ok=True)
    document = {
        "at": datetime.now(UTC).isoformat(),
        "cores": os.cpu_count(),
        "results": [asdict(each) for each in results],
    }
    (RESULTS / "freshness.json").write_text(json.dumps(document, indent=2))
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
