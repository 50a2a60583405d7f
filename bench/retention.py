"""How fast it is told who comes back, how pages age and which visits there were.

    .venv/bin/python -m bench.retention                                  a million events, in a folder of its own
    .venv/bin/python -m bench.retention --events 10000000 --data-dir /var/tmp/bench

Loads a year of events of one project as bench.query does, and asks the store past all caches of answers; every fifth
person has a user id. The table has the middle one of the rounds, and the CPU time of the database: what it takes on
one idle core.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bench import dataset

GERMANY = "DE"


def questions(found: dataset.Dataset) -> dict[str, Callable[[], Any]]:
    """Inside services(): what is asked, by its name in the table."""
    from reports import periods
    from tracking.storage import active_people, page_ages, retention, returning, visit_list
    from tracking.storage.people import People
    from tracking.storage.spec import Filter, Period, ProjectRef

    zone, now = ZoneInfo(found.timezone), found.ends_at
    project = ProjectRef(UUID(found.project), zone, is_cookieless=False)
    today = now.astimezone(zone).date()

    def period(first_days_ago: int) -> Period:
        return periods.of_days(today - timedelta(days=first_days_ago), today, zone)

    year, quarter, month = period(364), period(90), period(29)
    german, page = (Filter("country", "is", (GERMANY,)),), (Filter("page", "is", ("/",)),)

    def cohorts(of: Period, unit: str, people: People = People.VISITORS, filters: tuple[Filter, ...] = ()) -> Any:
        starts = periods.buckets(of, unit)
        return retention.cells(project, starts, people, filters, cohorts=len(starts), until=of.end)

    return {
        "cohorts of 30 days": lambda: cohorts(month, "day"),
        "cohorts of 14 weeks": lambda: cohorts(quarter, "week"),
        "cohorts of 13 months": lambda: cohorts(year, "month"),
        "cohorts of 14 weeks, of a country": lambda: cohorts(quarter, "week", filters=german),
        "cohorts of 14 weeks, of users": lambda: cohorts(quarter, "week", People.USERS),
        "active people, 91 days": lambda: active_people.active_days(project, quarter, People.VISITORS),
        "back on the same day, 91 days": lambda: returning.returning_days(project, quarter),
        "ages of new pages, 91 days": lambda: page_ages.aged_pages(project, quarter, until=now, limit=50),
        "latest visits, 365 days": lambda: visit_list.visits(project, year, limit=50),
        "latest visits, 30 days, of a page": lambda: visit_list.visits(project, month, page, limit=50),
        "number of visits up to 10,000": lambda: visit_list.count(project, year, at_most=10_000),
    }


def sign_in(found: dataset.Dataset) -> None:
    """Inside services(): every fifth person has a user id."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("events", "visits"):
            cursor.execute(
                f"UPDATE {table} SET user_id = 'u' || visitor_id WHERE project_id = %s AND visitor_id %% 5 = 0"
                " AND user_id = ''",
                [found.project],
            )
    dataset.analyze()


def measure(data_dir: Path, events: int, rounds: int) -> None:
    with dataset.services(data_dir):
        from django.core.management import call_command

        from bench import probe

        found = dataset.Dataset.read(data_dir)
        if found is None:
            found = dataset.load(data_dir, events, days=365, seed=1, processes=2, timezone="Europe/Berlin")
            sign_in(found)
        call_command("migrate", verbosity=0, skip_checks=True)
        print(f"\n{found.events:,} events in {found.days} days\n\n| question | ms | CPU ms |\n| --- | --- | --- |")
        for name, ask in questions(found).items():
            times, cpu_s = [], probe.server_cpu_s()
            for _ in range(rounds):
                started = time.perf_counter()
                ask()
                times.append((time.perf_counter() - started) * 1000)
            cpu_ms = (probe.server_cpu_s() - cpu_s) / rounds * 1000
            print(f"| {name} | {sorted(times)[rounds // 2]:,.0f} | {cpu_ms:,.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast it is told who comes back.")
    parser.add_argument("--events", type=int, default=1_000_000, help="of the project")
    parser.add_argument("--data-dir", type=Path, help="keep the data here, and use them again")
    parser.add_argument("--rounds", type=int, default=5, help="of each question")
    asked = parser.parse_args()
    data_dir = asked.data_dir or Path(tempfile.mkdtemp(prefix="ap-bench-"))
    try:
        measure(data_dir, asked.events, asked.rounds)
    finally:
        if not asked.data_dir:
            shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    main()
