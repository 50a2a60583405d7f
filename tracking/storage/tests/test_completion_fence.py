"""The fence: what is waited for before goals are counted anew."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from tracking.storage import completion_rules

pytestmark = pytest.mark.django_db(transaction=True)


def session(database: str) -> psycopg.Connection:
    of = connection.settings_dict
    return psycopg.connect(
        dbname=database, user=of["USER"], password=of["PASSWORD"], host=of["HOST"], port=of["PORT"] or None
    )


@pytest.fixture
def here() -> Iterator[psycopg.Connection]:
    with session(connection.settings_dict["NAME"]) as other:
        yield other


@pytest.fixture
def elsewhere() -> Iterator[psycopg.Connection]:
    with session("postgres") as other:
        yield other


def test_a_write_of_this_database_that_was_begun_before_is_waited_for(here: psycopg.Connection) -> None:
    here.execute("SELECT pg_current_xact_id()")
    place = completion_rules.fence()
    assert not completion_rules.is_passed(place)
    here.commit()
    assert completion_rules.is_passed(place)


def test_what_is_begun_later_and_what_another_database_does_is_not(
    here: psycopg.Connection, elsewhere: psycopg.Connection
) -> None:
    elsewhere.execute("SELECT pg_current_xact_id()")
    place = completion_rules.fence()
    here.execute("SELECT pg_current_xact_id()")
    assert completion_rules.is_passed(place)
