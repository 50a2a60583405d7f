"""What a question reads is of one moment, and never changes anything."""

import threading

import pytest
from django.db import connection

from tracking.storage.base import StoreUnavailable
from tracking.storage.reading import reading
from tracking.storage.tests.builders import SITE, event, message

COUNT = "SELECT count(*) FROM events WHERE project_id = %s"


def append_elsewhere() -> None:
    from tracking.storage import get_store

    def run() -> None:
        get_store().append(message(event()))
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_statements_of_one_reading_see_the_same(transactional_db: None) -> None:
    append_elsewhere()
    with reading(SITE) as cursor:
        cursor.execute(COUNT, [SITE])
        assert cursor.fetchone() == (1,)
        append_elsewhere()
        cursor.execute(COUNT, [SITE])
        assert cursor.fetchone() == (1,)
    with reading(SITE) as cursor:
        cursor.execute(COUNT, [SITE])
        assert cursor.fetchone() == (2,)


def test_a_reading_changes_nothing(transactional_db: None) -> None:
    with pytest.raises(StoreUnavailable), reading(SITE) as cursor:
        cursor.execute("DELETE FROM events")
