"""What a question costs: its time, the rows it reads, the plan it is answered by."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from django.db import OperationalError, connection, transaction

from bench.questions import Floor
from tracking.storage import get_store
from tracking.storage.base import QueryTooLarge
from tracking.storage.spec import StatsQuery

_SETS = re.compile(r"\s*(SET\b|SELECT\s+set_config)", re.I)
_READS = re.compile(r"\s*(SELECT|WITH|\()", re.I)


@dataclass
class Cost:
    """ms of each round; rows read and what from, of one of them. timed_out: how many rounds had no answer.

    cpu_ms: of the database's processes, all rounds together: what the time would be on one idle core.
    """

    ms: list[float] = field(default_factory=list)
    cpu_ms: float = 0.0
    rows: int = 0
    source: str = ""
    timed_out: int = 0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def answer(queries: Sequence[StatsQuery], cost: Cost) -> None:
    """Put the queries to the store, past all caches of answers, and note how long that took."""
    cpu_s = server_cpu_s()
    started = time.perf_counter()
    sources: set[str] = set()
    try:
        for query in queries:
            sources.update(get_store().run(query).meta["source"].split("+"))
        cost.source = "+".join(sorted(sources))
    except QueryTooLarge:
        cost.timed_out += 1
    cost.ms.append((time.perf_counter() - started) * 1000)
    cost.cpu_ms += (server_cpu_s() - cpu_s) * 1000


def server_cpu_s() -> float:
    """CPU seconds of this connection's backend, and of the parallel workers that have ended. In steps of 10 ms."""
    from django.conf import settings

    connection.ensure_connection()
    backend = psutil.Process(connection.connection.info.backend_pid).cpu_times()
    postmaster = int(Path(settings.DATA_DIR / "postgres" / "postmaster.pid").read_text().split()[0])
    ended = psutil.Process(postmaster).cpu_times()
    return backend.user + backend.system + ended.children_user + ended.children_system


def floor_ms(floors: Sequence[Floor]) -> float:
    """How long the hand-written statements take, in ms, with the settings that the store reads with."""
    from tracking.storage import reading

    started = time.perf_counter()
    for floor in floors:
        reading.fetch(floor.sql, floor.params, timeout_s=120)
    return (time.perf_counter() - started) * 1000


def rows_read(queries: Sequence[StatsQuery]) -> int:
    """0 when there is no answer in time."""
    try:
        return sum(_rows(plan) for plan in plans(queries))
    except (QueryTooLarge, OperationalError):
        return 0


def plans(queries: Sequence[StatsQuery]) -> list[dict[str, Any]]:
    """The plans, as carried out, of all statements that the queries come to."""
    found: list[dict[str, Any]] = []
    for query in queries:
        with _recorded() as statements:
            get_store().run(query)
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, params in statements:
                if _SETS.match(sql):
                    cursor.execute(sql, params)
                    cursor.execute("SET LOCAL statement_timeout = '60s'")  # noting every row takes its time
                elif _READS.match(sql):
                    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
                    found.append(_plan(cursor.fetchone()[0]))
    return found


@contextmanager
def _recorded() -> Iterator[list[tuple[str, Any]]]:
    statements: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements


def _plan(value: Any) -> dict[str, Any]:
    (explained,) = json.loads(value) if isinstance(value, str) else value
    return explained["Plan"]


def _rows(node: dict[str, Any]) -> int:
    """Rows that the scans of tables below a node looked at, those they left out included."""
    read = sum(_rows(child) for child in node.get("Plans", []))
    if "Relation Name" in node:
        seen = sum(node.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter",
                                                  "Rows Removed by Index Recheck"))  # fmt: skip
        read += round(seen * node.get("Actual Loops", 0))
    return read
