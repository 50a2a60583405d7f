"""What the product has, read from its services directly: to be compared with what senders were promised."""

import time
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

import psycopg
import redis

from analytics_pulse import embedded
from analytics_pulse.supervisor.stack import Stack
from tests.faults.load import Promises

PAYLOADS, SET_ASIDE = "ap:journal:payloads", "ap:journal:set_aside"
RECEIVED = ("ap:journal:received", "ap:journal:received:collected")

KEPT_IDS = "SELECT event_id FROM events UNION ALL SELECT event_id FROM quarantined_events"
KEPT = f"SELECT event_id, count(*) FROM ({KEPT_IDS}) kept GROUP BY 1"
LEDGER = """
SELECT project_id, sum(received)::int, sum(accepted)::int, sum(stored)::int, sum(duplicate)::int, sum(quarantined)::int
FROM ingest_ledger GROUP BY 1
"""
STORED = """
SELECT coalesce(e.project_id, q.project_id), coalesce(e.count, 0), coalesce(q.count, 0)
FROM (SELECT project_id, count(*) FROM events GROUP BY 1) e
FULL JOIN (SELECT project_id, count(*) FROM quarantined_events GROUP BY 1) q USING (project_id)
"""
# Each visit against its own events. An event without a visit has session_id 0.
WRONG_VISITS = """
SELECT v.session_id, v.counted, e.counted FROM (
    SELECT project_id, session_id, ARRAY[sum(pageviews), sum(custom_events), sum(engaged_ms)] AS counted,
        max(last_event_at) AS last_event_at
    FROM visits GROUP BY 1, 2
) v FULL JOIN (
    SELECT project_id, session_id, ARRAY[
        count(*) FILTER (WHERE event_type = 'pageview'), count(*) FILTER (WHERE event_type = 'custom'),
        coalesce(sum(engaged_ms), 0)] AS counted,
        max(occurred_at) FILTER (WHERE event_type <> 'engagement') AS last_event_at
    FROM events WHERE session_id <> 0 GROUP BY 1, 2
) e USING (project_id, session_id)
WHERE v.counted IS DISTINCT FROM e.counted OR v.last_event_at IS DISTINCT FROM e.last_event_at
"""


@dataclass(frozen=True)
class Verdict:
    """lost: promised, not there. doubled: there more than once. Wrong: sentences about sums that do not hold."""

    accepted: int
    stored: int
    quarantined: int
    duplicates: int
    lost: list[UUID]
    doubled: list[UUID]
    wrong: list[str]

    @property
    def kept(self) -> int:
        return self.stored + self.quarantined

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


class Services:
    """Connections to the PostgreSQL and Redis of a running product; made anew when a fault broke them."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(embedded.redis_url(self._stack.data_dir), socket_timeout=2)

    def query(self, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple]:  # type: ignore[type-arg]
        url = embedded.database_url(self._stack.data_dir)
        with psycopg.connect(url, connect_timeout=2) as connection:
            return connection.execute(sql, parameters).fetchall()  # type: ignore[arg-type]

    def change(self, sql: str, event_id: UUID) -> None:
        with psycopg.connect(embedded.database_url(self._stack.data_dir)) as connection:
            connection.execute(sql, (event_id,))  # type: ignore[arg-type]

    def holds_any(self, event_ids: set[UUID]) -> bool:
        wanted = list(event_ids)
        return bool(self.query(f"SELECT FROM ({KEPT_IDS}) kept WHERE event_id = ANY(%s) LIMIT 1", (wanted,)))

    def stored_ids(self) -> set[UUID]:
        return {row[0] for row in self.query(KEPT_IDS)}

    def waiting(self) -> tuple[int, int]:
        """Messages in the journal, and on disk."""
        spooled = len(list((self._stack.data_dir / "spool").glob("*.message")))
        with self.redis() as client:
            return client.hlen(PAYLOADS), spooled  # type: ignore[return-value]

    def wait_until_drained(self, timeout_s: float) -> None:
        """Raises AssertionError with what still waits."""
        deadline = time.monotonic() + timeout_s
        waiting: object = None
        while waiting != (0, 0):
            assert time.monotonic() < deadline, f"(journal, spool) = {waiting} after {timeout_s} s"
            try:
                waiting = self.waiting()
            except redis.RedisError as error:
                waiting = error
            time.sleep(0.05)

    def judge(self, promises: Promises) -> Verdict:
        """Of everything that was ever sent to this product; only when it is drained."""
        kept: dict[UUID, int] = dict(self.query(KEPT))
        wrong = [f"set aside: {count} messages" for count in [self._set_aside()] if count]
        received = self._received()
        duplicates = 0
        stored = {project: (events, quarantined) for project, events, quarantined in self.query(STORED)}
        for project, was_received, *counts in self.query(LEDGER):
            accepted, in_events, duplicate, quarantined = counts
            duplicates += duplicate
            if accepted != in_events + duplicate + quarantined:
                wrong.append(f"ledger of {project}: accepted, stored, duplicate, quarantined = {counts}")
            if was_received + received[project] != accepted:
                wrong.append(f"ledger of {project}: {was_received + received[project]} received, {accepted} accepted")
            if stored.get(project, (0, 0)) != (in_events, quarantined):
                wrong.append(f"ledger of {project}: {counts}, but the tables have {stored.get(project)}")
        wrong += [f"visit {row[0]}: it says {row[1]}, its events {row[2]}" for row in self.query(WRONG_VISITS)[:5]]
        if strangers := kept.keys() - promises.sent:
            wrong.append(f"{len(strangers)} events that nobody sent")
        return Verdict(
            accepted=len(promises.accepted),
            stored=sum(events for events, _ in stored.values()),
            quarantined=sum(quarantined for _, quarantined in stored.values()),
            duplicates=duplicates,
            lost=[event_id for event_id in promises.accepted if event_id not in kept],
            doubled=[event_id for event_id, count in kept.items() if count > 1],
            wrong=wrong + promises.unexpected[:5],
        )

    def _set_aside(self) -> int:
        with self.redis() as client:
            return client.hlen(SET_ASIDE)  # type: ignore[return-value]

    def _received(self) -> Counter[UUID]:
        """Events counted at the door of which the ledger does not know yet."""
        found: Counter[UUID] = Counter()
        with self.redis() as client:
            for name in RECEIVED:
                for key, count in client.hgetall(name).items():  # type: ignore[union-attr]
                    if key != b"batch":
                        found[UUID(bytes=key[:16])] += int(count)
        return found
