"""The only door to events. A second backend implements this protocol and passes tracking/storage/tests/contract."""

from datetime import date, datetime
from typing import Protocol
from uuid import UUID

import msgspec

from tracking.storage.rows import Appended, StoredBatch
from tracking.storage.spec import ProjectRef, StatsQuery, StatsResult


class StoreUnavailable(Exception):
    """The store cannot be reached or is overloaded: the same call works later."""


class StoreBusy(StoreUnavailable):
    """So many questions are being answered that this one has to come again."""


class PoisonEvent(Exception):
    """The store refuses these rows themselves: the same call never works."""


class SomeKnown(Exception):
    """Some messages of a batch were appended before and some were not: nothing is done. Append them one by one."""


class StaleRules(Exception):
    """The goals of these projects changed since the batch was matched with them: nothing is done. Match it again."""

    def __init__(self, project_ids: frozenset[UUID]) -> None:
        super().__init__(", ".join(map(str, project_ids)))
        self.project_ids = project_ids


class QueryTooLarge(Exception):
    """The answer took longer than the statement timeout."""


class InvalidPattern(ValueError):
    """A `matches` filter's value is no regular expression."""


class Whom(msgspec.Struct, frozen=True):
    """Whose data is meant: that of any of these visitors, and of the site's user when not "" (its own pseudonym)."""

    visitor_ids: tuple[int, ...] = ()
    user_id: str = ""


class Erased(msgspec.Struct, frozen=True):
    """How many rows went. visitor_ids: of the rows; days: on which they fell, in the project's zone."""

    events: int = 0
    visits: int = 0
    completions: int = 0
    quarantined: int = 0
    visitor_ids: frozenset[int] = frozenset()
    days: frozenset[date] = frozenset()


class Refreshed(msgspec.Struct, frozen=True):
    """days: added up. left: those that are due still, since the time was over or something of them is on its way."""

    days: int
    left: int


class EventStore(Protocol):
    """Times are aware UTC; ranges are [start, end)."""

    def append(self, batch: StoredBatch) -> Appended:
        """Durably add what is new, with its visits, completions, quarantine and ledger, in one transaction.

        The same messages again are a no-op. The same event_id of a project again is a duplicate: counted, not stored.
        Of a restored batch only what still lies in the quarantine is taken, out of there and in the same transaction.
        Raises StoreUnavailable (try again later), PoisonEvent (never will work), SomeKnown or StaleRules.
        """

    def run(self, query: StatsQuery) -> StatsResult:
        """Answer a query. Raises ValueError for what possible.py lists, InvalidPattern, QueryTooLarge or
        StoreUnavailable."""

    def first_event_at(self, project_id: UUID) -> datetime | None:
        """When the project's first event occurred; None when it has none."""

    def span(self, project_id: UUID) -> tuple[datetime, datetime] | None:
        """The first and the last moment of which the project has events, visits or quarantine; None: it has none."""

    def erase(
        self, project: ProjectRef, whom: Whom, start: datetime, end: datetime, *, received_until: datetime
    ) -> Erased:
        """Delete what these people did in [start, end), as far as it was received up to then, in one transaction.

        A visit of theirs that falls into the range goes as a whole, with all its events and completions, whoever else
        the site says was signed in during it; their quarantined events go too. The ledger goes on counting them. Again
        is a no-op. Reads the range: call it for a day at a time. Raises StoreUnavailable.
        """

    def forget_messages(self, now: datetime) -> int:
        """Forget the ids of messages that are too old to be delivered again; how many. Any time, by several at once."""

    def clock(self) -> datetime:
        """The store's own time: what it compares events with to tell old ones from young ones."""

    def refresh_rollups(self, project: ProjectRef, now: datetime, *, budget_s: float) -> Refreshed:
        """Add closed days up that are not, or that changed since: the last first, one at least, until the time is over.

        now: not later than clock(), or events on their way are missed. Can run twice, and at once. Some 15 s for a day
        of a million events; the days before are added up when it is interrupted. Raises StoreUnavailable.
        """

    def rebuild_rollups(self, project: ProjectRef, first: date, last: date) -> None:
        """Have the next refresh add these days up anew, both included, whatever is there."""

    def check_rollups(self, project: ProjectRef, now: datetime, *, budget_s: float) -> list[date]:
        """The days whose sums are not those of their events and visits. They are logged, and added up by the next
        refresh. The last days first, a month at least, until the time is over. Raises StoreUnavailable."""

    def purge(self, project_id: UUID, *, limit: int) -> int:
        """Delete up to `limit` events, then all else, of a project; how many rows went. 0: nothing is left."""
