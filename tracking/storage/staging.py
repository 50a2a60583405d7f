"""How event rows reach PostgreSQL: a binary COPY into a temporary table of the connection.

Measured for 640-row batches on the client: 1.7 us a row in binary, 5.3 us as text.
"""

from collections.abc import Iterable
from datetime import datetime
from types import NoneType
from typing import Any, get_args, get_type_hints
from uuid import UUID

import msgspec
from django.db.backends.utils import CursorWrapper

from tracking.storage.rows import EventRow

TABLE = "event_staging"
# Fields of EventRow that tell the store what to do and are not kept in `events`.
INSTRUCTIONS = ("session_started_at", "is_undated")
_TYPES = {UUID: "uuid", datetime: "timestamptz", int: "int8", float: "float8", str: "text", bool: "bool", dict: "text"}


def _staging_type(hint: Any) -> str:
    """Integers are staged as int8 whatever their column, so that one out of range is refused by the column."""
    (kind,) = {option for option in (get_args(hint) or (hint,)) if option is not NoneType} & set(_TYPES) or {dict}
    return _TYPES[kind]


COLUMNS = {name: _staging_type(hint) for name, hint in get_type_hints(EventRow).items()}
_CREATE = (
    f"CREATE TEMP TABLE IF NOT EXISTS {TABLE} ("
    + ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    + ") ON COMMIT DELETE ROWS"
)
_COPY = f"COPY pg_temp.{TABLE} FROM STDIN (FORMAT binary)"
_COPY_TYPES = list(COLUMNS.values())
_CUSTOM_DATA = list(COLUMNS).index("custom_data")


def stage(cursor: CursorWrapper, rows: Iterable[EventRow], *, is_nested: bool) -> None:
    """Fill the staging table with exactly these rows. `is_nested`: the caller's transaction outlives this append, so
    the rows of an earlier one may still be there."""
    # Not remembered per connection: a rollback takes the table away again, and asking costs 30 us a batch.
    cursor.execute(_CREATE)
    if is_nested:
        cursor.execute(f"TRUNCATE pg_temp.{TABLE}")
    with cursor.copy(_COPY) as copy:
        copy.set_types(_COPY_TYPES)
        for row in rows:
            values: Any = msgspec.structs.astuple(row)
            if row.custom_data is not None:
                values = list(values)
                values[_CUSTOM_DATA] = msgspec.json.encode(row.custom_data).decode()
            copy.write_row(values)
