"""Workers that append the same events at the same moment."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from msgspec.structs import replace

from tracking.storage.base import EventStore
from tracking.storage.rows import Appended, EventRow, StoredBatch
from tracking.storage.tests.builders import DAY, MINUTE, NOW, OTHER_SITE, SITE, event, message, quarantined
from tracking.storage.tests.questions import answer

WORKERS = 4
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def together(store: EventStore) -> Iterator[Callable[[list[StoredBatch]], list[Appended]]]:
    """Append these, WORKERS at a time."""

    def append(batch: StoredBatch) -> Appended:
        try:
            return store.append(batch)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        yield lambda batches: list(pool.map(append, batches))


def total(outcomes: list[Appended]) -> tuple[int, int, int]:
    return (
        sum(outcome.stored for outcome in outcomes),
        sum(outcome.duplicate for outcome in outcomes),
        sum(outcome.quarantined for outcome in outcomes),
    )


def shuffled(rows: list[EventRow], seed: int) -> list[EventRow]:
    return random.Random(seed).sample(rows, len(rows))


def test_one_message_takes_effect_once(store: EventStore, together: Callable) -> None:
    batch = message(*(event(session_id=n) for n in range(50)))
    outcomes = together([batch] * 2 * WORKERS)
    assert total(outcomes) == (50, 0, 0)
    assert sum(outcome.was_known for outcome in outcomes) == 2 * WORKERS - 1


def test_the_same_events_in_other_messages_and_orders_are_stored_once(store: EventStore, together: Callable) -> None:
    rows = [
        event(
            session_id=n % 20,
            visitor_id=n % 20,
            project_id=(SITE, OTHER_SITE)[n % 2],
            occurred_at=NOW + n * MINUTE / 10,
        )
        for n in range(200)
    ]
    bots = [quarantined() for _ in range(10)]
    outcomes = together([message(*shuffled(rows, n), quarantined=bots[n:] + bots[:n]) for n in range(2 * WORKERS)])
    assert total(outcomes) == (200, (2 * WORKERS - 1) * 210, 10)
    for site in (SITE, OTHER_SITE):
        assert answer(store, "visits pageviews views_per_visit", project_id=site) == [(10, 100, 10.0)]


def test_undated_events_are_stored_once_though_each_delivery_has_its_own_time(
    store: EventStore, together: Callable
) -> None:
    rows = [event(is_undated=True) for _ in range(100)]
    deliveries = [
        [replace(row, occurred_at=NOW + n * MINUTE, received_at=NOW + n * MINUTE) for row in shuffled(rows, n)]
        for n in range(2 * WORKERS)
    ]
    assert total(together([message(*delivered) for delivered in deliveries]))[0] == 100
    assert answer(store, "pageviews") == [(100,)]


def test_late_events_of_one_new_month_do_not_get_in_each_others_way(store: EventStore, together: Callable) -> None:
    long_ago = NOW - 3000 * DAY
    late = [message(event(occurred_at=long_ago, session_started_at=long_ago, session_id=n)) for n in range(2 * WORKERS)]
    assert total(together(late)) == (2 * WORKERS, 0, 0)
