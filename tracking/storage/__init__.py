"""The one home of events, and of SQL on them."""

from functools import lru_cache

from tracking.storage.base import EventStore


@lru_cache(maxsize=1)
def get_store() -> EventStore:
    """The process's event store. Cheap; it connects when it is first used."""
    from tracking.storage.postgres import PostgresStore

    return PostgresStore()
