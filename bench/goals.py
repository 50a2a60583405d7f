"""What goals cost: matching events with them, appending what they come to, and counting one in what is there already.

    .venv/bin/python -m bench.goals [--events 1000000]

Starts a PostgreSQL of its own. Visits have three pageviews, an engagement event after each, and a custom event.
"""

import argparse
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psutil

from bench.own_postgres import own_postgres

BATCH = 640
KINDS = ("pageview", "engagement", "pageview", "engagement", "pageview", "engagement", "custom")
ROUNDS, ROUND_BATCHES = 6, 30


def traffic(project_id: object, count: int, end: datetime) -> Iterator[list]:
    """Batches of BATCH rows, over 60 days."""
    from tracking.storage.tests.builders import event

    chance, rows = random.Random(f"{project_id}"), []
    step = timedelta(days=60) / count
    for number in range(count):
        at, place = end - (count - number) * step, number % len(KINDS)
        if place == 0:
            session_id, visitor_id = chance.getrandbits(62), chance.getrandbits(62)
            visit = {"session_id": session_id, "visitor_id": visitor_id, "session_started_at": at}
            path = f"/blog/{chance.randrange(500)}"
        kind = KINDS[place]
        rows.append(
            event(
                project_id=project_id,
                occurred_at=at,
                received_at=end,
                event_type=kind,
                event_name=chance.choice(("Signup", "Buy", "Login")) if kind == "custom" else "",
                path=path,
                title="A page with a title of usual length",
                source="Google",
                country="DE",
                browser="Chrome",
                os="Windows",
                custom_data={"plan": "pro", "seats": 3} if kind == "custom" else None,
                engaged_ms=chance.randrange(90_000) if kind == "engagement" else None,
                scroll_depth=chance.randrange(100) if kind == "engagement" else None,
                **visit,
            )
        )  # fmt: skip
        if len(rows) == BATCH:
            yield rows
            rows = []


def fifty() -> Iterator[dict]:
    """Goals of all kinds, which hundreds of pages and some events have."""
    for number in range(20):
        yield {"goal_type": "pageview", "target_url_pattern": f"/blog/{number}"}
    for number in range(10):
        yield {"goal_type": "pageview", "target_url_pattern": f"/blog/{number}*"}
        yield {"goal_type": "pageview", "target_url_pattern": f"^/shop/({number}|x)+/$", "url_match": "regex"}
    for name in ("Buy", "Trial", "Download", "Demo"):
        condition = {"key": "plan", "operator": "matches", "values": ["^pro"]}
        yield {"goal_type": "event", "target_event_name": name, "conditions": [condition]}
    for number in range(3):
        yield {"goal_type": "scroll", "target_url_pattern": f"/blog/{number}*", "target_value": 75}
        yield {"goal_type": "engagement", "target_url_pattern": f"/blog/{number}*", "target_value": 60}


def a_project(name: str) -> object:
    from projects.models import Organization, Project

    organization = Organization.objects.create(name=name)
    return Project.objects.create(organization=organization, name=name, domain="example.com")


def make_goals(project: object, goals: Iterator[dict]) -> None:
    from goals.actions import create_goal

    for number, fields in enumerate(goals):
        create_goal(project=project, by=None, name=f"Goal {number}", **fields)


def cost_us(batches: list[list]) -> float:
    """CPU time a row, of this process and of its PostgreSQL backend: what else the machine does is not in it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        processes = [psutil.Process(), psutil.Process(cursor.fetchone()[0])]
    before_s = sum(sum(each.cpu_times()[:2]) for each in processes)
    for rows in batches:
        append(rows)
    return (sum(sum(each.cpu_times()[:2]) for each in processes) - before_s) * 1e6 / sum(map(len, batches))


def append(rows: list) -> None:
    from tracking.pipeline.match_goals import append_matched, match
    from tracking.storage import get_store
    from tracking.storage.rows import StoredBatch

    completions, thresholds, versions = match(rows)
    batch = StoredBatch((uuid4(),), rows[0].received_at, rows, completions=completions, thresholds=thresholds)
    batch.rule_versions = versions
    append_matched(get_store(), batch)


def measure_matching(end: datetime) -> None:
    from tracking.pipeline.match_goals import match

    for label, goals in (("no goals", iter(())), ("50 goals", fifty())):
        project = a_project(label)
        make_goals(project, goals)
        batches = list(traffic(project.pk, BATCH * 40, end))
        match(batches[0])
        started_at = time.process_time()
        for rows in batches:
            match(rows)
        print(f"matching, {label}: {(time.process_time() - started_at) * 1e6 / (BATCH * 40):.2f} us an event")


def measure_appending(end: datetime) -> None:
    """In turns, so that what else the machine does is in all of them."""
    from django.db import connection

    found: dict[str, list[float]] = {"without the index of engagement": [], "no goals": [], "50 goals": []}
    for _ in range(ROUNDS):
        for label, costs in found.items():
            project = a_project(label)
            make_goals(project, fifty() if label == "50 goals" else iter(()))
            with connection.cursor() as cursor:
                if label.startswith("without"):
                    cursor.execute("DROP INDEX IF EXISTS engagement_by_visit")
                else:
                    cursor.execute(
                        "CREATE INDEX IF NOT EXISTS engagement_by_visit ON events (session_id)"
                        " WHERE event_type = 'engagement'"
                    )
            costs.append(cost_us(list(traffic(project.pk, BATCH * ROUND_BATCHES, end))))
    for label, costs in found.items():
        print(f"appending, {label}: {sorted(costs)[ROUNDS // 2]:.1f} us of CPU a row (median of {ROUNDS})")


def measure_filling(count: int, end: datetime) -> None:
    from django.db import connection

    from analytics_pulse import clock
    from goals import filling
    from goals.actions import create_goal
    from tracking.models import GoalCompletion

    project = a_project("large")
    total = sum(len(rows) for rows in traffic(project.pk, count, end) if append(rows) is None)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE events")
    kinds = {
        "one event": {"goal_type": "event", "target_event_name": "Signup"},
        "an event, by a property": {
            "goal_type": "event",
            "target_event_name": "Buy",
            "conditions": [{"key": "seats", "operator": "gte", "values": ["3"]}],
        },
        "one page": {"goal_type": "pageview", "target_url_pattern": "/blog/7"},
        "pages, by an expression": {"goal_type": "pageview", "target_url_pattern": "/blog/[12]$", "url_match": "regex"},
        "every page": {"goal_type": "pageview", "target_url_pattern": "*"},
        "scrolled to 75 %, some pages": {"goal_type": "scroll", "target_url_pattern": "/blog/1*", "target_value": 75},
        "a minute on any page": {"goal_type": "engagement", "target_url_pattern": "*", "target_value": 60},
    }
    for label, fields in kinds.items():
        goal = create_goal(project=project, by=None, name=label, **fields)
        started_at = time.perf_counter()
        while filling.fill(goal.pk, now=clock.now) is not None:
            pass
        took_s = time.perf_counter() - started_at
        reached = GoalCompletion.objects.filter(project_id=project.pk, goal_id=goal.pk).count()
        print(f"counting in {total:,} events, {label}: {total / took_s:,.0f} events/s, {reached:,} completions")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    asked = parser.parse_args()
    now = datetime.now(UTC)
    with own_postgres():
        from goals import filling, fills

        # There is no Redis: nobody to ring for, and no answers that are remembered.
        fills.ring = lambda goal_id: None
        filling.data_versions.bump = lambda *changed: None
        measure_matching(now)
        measure_appending(now)
        measure_filling(asked.events, now)
