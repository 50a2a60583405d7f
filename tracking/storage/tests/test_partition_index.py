"""An index more on a table that is in use."""

from datetime import date

import pytest
from django.db import connection

from tracking.storage import partition_index, partitions

pytestmark = pytest.mark.django_db(transaction=True)
DEFINITION = "(session_id) WHERE event_type = 'pageview'"


@pytest.fixture
def index():
    before = {each.name for each in partitions.list_partitions()}
    yield "an_index"
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS an_index")
        for made in partitions.list_partitions():
            if made.name not in before:
                cursor.execute(f"DROP TABLE {made.name}")


def asked(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_it_is_valid_once_all_partitions_have_it_and_again_is_nothing_more(index):
    partitions.ensure([date(2026, 9, 1), date(2026, 10, 1)])
    for _ in range(2):
        partition_index.build("events", index, DEFINITION)
        assert asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'an_index'::regclass") == [(True,)]
    (attached,) = asked("SELECT count(*) FROM pg_inherits WHERE inhparent = 'an_index'::regclass")
    assert attached == asked("SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass")[0]
    partitions.ensure([date(2025, 1, 1)])
    (later,) = asked("SELECT count(*) FROM pg_inherits WHERE inhparent = 'an_index'::regclass")
    assert later[0] == attached[0] + 1


def test_it_goes_on_after_it_was_cut_short(index):
    partitions.ensure([date(2026, 9, 1)])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX an_index ON ONLY events {DEFINITION}")
        cursor.execute(f"CREATE INDEX events_2026_09_an_index ON events_2026_09 {DEFINITION}")
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'events_2026_09_an_index'::regclass")
    partition_index.build("events", index, DEFINITION)
    assert asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'an_index'::regclass") == [(True,)]
    assert asked("SELECT indisvalid FROM pg_index WHERE indexrelid = 'events_2026_09_an_index'::regclass") == [(True,)]
