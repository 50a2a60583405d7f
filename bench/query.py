"""How fast questions are answered, by the size of the project, the length of the period, and the filters.

    .venv/bin/python -m bench.query                                     a million events, in a folder of its own
    .venv/bin/python -m bench.query --sizes 1000000 10000000 --data-dir /var/tmp/bench
    .venv/bin/python -m bench.query --help

Loads a year of events of one project and its neighbours through the store, rolls closed days up, and asks what the
dashboard asks. Cold: no answer is in the cache of answers, each round asks for other values, and the questions take
turns, so that PostgreSQL's buffers hold other pages by the time one comes again; the operating system's cache is warm.
Floor: the least SQL by hand for the same numbers from the raw tables. With --data-dir the loaded data are kept there, a
folder a size, and used again.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import dataset
from bench.query_table import table

RESULTS = Path(__file__).resolve().parent / "results"
FILTERED = ("overview", "series", "pages", "sources", "entry-pages", "events")
BUDGET_S = 8.0  # for the rounds of one question; at least MIN_ROUNDS
MIN_ROUNDS = 3
MODES = {"cookieless": True, "anonymous_id": False}


def measure(data_dir: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """All figures of one folder."""
    with dataset.services(data_dir):
        from django.core.management import call_command

        from analytics_pulse import clock

        found = dataset.Dataset.read(data_dir) or dataset.load(
            data_dir, asked.events, days=asked.days, seed=asked.seed, processes=asked.processes, timezone=asked.timezone
        )
        call_command("migrate", verbosity=0, skip_checks=True)
        # It is still the moment at which the events end, whenever they are asked about.
        clock.now = lambda: found.ends_at  # type: ignore[assignment]
        rollup_s = roll_up(found) if asked.rollup else None
        if asked.only_rollup:
            return {"events": found.events, "days": found.days, "rollup_s": rollup_s}
        figures = list(_questions(found, asked))
        pages = list(_dashboards(found, asked)) if asked.dashboard else []
    return {"events": found.events, "days": found.days, "load_s": found.load_s, "rollup_s": rollup_s,
            "questions": figures, "dashboards": pages}  # fmt: skip


def roll_up(found: dataset.Dataset) -> float:
    """Add up what is not yet; how many seconds that took."""
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from tqdm import tqdm

    from tracking.storage import get_store
    from tracking.storage.spec import ProjectRef

    started = time.perf_counter()
    with tqdm(unit=" days") as bar:
        for project in (found.project, *found.neighbours):
            ref = ProjectRef(UUID(project), ZoneInfo(found.timezone))
            while (done := get_store().refresh_rollups(ref, found.ends_at, budget_s=2)).days:
                bar.total = bar.n + done.days + done.left
                bar.update(done.days)
    seconds = round(time.perf_counter() - started, 1)
    if bar.n:
        dataset.analyze()
    return seconds


def _questions(found: dataset.Dataset, asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from tqdm import tqdm

    from bench import probe
    from bench import questions as ask
    from reports import comparison
    from reports.params import Question
    from tracking.storage.spec import ProjectRef

    costs: dict[tuple, probe.Cost] = {}

    def queries(key: tuple, number: int) -> list:
        mode, days, filtered, section = key
        project = ProjectRef(UUID(found.project), ZoneInfo(found.timezone), MODES[mode])
        if section == "realtime":
            return ask.realtime(project, found.ends_at)[section]
        period = ask.report_period(days, project, found.ends_at)
        before = comparison.comparison(period, comparison.PREVIOUS_PERIOD, found.ends_at)
        question = Question(project, period, ask.filters(filtered, number), comparison=before)
        return ask.dashboard(question)[section]

    for mode in asked.modes:
        for days in asked.periods:
            for filtered in asked.filters:
                for section in _sections(asked, filtered, days):
                    costs[mode, days, filtered, section] = probe.Cost()
    rounds = [key for key in costs for _ in range(asked.rounds)]
    random.Random(found.seed).shuffle(rounds)
    for key in tqdm(rounds, unit=" questions"):
        cost = costs[key]
        if len(cost.ms) < MIN_ROUNDS or sum(cost.ms) < BUDGET_S * 1000:
            probe.answer(queries(key, len(cost.ms)), cost)
    for key, cost in tqdm(costs.items(), unit=" plans and floors"):
        mode, days, filtered, section = key
        floors = ask.floors(section, queries(key, 0)) if asked.floor else None
        cost.rows = probe.rows_read(queries(key, 0))
        yield {
            "mode": mode, "days": days, "filters": filtered, "section": section,
            "p50_ms": round(cost.percentile(0.5), 1), "p95_ms": round(cost.percentile(0.95), 1),
            "cpu_ms": round(cost.cpu_ms / len(cost.ms), 1),
            "rounds": len(cost.ms), "timed_out": cost.timed_out, "rows": cost.rows, "source": cost.source,
            "floor_ms": round(probe.floor_ms(floors), 1) if floors else None,
        }  # fmt: skip


def _sections(asked: argparse.Namespace, filtered: str, days: int) -> list[str]:
    from reports.panels import BREAKDOWNS, PROPERTIES

    lists = [name for name in BREAKDOWNS if name != PROPERTIES.name]  # which there are, the data says
    every = ["overview", "series", *lists] if filtered == "none" else list(FILTERED)
    if filtered == "none" and days == 1:
        every.append("realtime")
    return [name for name in every if not asked.sections or name in asked.sections]


def _dashboards(found: dataset.Dataset, asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from bench import browser

    with browser.Dashboard(found) as page:
        for days in asked.periods:
            for filtered in asked.filters:
                for is_warm in (False, True):
                    page.failures = 0
                    ms = sorted(browser.loads(page, days, filtered, asked.rounds, is_warm=is_warm))
                    yield {
                        "days": days, "filters": filtered, "cache": "warm" if is_warm else "cold",
                        "p50_ms": round(ms[len(ms) // 2], 1), "p95_ms": round(ms[int(len(ms) * 0.95)], 1),
                        "failures": page.failures,
                    }  # fmt: skip


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="How fast questions are answered.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000], help="events of the project")
    parser.add_argument("--data-dir", type=Path, help="keep the data here, a folder a size, and use them again")
    parser.add_argument("--days", type=int, default=365, help="that the events spread over")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timezone", default="UTC", help="of the projects")
    parser.add_argument("--processes", type=int, default=2, help="that load")
    parser.add_argument("--rounds", type=int, default=20, help="of each question, as far as 8 s suffice")
    parser.add_argument("--sections", nargs="+", default=[], help="only these")
    parser.add_argument("--periods", type=int, nargs="+", default=[1, 7, 30, 365], help="in days")
    parser.add_argument("--filters", nargs="+", default=["none", "country", "country+device", "page", "page+country"])
    parser.add_argument("--modes", nargs="+", choices=list(MODES), default=list(MODES))
    parser.add_argument("--no-rollup", dest="rollup", action="store_false", help="take the rollups as they are")
    parser.add_argument("--busy-day", type=int, metavar="EVENTS", help="also time the roll-up of one day of so many")
    parser.add_argument("--no-floor", dest="floor", action="store_false")
    parser.add_argument("--no-dashboard", dest="dashboard", action="store_false")
    parser.add_argument("--json", type=Path, default=RESULTS / "query.json")
    parser.add_argument("--of", type=Path, help=argparse.SUPPRESS)  # one size, in a process of its own
    parser.add_argument("--events", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--only-rollup", action="store_true", help=argparse.SUPPRESS)
    return parser


def main() -> None:
    asked = options().parse_args()
    if asked.of:
        asked.json.write_text(json.dumps(measure(asked.of, asked)))
        return
    root = asked.data_dir or Path(tempfile.mkdtemp(prefix="ap-bench-"))
    results: dict[str, Any] = {}
    try:
        results["sizes"] = [_measured(root / str(size), size) for size in asked.sizes]
        if asked.busy_day:  # yesterday's half of two days
            two_days = ["--days", "2", "--only-rollup"]
            results["busy_day"] = _measured(root / f"day-{asked.busy_day}", 2 * asked.busy_day, *two_days)
    finally:
        if not asked.data_dir:
            shutil.rmtree(root, ignore_errors=True)
    asked.json.parent.mkdir(exist_ok=True)
    asked.json.write_text(json.dumps(results, indent=2))
    print(table(results["sizes"]))
    if "busy_day" in results:
        print(f"\na day of about {asked.busy_day:,} events: rolled up in {results['busy_day']['rollup_s']} s")


def _measured(folder: Path, events: int, *more: str) -> dict[str, Any]:
    """In a process of its own: settings are read once, and each folder has its own services."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    figures = folder / "query.json"
    command = [sys.executable, "-m", "bench.query", *sys.argv[1:], "--of", str(folder), "--events", str(events)]
    subprocess.run([*command, "--json", str(figures), *more], check=True)
    return json.loads(figures.read_text())


if __name__ == "__main__":
    main()
