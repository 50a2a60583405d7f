"""Restoring, dropping, erasing and appending at the same moment: each event ends in one place, and the ledger knows."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tracking.models import Event, LedgerHour, QuarantinedEvent, Visit
from tracking.storage import quarantine
from tracking.storage.base import EventStore, Whom
from tracking.storage.rows import EventRow, QuarantinedRow
from tracking.storage.spec import ProjectRef
from tracking.storage.tests.builders import DAY, MINUTE, NOW, SITE, event, message, quarantined

WORKERS = 4
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def together() -> Iterator[Callable[[list[Callable[[], Any]]], list[Any]]]:
    """Call these, WORKERS at a time."""

    def call(action: Callable[[], Any]) -> Any:
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        yield lambda actions: list(pool.map(call, actions))


def row_of(row: QuarantinedRow, number: int) -> EventRow:
    return event(
        event_id=row.event_id, occurred_at=row.occurred_at, received_at=row.received_at, session_id=number % 5 + 1
    )


def shuffled(rows: list[Any], seed: int) -> list[Any]:
    return random.Random(seed).sample(rows, len(rows))


def check_balance() -> LedgerHour:
    hour = LedgerHour.objects.get()
    assert hour.accepted == hour.stored + hour.duplicate + hour.quarantined
    return hour


def test_restored_by_many_at_once_each_event_is_stored_once(store: EventStore, together: Callable) -> None:
    aside = [quarantined(occurred_at=NOW + n * MINUTE / 10) for n in range(100)]
    store.append(message(quarantined=aside))
    rows = [row_of(row, number) for number, row in enumerate(aside)]
    batches = [message(*shuffled(rows, seed), is_restored=True) for seed in range(2 * WORKERS)]
    outcomes = together([lambda batch=batch: store.append(batch) for batch in batches])
    assert sum(outcome.stored for outcome in outcomes) == 100
    assert sum(outcome.duplicate for outcome in outcomes) == 0
    assert (Event.objects.count(), QuarantinedEvent.objects.count()) == (100, 0)
    assert sum(Visit.objects.values_list("pageviews", flat=True)) == 100
    hour = check_balance()
    assert (hour.accepted, hour.stored, hour.reasons) == (100, 100, {})


def test_while_others_drop_what_is_restored_each_event_goes_one_way(store: EventStore, together: Callable) -> None:
    aside = [quarantined(occurred_at=NOW + n * MINUTE / 10) for n in range(100)]
    store.append(message(quarantined=aside))
    rows = [row_of(row, number) for number, row in enumerate(aside)]
    ids = [row.event_id for row in aside]
    actions: list[Callable[[], Any]] = []
    for seed in range(WORKERS):
        some = message(*shuffled(rows, seed)[:60], is_restored=True)
        actions.append(lambda some=some: store.append(some).stored)  # type: ignore[misc]
        actions.append(lambda seed=seed: quarantine.drop(SITE, shuffled(ids, seed + 100)[:30]))  # type: ignore[misc]
    assert sum(together(actions)) + QuarantinedEvent.objects.count() == 100
    hour = check_balance()
    assert (hour.accepted, hour.stored) == (100, Event.objects.count())


def test_while_a_visitor_goes_on_they_are_erased(store: EventStore, together: Callable) -> None:
    """Appends and erasures lock the same visits: none of them may fail, and the last erasure leaves nothing."""
    whom, project = Whom((1,)), ProjectRef(SITE, NOW.tzinfo)  # type: ignore[arg-type]

    def erase() -> int:
        return store.erase(project, whom, NOW - DAY, NOW + DAY, received_until=NOW).events

    batches = [message(*(event(session_id=n + 1) for n in shuffled(list(range(20)), seed))) for seed in range(12)]
    actions: list[Callable[[], Any]] = []
    for batch in batches:
        actions += [lambda batch=batch: store.append(batch).stored, lambda: 0 * erase()]  # type: ignore[misc]
    assert sum(together(actions)) == 240
    erase()
    assert (Event.objects.count(), Visit.objects.count()) == (0, 0)
    assert check_balance().stored == 240
