"""How fast the store appends: rows a second by batch size, and whose CPU that takes.

    .venv/bin/python -m bench.store

Starts a PostgreSQL in a folder of its own (fsync on) and appends batches of three-event visits of four projects from
one process. "python": CPU time of this process; "rest": the time it waits, which is PostgreSQL's work and the disk's.
"plain COPY": the raw limit, the same rows copied into a table without a key, a transaction each batch.
"""

import random
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from bench.own_postgres import own_postgres

COPY = "COPY plain FROM STDIN (FORMAT binary)"
ROWS = {1: 500, 10: 3_000, 100: 20_000, 640: 64_000, 2_000: 64_000}


def batches(size: int, rows: int, now: datetime) -> list:
    from tracking.storage.rows import StoredBatch
    from tracking.storage.tests.builders import event

    chance, projects = random.Random(size), [UUID(int=number) for number in range(1, 5)]

    def row(number: int) -> object:
        if number % 3 == 0:
            visit.update(
                project_id=chance.choice(projects), session_id=chance.getrandbits(62), visitor_id=chance.getrandbits(62)
            )
        return event(
            **visit,
            occurred_at=now + timedelta(milliseconds=number),
            received_at=now,
            session_started_at=now,
            hostname="example.com",
            path=f"/blog/{chance.randrange(500)}",
            title="A page with a title of usual length",
            referrer="https://www.google.com/",
            source="Google",
            channel="Organic Search",
            country="DE",
            region="DE-BE",
            city="Berlin",
            browser="Chrome",
            browser_version="120",
            os="Windows",
            os_version="10",
            device_type="desktop",
            language="en-US",
            timezone="Europe/Berlin",
            screen_width=1920,
            screen_height=1080,
            custom_data={"plan": "pro", "seats": 3} if number % 4 == 0 else None,
        )

    made = []
    for _ in range(rows // size):
        visit: dict = {}
        made.append(StoredBatch((uuid4(),), now, [row(number) for number in range(size)]))
    return made


def measure(size: int, rows: int) -> str:
    from tracking.storage import get_store

    made = batches(size, rows, datetime.now(UTC))
    copied_per_s = plain_copy(made)
    wall, cpu = time.perf_counter(), time.process_time()
    for batch in made:
        get_store().append(batch)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    count = len(made) * size
    python_us, rest_us = cpu / count * 1e6, (wall - cpu) / count * 1e6
    batch_ms = wall / len(made) * 1e3
    return (
        f"| {size:>5} | {count / wall:>7,.0f} | {python_us:>16.1f} | {rest_us:>14.1f} | {batch_ms:>10.1f} "
        f"| {copied_per_s:>17,.0f} | {count / wall / copied_per_s:>5.0%} |"
    )


def plain_copy(made: list) -> float:
    """Rows a second of nothing but the COPY."""
    import msgspec
    from django.db import connection, transaction

    from tracking.storage.staging import COLUMNS

    rows = [
        [tuple(msgspec.json.encode(v).decode() if isinstance(v, dict) else v for v in msgspec.structs.astuple(row))
         for row in batch.events]
        for batch in made
    ]  # fmt: skip
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        cursor.execute(f"DROP TABLE IF EXISTS plain; CREATE TABLE plain ({columns})")
    started_at = time.perf_counter()
    for batch in rows:
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.set_types(list(COLUMNS.values()))
            for row in batch:
                copy.write_row(row)
    return sum(map(len, rows)) / (time.perf_counter() - started_at)


if __name__ == "__main__":
    with own_postgres():
        print("| batch |  rows/s | python, us a row | rest, us a row | ms a batch | plain COPY, row/s | ratio |")
        print("|------:|--------:|-----------------:|---------------:|-----------:|------------------:|------:|")
        for size, rows in ROWS.items():
            measure(size, size)  # the first one makes the connection and its staging table
            print(measure(size, rows))
