"""Rows of an archive as the store takes them, for the project that they now belong to."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec

from reports.exports.archive_rows import ArchivedEvent, ArchivedQuarantined
from reports.exports.retained import Retained
from reports.exports.tar_entries import NotAnArchive
from tracking.envelope import Message
from tracking.storage.rows import EventRow, QuarantinedRow
from tracking.storage.staging import INSTRUCTIONS

_FIELDS = [name for name in EventRow.__struct_fields__ if name != "project_id" and name not in INSTRUCTIONS]
_columns_of = attrgetter(*_FIELDS)
_CUSTOM_DATA = _FIELDS.index("custom_data")


class RowsOfProject:
    """Without those that this installation would delete at once."""

    def __init__(self, project_id: UUID, retained: Retained) -> None:
        self.project_id, self.retained = project_id, retained

    def events(self, some: Iterable[ArchivedEvent]) -> list[EventRow]:
        return [self._event(row) for row in some if self.retained.keeps(row.occurred_at)]

    def _event(self, row: ArchivedEvent) -> EventRow:
        values: list[Any] = list(_columns_of(row))
        values[_CUSTOM_DATA] = _object(row.custom_data)
        started_at = row.session_started_at
        if started_at is not None and not self.retained.keeps(started_at):
            started_at = None  # of that time there are no visits any more
        return EventRow(*[self.project_id, *values, started_at])

    def quarantined(self, some: Iterable[ArchivedQuarantined]) -> list[QuarantinedRow]:
        return [
            QuarantinedRow(
                self.project_id, row.event_id, row.occurred_at, row.received_at, row.reason, row.detail,
                self._payload(row.payload),
            )
            for row in some
            if self.retained.keeps(row.occurred_at)
        ]  # fmt: skip

    def _payload(self, payload: bytes) -> bytes:
        """The event of this project: when it is restored, it must not go to the one that it came from, or that an
        archive names. What cannot be read cannot be restored either, and stays as it is."""
        try:
            message = Message.decode(payload)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return payload
        for envelope in message.envelopes:
            envelope.project_id = self.project_id
        return message.encode()


def require_object(raw: msgspec.Raw) -> None:
    """Raises NotAnArchive for JSON that is neither an object nor null."""
    if not bytes(raw).startswith((b"{", b"null")):
        raise NotAnArchive("The properties of an event are no object.")


def _object(raw: msgspec.Raw) -> Any:
    """The JSON as it stands, which the store writes as it is; None for none."""
    return None if bytes(raw) == b"null" else raw
