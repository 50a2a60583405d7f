"""The only door to events. A second backend implements this protocol and passes tracking/storage/tests/contract."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from tracking.storage.rows import Appended, StoredBatch
from tracking.storage.spec import StatsQuery, StatsResult


class StoreUnavailable(Exception):
    """The store cannot be reached or is overloaded: the same call works later."""


class PoisonEvent(Exception):
    """The store refuses these rows themselves: the same call never works."""


class QueryTooLarge(Exception):
    """The answer took longer than the statement timeout."""


class EventStore(Protocol):
    """Times are aware UTC; ranges are [start, end)."""

    def append(self, batch: StoredBatch) -> Appended:
        """Durably add what is new, with its visits, completions, quarantine and ledger, in one transaction.

        The same message_id again is a no-op. The same event_id of a project again is a duplicate: counted, not stored.
        Raises StoreUnavailable (try again later) or PoisonEvent (never will work).
        """

    def run(self, query: StatsQuery) -> StatsResult:
        """Answer a query. Raises QueryTooLarge or StoreUnavailable."""

    def first_event_at(self, project_id: UUID) -> datetime | None:
        """When the project's first event occurred; None when it has none."""

    def forget_messages(self, now: datetime) -> int:
        """Forget the ids of messages that are too old to be delivered again; how many. Any time, by several at once."""

    def purge(self, project_id: UUID, *, limit: int) -> int:
        """Delete up to `limit` events, then all else, of a project; how many rows went. 0: nothing is left."""
