"""Days that are added up while events come in, while somebody is erased, and by several at once."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from tracking.models import DailyRow, DirtySlot, VisitDay
from tracking.storage import rollup
from tracking.storage.base import EventStore, StoreUnavailable, Whom
from tracking.storage.clean_days import clean_days
from tracking.storage.rollup_check import differences
from tracking.storage.spec import ProjectRef
from tracking.storage.tests.builders import DAY, SITE, event, message

pytestmark = pytest.mark.django_db(transaction=True)
PROJECT = ProjectRef(SITE, ZoneInfo("UTC"))
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
DAYS = [date(2026, 10, day) for day in (1, 2, 3)]
LATER = NOON + 3 * DAY
# As many for `make soak` and the like.
APPENDS = int(os.environ.get("ROLLUP_APPENDS", "120"))


@pytest.fixture
def in_threads() -> Iterator[Callable[..., Future]]:
    """Run a function on a connection of its own."""
    with ThreadPoolExecutor(8) as pool:

        def run(function: Callable, *arguments: object) -> Future:
            def call() -> object:
                try:
                    return function(*arguments)
                finally:
                    connection.close()

            return pool.submit(call)

        yield run


@contextmanager
def held_up(table: str = "analytics_hourly") -> Iterator[None]:
    """Until the end of this, who adds a day up waits in the middle of it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield


def waiting_for(table: str = "analytics_hourly") -> int:
    """The process that waits for a lock on it."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT pid FROM pg_locks WHERE relation = %s::regclass AND NOT granted AND pid <> pg_backend_pid()",
                [table],
            )
            if found := cursor.fetchone():
                return found[0]


def late(moment: datetime = NOON, **fields: object):
    return message(
        event(**({"occurred_at": moment, "session_started_at": moment, "session_id": uuid4().int >> 66} | fields))
    )


def clean() -> list[date]:
    return [each.day for each in clean_days(PROJECT, DAYS[0], DAYS[-1])]


def pageviews(day: date = DAYS[0]) -> int:
    return DailyRow.objects.get(day=day).pageviews


def refresh(store: EventStore) -> int:
    return store.refresh_rollups(PROJECT, LATER, budget_s=60).days


def test_no_change_is_missed_however_appends_and_refreshes_meet(store: EventStore, in_threads: Callable) -> None:
    store.append(late())
    over = threading.Event()

    def append(worker: int) -> None:
        for number in range(APPENDS):
            store.append(late(NOON + (number + worker) % 3 * DAY))

    def go_on(function: Callable[[], object]) -> list[object]:
        found = []
        while not over.is_set():
            found.append(function())
        return found

    refreshing = [in_threads(go_on, lambda: refresh(store)) for _ in range(2)]
    watching = in_threads(go_on, lambda: differences(PROJECT, DAYS[0], DAYS[-1]))
    appending = [in_threads(append, worker) for worker in range(3)]
    try:
        for each in appending:
            each.result()
    finally:
        over.set()
    assert sum(sum(each.result()) for each in refreshing) > len(DAYS), "days were added up in between"
    assert [found for found in watching.result() if found] == [], "at no moment a day that is clean was wrong"
    while refresh(store):
        pass
    assert clean() == DAYS
    assert DirtySlot.objects.count() == 0
    assert sum(pageviews(day) for day in DAYS) == 3 * APPENDS + 1
    assert differences(PROJECT, DAYS[0], DAYS[-1]) == []


def test_a_change_that_is_not_committed_yet_makes_its_day_dirty_when_it_is(
    store: EventStore, in_threads: Callable
) -> None:
    store.append(late())
    assert DirtySlot.objects.count() == 1, "of the same slot as the next one"
    appended, go = threading.Event(), threading.Event()

    def append() -> None:
        with transaction.atomic():
            store.append(late())
            appended.set()
            go.wait(30)

    appending = in_threads(append)
    appended.wait(30)
    refresh(store)
    assert (clean(), pageviews()) == (DAYS, 1)
    go.set()
    appending.result()
    assert clean() == DAYS[1:]
    refresh(store)
    assert (clean(), pageviews()) == (DAYS, 2)


def test_an_append_does_not_wait_for_a_refresh_and_is_not_lost_in_it(store: EventStore, in_threads: Callable) -> None:
    store.append(late())
    with held_up():
        refreshing = in_threads(refresh, store)
        waiting_for()
        in_threads(store.append, late()).result(30)
    refreshing.result()
    assert DAYS[0] not in clean() or pageviews() == 2
    refresh(store)
    assert (clean(), pageviews()) == (DAYS, 2)


def test_a_day_waits_for_what_began_before_it_was_closed(store: EventStore, in_threads: Callable) -> None:
    now = store.clock()
    store.append(late(now))
    begun, go = threading.Event(), threading.Event()

    def append() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            begun.set()
            go.wait(30)
            store.append(late(now))

    appending = in_threads(append)
    begun.wait(30)
    done = store.refresh_rollups(PROJECT, now + 3 * DAY, budget_s=60)
    assert (done.days, done.left > 0) == (0, True)
    go.set()
    appending.result()
    assert DirtySlot.objects.count() == 0
    assert store.refresh_rollups(PROJECT, now + 3 * DAY, budget_s=60).left == 0
    assert pageviews(now.date()) == 2


def test_two_refreshes_at_once_do_each_day_once(store: EventStore, in_threads: Callable) -> None:
    store.append(late())
    with held_up():
        both = [in_threads(refresh, store) for _ in range(2)]
        waiting_for()
    assert sum(each.result() for each in both) == len(DAYS)
    assert clean() == DAYS
    assert VisitDay.objects.count() == 1


def test_a_refresh_that_is_killed_leaves_everything_as_it_was(store: EventStore, in_threads: Callable) -> None:
    store.append(late())
    refresh(store)
    store.append(late())
    with held_up():
        refreshing = in_threads(refresh, store)
        victim = waiting_for()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [victim])
        with pytest.raises(StoreUnavailable):
            refreshing.result()
    assert (clean(), pageviews(), VisitDay.objects.count(), DirtySlot.objects.count()) == (DAYS[1:], 1, 1, 1)
    refresh(store)
    assert (clean(), pageviews()) == (DAYS, 2)


def test_who_is_erased_during_a_refresh_does_not_come_back(store: EventStore, in_threads: Callable) -> None:
    store.append(late(visitor_id=7))
    store.append(late(visitor_id=8))
    with held_up():
        refreshing = in_threads(lambda: store.refresh_rollups(PROJECT, NOON + DAY, budget_s=60))
        waiting_for()
        erasing = in_threads(
            lambda: store.erase(
                PROJECT, Whom(visitor_ids=(7,)), NOON - DAY, NOON + DAY, received_until=datetime(2027, 1, 1, tzinfo=UTC)
            )
        )
    refreshing.result()
    erasing.result()
    assert set(VisitDay.objects.values_list("visitor_id", flat=True)) == {8}
    assert DAYS[0] not in clean()
    refresh(store)
    assert (clean(), pageviews()) == (DAYS, 1)


def test_a_project_that_is_deleted_during_a_refresh_leaves_nothing(store: EventStore, in_threads: Callable) -> None:
    store.append(late())
    with held_up():
        refreshing = in_threads(refresh, store)
        waiting_for()
        purging = in_threads(lambda: [*iter(lambda: store.purge(SITE, limit=100), 0)])
    refreshing.result()
    purging.result()
    assert (DailyRow.objects.count(), VisitDay.objects.count()) == (0, 0)


def test_the_lock_is_a_projects_own(in_threads: Callable) -> None:
    def take(project_id: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            rollup.lock(cursor, project_id)

    with transaction.atomic(), connection.cursor() as cursor:
        rollup.lock(cursor, SITE)
        in_threads(take, uuid4()).result(30)
