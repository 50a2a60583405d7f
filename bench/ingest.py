"""How fast events are accepted and stored: the whole product under load, on this machine, load generator included.

    .venv/bin/python -m bench.ingest                 all scenarios
    .venv/bin/python -m bench.ingest batch10 paced   some of them
    .venv/bin/python -m bench.ingest --help

Needs wrk. Each scenario starts the stack in a folder of its own, sends distinct events, waits until all are stored, and
checks the books: what was accepted is stored.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil
import psycopg
import redis

from analytics_pulse import embedded
from analytics_pulse.supervisor.stack import Stack
from bench import traffic
from bench.usage import Usage

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
PROJECTS = 4
DRAIN_TIMEOUT_S = 300
JOURNAL = "ap:journal:payloads"


@dataclass(frozen=True)
class Scenario:
    """`batch`: events a request. `connections`: of wrk. `pause_ms`: mean of each connection between two requests.
    `worker_waits`: the worker is stopped while events are accepted, and then drains a full queue."""

    what: str
    batch: int
    connections: int
    pause_ms: int = 0
    worker_waits: bool = False
    requests_a_second: int = 6_000


SCENARIOS = {
    "batch1": Scenario("single events, as many as it takes", 1, 48, requests_a_second=9_000),
    "batch10": Scenario("batches of 10, as many as it takes", 10, 48),
    "batch100": Scenario("batches of 100, as many as it takes", 100, 32, requests_a_second=2_000),
    "paced": Scenario("batches of 10, about 10,000 events/s offered", 10, 40, pause_ms=36, requests_a_second=1_500),
    "accept10": Scenario("batches of 10, accepted while the worker stands still; then the drain", 10, 48, 0, True),
    "accept100": Scenario("batches of 100, the same", 100, 32, 0, True, 2_000),
}


@dataclass
class Result:
    scenario: str
    requests: int = 0
    accepted: int = 0
    stored: int = 0
    duplicate: int = 0
    refused: int = 0
    accepted_per_s: float = 0.0
    stored_per_s: float = 0.0
    """From the first request until everything is stored; with a waiting worker, from its start on."""
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    p99_ms: float = 0.0
    body_bytes: int = 0
    cpu_s: dict[str, float] = field(default_factory=dict)
    peak_mb: dict[str, float] = field(default_factory=dict)
    is_complete: bool = False


def run(name: str, seconds: int) -> Result:
    scenario, result = SCENARIOS[name], Result(name)
    environment = {"TRACK_RATE_LIMIT_PER_HOUR": "0", "LOG_LEVEL": "WARNING"}
    with Stack(environment) as stack, tempfile.TemporaryDirectory() as folder:
        keys = [stack.create_project(f"Bench {number}", "bench.example")["write_key"] for number in range(PROJECTS)]
        requests = Path(folder) / "requests"
        result.body_bytes = traffic.write(requests, scenario.requests_a_second * seconds, scenario.batch, keys)
        warm = Path(folder) / "warm"
        traffic.write(warm, 200, scenario.batch, keys, seed=2)
        _wrk(stack, warm, scenario, 2)
        _drain(stack)
        before = _books(stack)
        with Usage(stack.pid) as usage:
            workers = _workers(stack) if scenario.worker_waits else []
            for worker in workers:
                worker.send_signal(signal.SIGSTOP)
            started_at = time.monotonic()
            sent = _wrk(stack, requests, scenario, seconds)
            accepting_s = time.monotonic() - started_at
            for worker in workers:
                worker.send_signal(signal.SIGCONT)
            if workers:
                started_at = time.monotonic()
            _drain(stack)
            storing_s = time.monotonic() - started_at
        books = {name: value - before[name] for name, value in _books(stack).items()}
    result.requests, result.refused = sent["requests"], sent["refused"] + sent["broken"]
    result.accepted, result.stored, result.duplicate = books["accepted"], books["stored"], books["duplicate"]
    result.accepted_per_s = round(result.accepted / accepting_s)
    result.stored_per_s = round(result.stored / storing_s)
    result.p50_ms, result.p95_ms, result.p99_ms = sent["p50_ms"], sent["p95_ms"], sent["p99_ms"]
    result.cpu_s, result.peak_mb = usage.cpu_s, usage.peak_mb
    # wrk drops the answers that are under way when its time is up: those requests are accepted all the same.
    under_way = scenario.connections * scenario.batch
    answered = (sent["requests"] - sent["refused"]) * scenario.batch
    is_whole = books["accepted"] == books["stored"] + books["duplicate"] + books["quarantined"]
    result.is_complete = is_whole and 0 <= books["accepted"] - answered <= under_way
    return result


def _wrk(stack: Stack, requests: Path, scenario: Scenario, seconds: int) -> dict[str, float]:
    command = [
        "wrk", "--threads", "1", "--connections", str(scenario.connections), "--duration", f"{seconds}s",
        "--timeout", "15s", "--script", str(HERE / "load.lua"), stack.url,
        "--", str(requests), "1", str(scenario.pause_ms), "/api/v1/track/batch",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 120)
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))


def _workers(stack: Stack) -> list[psutil.Process]:
    """The worker's parent, then its children: a stopped parent asks no broker for more."""
    below = psutil.Process(stack.pid).children(recursive=True)
    return [process for process in below if "celery" in " ".join(process.cmdline()) and "worker" in process.cmdline()]


def _drain(stack: Stack) -> None:
    """Until the journal is empty: what is stored is forgotten there."""
    client = redis.Redis.from_url(embedded.redis_url(stack.data_dir))
    deadline = time.monotonic() + DRAIN_TIMEOUT_S
    while client.hlen(JOURNAL):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{client.hlen(JOURNAL)} messages are still not stored")
        time.sleep(0.02)


def _books(stack: Stack) -> dict[str, int]:
    names = ("accepted", "stored", "duplicate", "quarantined")
    sums = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in names)
    with psycopg.connect(embedded.database_url(stack.data_dir)) as connection:
        row = connection.execute(f"SELECT {sums} FROM ingest_ledger").fetchone()
    return dict(zip(names, row or (0, 0, 0, 0), strict=True))


def table(results: list[Result]) -> str:
    head = (
        "| scenario | requests | accepted | stored | dup. | refused | accepted/s | stored/s | p50 ms | p95 ms | p99 ms "
        "| books |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n"
    )
    rows = [
        f"| {r.scenario} | {r.requests:,} | {r.accepted:,} | {r.stored:,} | {r.duplicate:,} | {r.refused:,} "
        f"| {r.accepted_per_s:,.0f} | {r.stored_per_s:,.0f} | {r.p50_ms:.1f} | {r.p95_ms:.1f} | {r.p99_ms:.1f} "
        f"| {'whole' if r.is_complete else 'NOT WHOLE'} |"
        for r in results
    ]
    usage = [
        f"- {r.scenario}: CPU s {', '.join(f'{name} {seconds}' for name, seconds in r.cpu_s.items())}; "
        f"peak MB {', '.join(f'{name} {megabytes:.0f}' for name, megabytes in r.peak_mb.items())}"
        for r in results
    ]
    return head + "\n".join(rows) + "\n\n" + "\n".join(usage) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name:10} {scenario.what}" for name, scenario in SCENARIOS.items()),
    )  # fmt: skip
    parser.add_argument("scenario", nargs="*", choices=[[], *SCENARIOS], default=[], help="all, when none is named")
    parser.add_argument("--seconds", type=int, default=10, help="of load, a scenario (default 10)")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        print("wrk is needed: apt-get install wrk", file=sys.stderr)
        return 1
    results = []
    for name in options.scenario or SCENARIOS:
        print(f"{name}: {SCENARIOS[name].what} …", file=sys.stderr, flush=True)
        results.append(run(name, options.seconds))
        print(json.dumps(asdict(results[-1])), file=sys.stderr, flush=True)
    machine = (
        f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, Python {platform.python_version()}"
    )
    RESULTS.mkdir(exist_ok=True)
    document = {"machine": machine, "seconds": options.seconds, "results": [asdict(result) for result in results]}
    (RESULTS / "ingest.json").write_text(json.dumps(document, indent=2))
    print(f"{machine}; {options.seconds} s of load a scenario, wrk on the same machine\n\n{table(results)}")
    return 0 if all(result.is_complete for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
