"""A year of one busy project, and some neighbours, in a folder that benchmarks start a PostgreSQL on.

    .venv/bin/python -m bench.dataset --data-dir /var/tmp/bench --events 10000000

The same seed, size and end give the same events. They go through the store, as the worker's do, in time order from
several processes, and the folder can be used again: what it holds stands in its dataset.json.
"""

import argparse
import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psutil

BATCH = 2_000
NEIGHBOURS = 5
NEIGHBOURS_SHARE = 0.1
# Visits a person makes in the year; a busy site's are by few regulars and many who come once.
VISITS_A_PERSON = 2


@dataclass(frozen=True)
class Dataset:
    """What a folder holds. `events`: about so many of the one project; its neighbours have a tenth of that in all."""

    events: int
    days: int
    seed: int
    end: str
    project: str
    neighbours: list[str]
    api_key: str
    timezone: str
    load_s: float = 0.0

    @property
    def ends_at(self) -> datetime:
        return datetime.fromisoformat(self.end)

    @staticmethod
    def path(data_dir: Path) -> Path:
        return data_dir / "dataset.json"

    @classmethod
    def read(cls, data_dir: Path) -> "Dataset | None":
        """None: the folder holds none, or one whose loading was broken off."""
        path = cls.path(data_dir)
        return cls(**json.loads(path.read_text())) if path.exists() else None

    def write(self, data_dir: Path) -> None:
        self.path(data_dir).write_text(json.dumps(asdict(self), indent=2))


@contextmanager
def services(data_dir: Path) -> Iterator[None]:
    """PostgreSQL and Redis on the folder with the product's settings; Django set up on them. A server that runs there
    already is used, and left running."""
    from analytics_pulse import embedded
    from analytics_pulse.supervisor import postgres, redis, waiting

    os.environ |= {"DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "analytics_pulse.settings", "DEMO": "0"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    with ExitStack() as stack:
        if not _runs(data_dir):
            user = postgres.prepare(data_dir)
            postgres.before_start(data_dir)
            stack.enter_context(_running([*postgres.command(data_dir)], postgres.identity(user) | quiet))
        redis.prepare(data_dir)
        if not embedded.redis_socket(data_dir).exists():
            stack.enter_context(_running(redis.command(data_dir), quiet))
        waiting.wait_for_redis(embedded.redis_url(data_dir), print)
        waiting.wait_for_postgres(embedded.database_url(data_dir), print)
        import django

        django.setup()
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()


@contextmanager
def _running(command: list[str], options: dict) -> Iterator[None]:
    server = subprocess.Popen(command, **options)
    try:
        yield
    finally:
        server.send_signal(2)  # of PostgreSQL: a fast shutdown
        server.wait(60)


def _runs(data_dir: Path) -> bool:
    try:
        pid = int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        return psutil.Process(pid).name() == "postgres"
    except (OSError, ValueError, IndexError, psutil.Error):
        return False


def load(data_dir: Path, events: int, *, days: int, seed: int, processes: int, timezone: str = "UTC") -> Dataset:
    """Inside services(): migrate, make the projects and fill them. About 25 us an event on two cores."""
    from django.core.management import call_command
    from django.db import connections
    from tqdm import tqdm

    from tracking.storage import partitions

    call_command("migrate", verbosity=0, skip_checks=True)
    end = datetime.now(UTC).replace(second=0, microsecond=0)
    made = [_project(name, timezone) for name in ("Bench", *(f"Neighbour {n}" for n in range(NEIGHBOURS)))]
    neighbours = [each["project_id"] for each in made[1:]]
    key = made[0]["secret_key"]
    dataset = Dataset(events, days, seed, end.isoformat(), made[0]["project_id"], neighbours, key, timezone)
    first = end.date() - timedelta(days=days - 1)
    partitions.ensure({(first + timedelta(days=n)).replace(day=1) for n in range(days)})
    partitions.ensure_around(end)
    connections.close_all()  # a connection must not be shared with the processes that are forked now
    started = time.monotonic()
    tasks = [(dataset, first + timedelta(days=n)) for n in range(days)]
    total = int(events * (1 + NEIGHBOURS_SHARE))
    forked = multiprocessing.get_context("fork")
    with forked.Pool(processes) as pool, tqdm(total=total, unit=" events", unit_scale=True, smoothing=0.1) as bar:
        for stored in pool.imap_unordered(_fill, tasks):
            bar.update(stored)
    analyze()
    dataset = Dataset(**(asdict(dataset) | {"load_s": round(time.monotonic() - started, 1)}))
    dataset.write(data_dir)
    return dataset


def analyze() -> None:
    """What autovacuum comes to in time: pages known to be visible to all, and statistics, also of the parents."""
    from django.db import connection

    from tracking.storage.partitions import PARTITIONED

    with connection.cursor() as cursor:
        for table in PARTITIONED:
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _project(name: str, timezone: str) -> dict[str, str]:
    command = [sys.executable, "manage.py", "create_project", "--email", "owner@bench.example", "--name", name,
               "--domain", "bench.example", "--timezone", timezone, "--json"]  # fmt: skip
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _fill(task: tuple[Dataset, date]) -> int:
    """One day of all the projects, in the order of its visits; how many events were stored."""
    from bench.crowd import Site
    from tracking.storage import get_store
    from tracking.storage.rows import StoredBatch

    dataset, day = task
    chance = random.Random(f"{dataset.seed} {day}")
    share = NEIGHBOURS_SHARE / len(dataset.neighbours)
    people = max(100, int(dataset.events / 3 / VISITS_A_PERSON))
    sites = [Site(UUID(dataset.project), people)]
    sites += [Site(UUID(each), max(100, int(people * share))) for each in dataset.neighbours]
    store, stored, waiting, reached = get_store(), 0, [], []

    def send() -> None:
        nonlocal stored
        message = UUID(int=chance.getrandbits(128), version=4)
        received_at = max(event.received_at for event in waiting)
        batch = StoredBatch((message,), received_at, list(waiting), completions=list(reached))
        stored += store.append(batch).stored
        waiting.clear()
        reached.clear()

    weights = [1.0] + [share] * len(dataset.neighbours)
    for at in _arrivals(dataset, day, chance):
        site = chance.choices(sites, weights)[0]
        events, completions = site.visit(chance, at)
        if events[-1].occurred_at >= dataset.ends_at:
            continue
        waiting += events
        reached += completions
        if len(waiting) >= BATCH:
            send()
    if waiting:
        send()
    return stored


def _arrivals(dataset: Dataset, day: date, chance: random.Random) -> Iterator[datetime]:
    """When visits begin on a day: more on working days, by the hours of a site whose readers are on two continents."""
    from bench.crowd import EVENTS_A_VISIT, HOURS, WEEKDAYS

    visits = dataset.events * (1 + NEIGHBOURS_SHARE) / dataset.days / EVENTS_A_VISIT
    for hour, share in enumerate(HOURS):
        start = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        if start >= dataset.ends_at:
            return
        count = round(visits * WEEKDAYS[day.weekday()] * share / sum(HOURS))
        for second in sorted(chance.uniform(0, 3600) for _ in range(count)):
            yield start + timedelta(seconds=second)


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--events", type=int, default=1_000_000, help="of the one project (default: a million)")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timezone", default="UTC", help="of the projects")
    parser.add_argument("--processes", type=int, default=2, help="that load")


def main() -> None:
    parser = argparse.ArgumentParser(description="A year of events in a folder, for bench.query --data-dir.")
    parser.add_argument("--data-dir", type=Path, required=True)
    options(parser)
    asked = parser.parse_args()
    data_dir = asked.data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    with services(data_dir):
        found = Dataset.read(data_dir) or load(
            data_dir, asked.events, days=asked.days, seed=asked.seed, processes=asked.processes, timezone=asked.timezone
        )
        print(json.dumps(asdict(found), indent=2))


if __name__ == "__main__":
    main()
