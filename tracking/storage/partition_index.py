"""An index more on a partitioned table that is in use: built a partition at a time, while others read and write.

PostgreSQL builds no index of a partitioned table concurrently. Its partitions' are, outside of any transaction; the
table's own, which has no rows, then takes them in, and is valid once it has all. Cut short, it goes on when it is
called again.
"""

from django.db import connection
from django.db.backends.utils import CursorWrapper

_PARTITIONS = """
SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
WHERE inhparent = to_regclass(%s) ORDER BY child.relname
"""
_IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"
_IS_ATTACHED = "SELECT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(%s))"


def build(table: str, name: str, definition: str) -> None:
    """definition: what comes after CREATE INDEX … ON <table>. Trusted SQL: of a migration."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON ONLY {table} {definition}")
        cursor.execute(_PARTITIONS, [table])
        for (partition,) in cursor.fetchall():
            _add(cursor, name, partition, f"{partition}_{name}", definition)


def _add(cursor: CursorWrapper, whole: str, partition: str, name: str, definition: str) -> None:
    if _asked(cursor, _IS_ATTACHED, name):
        return
    if _asked(cursor, _IS_VALID, name) is False:  # of a build that was cut short
        cursor.execute(f"DROP INDEX CONCURRENTLY {name}")
    cursor.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {partition} {definition}")
    cursor.execute(f"ALTER INDEX {whole} ATTACH PARTITION {name}")


def _asked(cursor: CursorWrapper, sql: str, name: str) -> bool | None:
    cursor.execute(sql, [name])
    row = cursor.fetchone()
    return row[0] if row else None
