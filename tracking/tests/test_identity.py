"""Visitor ids: the same within a day, unlinkable after it, and the salts that make it so."""

import secrets
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection

from tracking import identity
from tracking.connections import redis_client
from tracking.identity import anonymous_visitor_id, rotate_salts, visitor_ids
from tracking.salts import Salt

pytestmark = pytest.mark.django_db

PROJECT = UUID(int=1)
IP = "198.51.100.7"
TODAY = datetime(2099, 11, 18, 12, tzinfo=UTC)  # ahead, so that Redis does not expire its copies during the test
TOMORROW = TODAY + timedelta(days=1)


@contextmanager
def database_away():
    """Every query fails as it does when PostgreSQL is away."""

    def fail(execute, sql, params, many, context):
        raise OperationalError("the connection is lost")

    with connection.execute_wrapper(fail):
        yield


def as_in_another_process():
    identity.clear_memory()


def test_a_visitor_is_the_same_all_day_and_in_every_process():
    first = visitor_ids(PROJECT, IP, "Firefox", TODAY.replace(hour=0))
    as_in_another_process()
    assert visitor_ids(PROJECT, IP, "Firefox", TODAY.replace(hour=23, minute=59, second=59)) == first


def test_an_id_fits_a_signed_64_bit_column():
    ids = [visitor_ids(PROJECT, f"198.51.100.{n}", "Firefox", TODAY)[0] for n in range(200)]
    assert len(set(ids)) == 200
    assert all(-(2**63) <= visitor_id < 2**63 for visitor_id in ids)
    assert any(visitor_id < 0 for visitor_id in ids)


@pytest.mark.parametrize(
    "other",
    [(uuid4(), IP, "Firefox"), (PROJECT, "198.51.100.8", "Firefox"), (PROJECT, IP, "Chrome"), (PROJECT, IP, "")],
)
def test_another_project_address_or_user_agent_is_another_visitor(other):
    assert visitor_ids(PROJECT, IP, "Firefox", TODAY)[0] != visitor_ids(*other, TODAY)[0]


def test_the_parts_cannot_run_into_each_other():
    assert visitor_ids(PROJECT, "1", "2Firefox", TODAY)[0] != visitor_ids(PROJECT, "12", "Firefox", TODAY)[0]


def test_the_next_day_is_linked_to_this_one_by_the_previous_id_only():
    today, before = visitor_ids(PROJECT, IP, "Firefox", TODAY)
    assert before is None
    tomorrow, previous = visitor_ids(PROJECT, IP, "Firefox", TOMORROW)
    assert tomorrow != today
    assert previous == today
    assert visitor_ids(PROJECT, IP, "Firefox", TOMORROW + timedelta(days=1))[1] == tomorrow


def test_the_previous_id_is_there_in_another_process_too():
    today, _ = visitor_ids(PROJECT, IP, "Firefox", TODAY)
    as_in_another_process()
    assert visitor_ids(PROJECT, IP, "Firefox", TOMORROW)[1] == today


def test_no_salt_is_made_for_a_day_that_is_over():
    visitor_ids(PROJECT, IP, "Firefox", TODAY)
    assert [salt.day for salt in Salt.objects.all()] == [TODAY.date()]


def test_the_day_begins_at_midnight_utc():
    late = datetime(2099, 11, 18, 23, 59, tzinfo=UTC)
    assert visitor_ids(PROJECT, IP, "F", late)[0] != visitor_ids(PROJECT, IP, "F", late + timedelta(minutes=1))[0]


def test_a_known_salt_costs_no_query(django_assert_num_queries):
    visitor_ids(PROJECT, IP, "Firefox", TODAY)
    with django_assert_num_queries(0):
        visitor_ids(PROJECT, IP, "Chrome", TODAY)


def test_salts_are_destroyed_after_48_hours():
    for days in range(4):
        visitor_ids(PROJECT, IP, "Firefox", TODAY + timedelta(days=days))
    now = TODAY + timedelta(days=3)
    assert rotate_salts(now) == 2
    assert rotate_salts(now) == 0
    assert [salt.day for salt in Salt.objects.order_by("day")] == [(now - timedelta(days=1)).date(), now.date()]
    assert sorted(identity._salts._secrets) == [(now - timedelta(days=1)).date(), now.date()]


def test_the_copy_in_redis_expires_48_hours_after_the_days_beginning():
    visitor_ids(PROJECT, IP, "Firefox", TODAY)
    # EXPIRETIME is of a later Redis than the one we run on.
    expires_at = datetime.now(UTC) + timedelta(milliseconds=redis_client().pttl(f"ap:salt:{TODAY.date()}"))
    wanted = TODAY.replace(hour=0) + timedelta(hours=48)
    assert abs(expires_at - wanted) < timedelta(seconds=5)


def test_a_process_forgets_the_salts_of_days_gone_by_itself():
    for days in (0, 1, 5):
        visitor_ids(PROJECT, IP, "Firefox", TODAY + timedelta(days=days))
    assert list(identity._salts._secrets) == [(TODAY + timedelta(days=5)).date()]


@pytest.mark.django_db(transaction=True)
def test_processes_that_make_the_salt_at_once_agree():
    """Each thread is a process of its own, without Redis between them and the database."""
    memories = [identity._Salts() for _ in range(6)]
    for memory in memories:
        memory._redis_circuit.pause_s = 3600
        memory._redis_circuit.trip(ConnectionError())
    start = threading.Barrier(len(memories))
    found = []

    def find(memory):
        start.wait()
        found.append(memory.of(TODAY)[0])
        connection.close()

    threads = [threading.Thread(target=find, args=(memory,)) for memory in memories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 6
    assert set(found) == {bytes(Salt.objects.get().secret)}


# --- Trouble ----------------------------------------------------------------------------------------------------------


def test_without_redis_the_salt_is_of_the_database(redis_away):
    first = visitor_ids(PROJECT, IP, "Firefox", TODAY)
    as_in_another_process()
    assert visitor_ids(PROJECT, IP, "Firefox", TODAY) == first


def test_without_the_database_the_copy_in_redis_serves():
    first = visitor_ids(PROJECT, IP, "Firefox", TODAY)
    as_in_another_process()
    with database_away():
        assert visitor_ids(PROJECT, IP, "Firefox", TODAY) == first


def test_without_the_database_a_new_days_salt_is_agreed_on_in_redis():
    with database_away():
        first = visitor_ids(PROJECT, IP, "Firefox", TODAY)
        as_in_another_process()
        assert visitor_ids(PROJECT, IP, "Firefox", TODAY) == first


def test_without_both_a_process_goes_by_a_salt_of_its_own_and_offers_it_later(redis_away):
    with database_away():
        first = visitor_ids(PROJECT, IP, "Firefox", TODAY)
        assert visitor_ids(PROJECT, IP, "Firefox", TODAY) == first
    own = identity._salts._own[TODAY.date()]
    # The database is back, and the process asks it again.
    identity._salts._database_circuit.close()
    identity._salts._ask_again_at.clear()
    assert visitor_ids(PROJECT, IP, "Firefox", TODAY) == first
    assert bytes(Salt.objects.get().secret) == own


def test_a_salt_of_its_own_gives_way_to_the_shared_one(redis_away):
    shared = secrets.token_bytes(32)
    Salt.objects.create(day=TODAY.date(), secret=shared)
    identity._salts._own[TODAY.date()] = secrets.token_bytes(32)
    visitor_ids(PROJECT, IP, "Firefox", TODAY)
    assert identity._salts._secrets[TODAY.date()] == shared


# --- Anonymous ids ----------------------------------------------------------------------------------------------------


def test_an_anonymous_id_is_the_same_visitor_for_ever():
    anonymous_id = uuid4()
    first = anonymous_visitor_id(PROJECT, anonymous_id)
    as_in_another_process()
    assert anonymous_visitor_id(PROJECT, anonymous_id) == first
    assert -(2**63) <= first < 2**63
    assert anonymous_visitor_id(uuid4(), anonymous_id) != first
    assert anonymous_visitor_id(PROJECT, uuid4()) != first


def test_an_anonymous_visitors_number_cannot_be_made_without_the_secret_key(settings):
    anonymous_id = uuid4()
    first = anonymous_visitor_id(PROJECT, anonymous_id)
    settings.SECRET_KEY = "another"
    assert anonymous_visitor_id(PROJECT, anonymous_id) != first
