"""Reading from the tables of events: never for longer than the statement timeout, and never by all at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import django.db
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from tracking.storage.base import InvalidPattern, QueryTooLarge
from tracking.storage.bulkhead import Bulkhead
from tracking.storage.failures import CANCELED, INVALID_PATTERN, sqlstate, translated

_bulkhead = Bulkhead()
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
# Until the end of the transaction. Grouping by visitor hashes millions of rows. And the number of groups is always
# taken for too small, whereupon visits are looked up one by one: measured 5 times as slow as one hash join.
_SETTINGS = """
SELECT set_config('statement_timeout', %s, true), set_config('work_mem', '64MB', true),
       set_config('enable_nestloop', 'off', true)
"""


def fetch(sql: str, params: dict[str, Any], *, timeout_s: float | None = None) -> list[tuple]:
    """All rows. params["project_id"]: whose question it is. timeout_s: QUERY_TIMEOUT_S unless said otherwise.

    Raises QueryTooLarge, InvalidPattern, StoreUnavailable, or StoreBusy when too many ask at once.
    """
    with reading(params.get("project_id"), timeout_s=timeout_s) as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@contextmanager
def reading(
    project_id: UUID | None, *, timeout_s: float | None = None, in_portions: bool = False
) -> Iterator[CursorWrapper]:
    """A cursor whose statements all see the same data, unless it is nested in a transaction of the caller's.

    in_portions: one statement, whose rows stay in the database until they are fetched. Raises what fetch() does.
    """
    timeout_s = timeout_s or settings.QUERY_TIMEOUT_S
    with _bulkhead.place(project_id), translated():
        try:
            is_nested = connection.in_atomic_block
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_SETTINGS if is_nested else _SNAPSHOT + _SETTINGS, [f"{int(timeout_s * 1000)}ms"])
                if not in_portions:
                    yield cursor
                    return
                with connection.chunked_cursor() as portions:
                    yield portions
        except django.db.OperationalError as error:
            if sqlstate(error) == CANCELED:
                raise QueryTooLarge(f"no answer within {timeout_s} s") from error
            raise
        except django.db.DataError as error:
            if sqlstate(error) == INVALID_PATTERN:
                raise InvalidPattern(str(error).partition("\n")[0]) from error
            raise
