"""How fast the ways of visits are told.

    .venv/bin/python -m bench.paths                                  a million events, in a folder of its own
    .venv/bin/python -m bench.paths --events 10000000 --data-dir /var/tmp/bench

Loads a year of events of one project as bench.query does, and asks the store past all caches of answers. The table has
the middle one of the rounds, and the longest.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bench import dataset


def questions(found: dataset.Dataset) -> Iterator[tuple[str, Any]]:
    """Inside services(): what is asked, with its name in the table."""
    from reports import periods
    from tracking.storage.paths import BACK, CUSTOM, PAGEVIEW, PathQuery, Step
    from tracking.storage.spec import Filter, ProjectRef

    zone = ZoneInfo(found.timezone)
    project, today = ProjectRef(UUID(found.project), zone), found.ends_at.astimezone(zone).date()
    for days in (7, 30, 91):
        period = periods.of_days(today - timedelta(days=days - 1), today, zone)
        asked: dict[str, dict[str, Any]] = {
            "from the start": {},
            "from the start, with events": {"includes_events": True},
            "back from the end": {"direction": BACK},
            "from a page": {"anchor": Step(PAGEVIEW, "/pricing")},
            "to an event": {"anchor": Step(CUSTOM, "Signup"), "direction": BACK},
            "from the start, of a country": {"filters": (Filter("country", "is", ("DE",)),)},
            "from the start, of a page's visits": {"filters": (Filter("page", "is", ("/docs",)),)},
        }
        for name, more in asked.items():
            yield f"{name}, {days} days", PathQuery(project, period, **more)


def measure(data_dir: Path, events: int, rounds: int) -> None:
    with dataset.services(data_dir):
        from django.core.management import call_command

        from tracking.storage import paths

        found = dataset.Dataset.read(data_dir)
        if found is None:
            found = dataset.load(data_dir, events, days=365, seed=1, processes=2, timezone="Europe/Berlin")
        call_command("migrate", verbosity=0, skip_checks=True)
        print(
            f"\n{found.events:,} events in {found.days} days\n\n| question | visits | ms | longest |\n"
            + "| --- " * 4
            + "|"
        )
        for name, query in questions(found):
            times, visits = [], 0
            for _ in range(rounds):
                started = time.perf_counter()
                visits = paths.paths(query).visits
                times.append((time.perf_counter() - started) * 1000)
            print(f"| {name} | {visits:,} | {sorted(times)[rounds // 2]:,.0f} | {max(times):,.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the ways of visits are told.")
    parser.add_argument("--events", type=int, default=1_000_000, help="of the project")
    parser.add_argument("--data-dir", type=Path, help="keep the data here, and use them again")
    parser.add_argument("--rounds", type=int, default=3, help="of each question")
    asked = parser.parse_args()
    data_dir = asked.data_dir or Path(tempfile.mkdtemp(prefix="ap-bench-"))
    try:
        measure(data_dir, asked.events, asked.rounds)
    finally:
        if not asked.data_dir:
            shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    main()
