"""What the realtime windows cost: the worker's time an event, without and with them; and their memory in Redis.

    .venv/bin/python -m bench.windows

Starts a PostgreSQL and a Redis (append-only file, fsync always) in a folder of its own and runs the worker's function
in this process on messages of the journal, alternately without and with the windows, so that both see the same machine.
"""

import os
import random
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

SIZES = {10: 20, 100: 10, 1_000: 2}  # events a message: messages a round
ROUNDS = 9  # of each kind; the median counts
PROJECTS = [UUID(int=number) for number in range(1, 5)]


def message(events: int, chance: random.Random, now: datetime):  # type: ignore[no-untyped-def]
    from bench.traffic import AGENTS, PAGES, REFERRERS
    from tracking.envelope import AcceptedEvent, Envelope, Message

    envelopes = []
    for _ in range(max(1, events // 10)):
        made = [
            AcceptedEvent(
                event_id=uuid4(),
                event_type="pageview" if chance.random() > 0.15 else "custom",
                event_name="search",
                occurred_at=now - timedelta(seconds=chance.random() * 3),
                url=f"https://bench.example{chance.choice(PAGES)}",
                referrer=chance.choice(REFERRERS),
                title="A page",
                language="en-US",
                screen_width=1440,
            )
            for _ in range(min(10, events))
        ]
        country = chance.choice(("DE", "US", "FR", "JP", "BR"))
        project_id, visitor_id, agent = chance.choice(PROJECTS), chance.getrandbits(62), chance.choice(AGENTS)
        envelopes.append(Envelope(project_id, now, visitor_id, None, agent, country, "", "", "", made))
    return Message(uuid4(), envelopes)


def cost() -> None:
    from tracking import delivery, journal
    from tracking.connections import redis_client
    from tracking.realtime import windows
    from tracking.storage import get_store

    counting, chance, client = windows.count, random.Random(1), redis_client()

    def redis_cpu_s() -> float:
        used = client.info("cpu")
        return used["used_cpu_user"] + used["used_cpu_sys"]  # type: ignore[index]

    def process(size: int, repeats: int, *, is_counted: bool) -> tuple[float, float, float]:
        """Wall, CPU here, CPU of Redis: each in us an event."""
        windows.count = counting if is_counted else lambda *_: None
        now = datetime.now(UTC)
        sent = [message(size, chance, now) for _ in range(repeats)]
        for each in sent:
            journal.write(each.id, each.encode(), now)
        of_redis, cpu, wall = redis_cpu_s(), time.process_time(), time.perf_counter()
        for each in sent:
            delivery.process(each.id, store=get_store(), now=lambda: now)
        spent = (time.perf_counter() - wall, time.process_time() - cpu, redis_cpu_s() - of_redis)
        return tuple(each / size / repeats * 1e6 for each in spent)  # type: ignore[return-value]

    print("| events a message | wall without | with | worker's CPU without | with | Redis' CPU without | with |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    for size, repeats in SIZES.items():
        process(size, repeats, is_counted=True)
        measured: dict[bool, list[tuple[float, float, float]]] = {False: [], True: []}
        for number in range(2 * ROUNDS):
            measured[bool(number % 2)].append(process(size, repeats, is_counted=bool(number % 2)))
        without, with_them = (
            [statistics.median(column) for column in zip(*measured[each], strict=True)] for each in (False, True)
        )
        pairs = " | ".join(f"{a:.1f} | {b:.1f}" for a, b in zip(without, with_them, strict=True))
        print(f"| {size} | {pairs} |", flush=True)
    windows.count = counting


def memory() -> None:
    """Bytes in Redis of the windows of one project, by what it is like."""
    from tracking import journal
    from tracking.connections import redis_client
    from tracking.realtime import windows
    from tracking.scripts import run_together
    from tracking.storage.tests.builders import event

    client, chance = redis_client(), random.Random(2)
    print("\n| project | keys | bytes in Redis |\n|---|--:|--:|")
    # Name, events a minute, pages, minutes between two with any, for how many minutes back.
    for name, a_minute, pages, every, minutes in (
        ("100 visits a day: two events each 15 minutes, for 2 days", 2, 20, 15, 2_880),
        ("an event each 5 minutes, for 2 days", 1, 50, 5, 2_880),
        ("20 events each minute, for 2 days", 20, 100, 1, 2_880),
        ("1,000 events each minute, for an hour", 1_000, 500, 1, 60),
        ("20,000 events each minute, for an hour", 20_000, 2_000, 1, 60),
    ):
        client.flushall()
        message_id = uuid4()
        client.hset(journal.PAYLOADS, message_id.bytes, b"")  # type: ignore[arg-type]
        before, now = client.info("memory")["used_memory"], datetime.now(UTC)  # type: ignore[index]
        for back in range(minutes - 1, -1, -every):
            rows = [
                event(
                    project_id=PROJECTS[0],
                    occurred_at=now - timedelta(minutes=back),
                    visitor_id=chance.getrandbits(62),
                    path=f"/blog/a-page-with-a-name/{int(pages * chance.random() ** 2)}",
                    source=chance.choice(("", "Google", "Newsletter", "Hacker News")),
                    country=chance.choice(("DE", "US", "FR", "JP", "BR")),
                    device_type=chance.choice(("desktop", "mobile")),
                )
                for _ in range(a_minute)
            ]
            run_together(client, [windows.count(rows, message_id, now).call])
        used = client.info("memory")["used_memory"] - before  # type: ignore[index]
        print(f"| {name} | {client.dbsize() - 2:,} | {used:,} |")


@contextmanager
def services(data_dir: Path) -> Iterator[None]:
    from analytics_pulse import embedded
    from analytics_pulse.supervisor import postgres, redis, waiting

    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    user = postgres.prepare(data_dir)
    redis.prepare(data_dir)
    servers = [
        subprocess.Popen(postgres.command(data_dir), **postgres.identity(user), **quiet),
        subprocess.Popen(redis.command(data_dir), **quiet),
    ]
    try:
        waiting.wait_for_postgres(embedded.database_url(data_dir), print)
        waiting.wait_for_redis(embedded.redis_url(data_dir), print)
        yield
    finally:
        for server in servers:
            server.send_signal(signal.SIGINT)  # which PostgreSQL takes for: now, whoever is connected
        for server in servers:
            server.wait(30)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="ap-bench-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "analytics_pulse.settings"
        os.environ["LOG_LEVEL"] = "WARNING"
        with services(Path(folder)):
            import django
            from django.core.management import call_command
            from django.db import connection

            django.setup()
            call_command("migrate", verbosity=0, skip_checks=True)
            cost()
            memory()
            connection.close()
