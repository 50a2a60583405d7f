"""What PostgreSQL's errors mean to a caller of the store."""

from collections.abc import Iterator
from contextlib import contextmanager

import django.db
import psycopg
from django.db import connection

from tracking.storage.base import PoisonEvent, StoreUnavailable

NO_PARTITION = "23514"  # check_violation: "no partition of relation found for row"
DEADLOCK = "40P01"
CANCELED = "57014"  # query_canceled: by the statement timeout, or by an operator
INVALID_PATTERN = "2201B"  # invalid_regular_expression
_LIMIT_EXCEEDED = "54"  # the class "program limit exceeded": a row that no retry makes smaller


def sqlstate(error: BaseException | None) -> str:
    """The SQLSTATE of a psycopg error or of the Django error that wraps it; "" when there is none."""
    while error is not None:
        if isinstance(error, psycopg.Error):
            return error.sqlstate or ""
        error = error.__cause__
    return ""


@contextmanager
def translated() -> Iterator[None]:
    """Raise PoisonEvent for what the rows themselves cause, StoreUnavailable for everything else: an error that is not
    understood must cost a retry, never an event."""
    try:
        yield
    except (django.db.DataError, django.db.IntegrityError, psycopg.DataError, psycopg.IntegrityError) as error:
        raise PoisonEvent(str(error).partition("\n")[0]) from error
    except (UnicodeError, OverflowError, ArithmeticError) as error:  # refused on the way into the COPY
        raise PoisonEvent(str(error)) from error
    except (django.db.Error, psycopg.Error) as error:
        if sqlstate(error).startswith(_LIMIT_EXCEEDED):
            raise PoisonEvent(str(error).partition("\n")[0]) from error
        if not connection.in_atomic_block:
            connection.close()  # it may be dead: PostgreSQL restarted. The next call opens a new one.
        raise StoreUnavailable(str(error).partition("\n")[0]) from error
