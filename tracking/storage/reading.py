"""Reading from the tables of events: never for longer than the statement timeout."""

from typing import Any

import django.db
from django.db import connection, transaction

from tracking.storage.base import QueryTooLarge
from tracking.storage.failures import CANCELED, sqlstate, translated

STATEMENT_TIMEOUT_S = 15


def fetch(sql: str, params: dict[str, Any], *, timeout_s: float | None = None) -> list[tuple]:
    """All rows. timeout_s: STATEMENT_TIMEOUT_S unless said otherwise. Raises QueryTooLarge or StoreUnavailable."""
    timeout_s = timeout_s or STATEMENT_TIMEOUT_S
    with translated():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {int(timeout_s * 1000)}")
                cursor.execute(sql, params)
                return cursor.fetchall()
        except django.db.OperationalError as error:
            if sqlstate(error) == CANCELED:
                raise QueryTooLarge(f"no answer within {timeout_s} s") from error
            raise
