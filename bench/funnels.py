"""How fast funnels are answered, by the size of the project and what is asked.

    .venv/bin/python -m bench.funnels                                    a million events, in a folder of its own
    .venv/bin/python -m bench.funnels --events 10000000 --data-dir /var/tmp/bench

Loads a year of events of one project as bench.query does, and asks the store past all caches of answers. The table has
the middle one of the rounds, and the CPU time of the database: what it would take on one idle core; under load that
says more than the time, and how much load there was stands below.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bench import dataset

HOUR = timedelta(hours=1)


def questions(found: dataset.Dataset, periods: list[int]) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Inside services(): what is asked, by its name in the table."""
    from bench.crowd import GOAL
    from tracking.storage.funnels import FunnelQuery, drop_outs, funnel
    from tracking.storage.spec import Filter, Period, ProjectRef

    project = ProjectRef(UUID(found.project), ZoneInfo(found.timezone))

    def period(days: int) -> Period:
        return Period(found.ends_at - timedelta(days=days), found.ends_at, project.zone)

    def page(path: str) -> Filter:
        return Filter("page", "is", (path,))

    signup = Filter("event_name", "is", ("Signup",))
    shop = (page("/"), page("/pricing"), signup)
    to_goal = (page("/"), page("/pricing"), Filter("goal", "is", (str(GOAL),)))
    five = (page("/"), page("/pricing"), page("/docs"), page("/blog"), signup)
    any_page = (Filter("event_type", "is", ("pageview",)), page("/pricing"), signup)
    asked: dict[str, tuple[Any, dict[str, Any]]] = {
        "3 steps": (shop, {}),
        "3 steps, by visitor": (shop, {"by": "visitor"}),
        "3 steps, by visitor within an hour": (shop, {"by": "visitor", "window": HOUR}),
        "3 steps, split by country": (shop, {"breakdown": "country"}),
        "3 steps, strict": (shop, {"is_strict": True}),
        "3 steps, to a goal": (to_goal, {}),
        "5 steps": (five, {}),
        "3 steps, from any page": (any_page, {}),
    }
    for days in periods:
        for name, (steps, more) in asked.items():
            query = FunnelQuery(project, period(days), steps, **more)
            yield f"{name}, {days} days", partial(funnel, query)
        query = FunnelQuery(project, period(days), shop)
        yield f"where those go who leave, {days} days", partial(drop_outs, query, 1, limit=10)


def measure(data_dir: Path, asked: argparse.Namespace) -> Iterator[str]:
    """The lines of the table."""
    with dataset.services(data_dir):
        from django.core.management import call_command

        from bench.probe import server_cpu_s
        from tracking.storage.base import QueryTooLarge

        found = dataset.Dataset.read(data_dir) or dataset.load(
            data_dir, asked.events, days=asked.days, seed=asked.seed, processes=asked.processes, timezone=asked.timezone
        )
        call_command("migrate", verbosity=0, skip_checks=True)
        yield f"| {found.events:,} events | s | CPU s |"
        yield "|---|--:|--:|"
        for name, ask in questions(found, asked.periods):
            took, cpu_s = [], server_cpu_s()
            try:
                ask()  # what it reads is in memory from here on
                cpu_s = server_cpu_s()
                for _ in range(asked.rounds):
                    started = time.perf_counter()
                    ask()
                    took.append(time.perf_counter() - started)
            except QueryTooLarge:
                yield f"| {name} | no answer in time | |"
                continue
            cpu_s = (server_cpu_s() - cpu_s) / asked.rounds
            yield f"| {name} | {sorted(took)[len(took) // 2]:.2f} | {cpu_s:.2f} |"
        yield f"\nload of the machine, {os.cpu_count()} cores: {os.getloadavg()[0]:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast funnels are answered.")
    parser.add_argument("--data-dir", type=Path, help="keep the data here, and use them again")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--periods", type=int, nargs="+", default=[30, 365], help="in days")
    dataset.options(parser)
    asked = parser.parse_args()
    data_dir = (asked.data_dir or Path(tempfile.mkdtemp(prefix="ap-bench-"))).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        for line in measure(data_dir, asked):
            print(line, flush=True)
    finally:
        if not asked.data_dir:
            shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    main()
