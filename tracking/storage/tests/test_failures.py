"""PostgreSQL goes away, comes back, and is slow."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from tracking.storage import bulkhead, get_store, reading
from tracking.storage.base import QueryTooLarge, StoreBusy, StoreUnavailable
from tracking.storage.tests.builders import OTHER_SITE, SITE, event, message, outcome
from tracking.storage.tests.questions import answer, question


@pytest.fixture
def operator(transactional_db: None) -> Iterator[psycopg.Connection]:
    """A second connection to the same database."""
    connection.ensure_connection()
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        yield other


def in_thread(work: Callable[[], object]) -> object:
    try:
        return work()
    finally:
        connection.close()


def cut(operator: psycopg.Connection) -> None:
    """End the connection of the test as a restart of PostgreSQL does: it learns of it when it next asks."""
    operator.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])


def test_a_lost_connection_is_reported_as_unavailable_and_the_next_append_works(operator: psycopg.Connection) -> None:
    batch = message(event())
    get_store().append(message(event()))
    cut(operator)
    with pytest.raises(StoreUnavailable):
        get_store().append(batch)
    assert get_store().append(batch) == outcome(stored=1)


def test_a_lost_connection_is_reported_as_unavailable_and_the_next_question_works(operator: psycopg.Connection) -> None:
    answer(get_store(), "visitors")
    cut(operator)
    with pytest.raises(StoreUnavailable):
        answer(get_store(), "visitors")
    assert answer(get_store(), "visitors") == [(0,)]


def test_a_server_that_is_not_there_is_unavailable(transactional_db: None) -> None:
    connection.close()
    there = connection.settings_dict["HOST"]
    connection.settings_dict["HOST"] = "/nonexistent"
    try:
        with pytest.raises(StoreUnavailable):
            get_store().append(message(event()))
        with pytest.raises(StoreUnavailable):
            answer(get_store(), "visitors")
    finally:
        connection.settings_dict["HOST"] = there
        connection.close()
    assert get_store().append(message(event())) == outcome(stored=1)


def test_an_append_that_is_canceled_can_be_tried_again(operator: psycopg.Connection) -> None:
    connection.cursor().execute("SET statement_timeout = '300ms'")
    with operator.transaction():
        operator.execute("LOCK TABLE events IN EXCLUSIVE MODE")
        with pytest.raises(StoreUnavailable):
            get_store().append(message(event()))
    assert get_store().append(message(event())) == outcome(stored=1)


def test_a_partition_that_was_dropped_behind_its_back_is_made_again(operator: psycopg.Connection) -> None:
    get_store().append(message(event()))
    operator.execute("DROP TABLE events_2026_11")
    assert get_store().append(message(event())) == outcome(stored=1)


def test_a_question_that_takes_too_long_is_given_up_and_the_next_one_is_answered(
    operator: psycopg.Connection, settings: Any
) -> None:
    settings.QUERY_TIMEOUT_S = 0.2
    with operator.transaction():
        operator.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(QueryTooLarge):
            get_store().run(question("visitors"))
    assert answer(get_store(), "visitors") == [(0,)]


def test_slow_questions_of_one_project_leave_room_for_another_and_for_events(
    operator: psycopg.Connection, settings: Any
) -> None:
    settings.QUERY_TIMEOUT_S = 1
    slow = {"project_id": SITE}
    with ThreadPoolExecutor(8) as pool:
        under_way = [pool.submit(in_thread, lambda: reading.fetch("SELECT pg_sleep(60)", slow)) for _ in range(8)]
        running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'"
        while operator.execute(running).fetchone() != (bulkhead.PLACES_OF_ONE,):
            time.sleep(0.01)
        assert get_store().append(message(event(project_id=OTHER_SITE))) == outcome(stored=1)
        assert reading.fetch("SELECT 1", {"project_id": OTHER_SITE}) == [(1,)]
        assert operator.execute(running).fetchone()[0] <= bulkhead.PLACES_OF_ONE
        outcomes = {type(each.exception()) for each in under_way}
    assert outcomes <= {QueryTooLarge, StoreBusy}
    assert reading.fetch("SELECT 1", slow) == [(1,)]


def test_a_question_does_not_leave_its_timeout_behind(transactional_db: None) -> None:
    answer(get_store(), "visitors")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
