"""What the steps of the pipeline pass on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tracking.envelope import AcceptedEvent, Envelope, Message, Rejections
from tracking.reasons import Reason
from tracking.storage.rows import CompletionRow, EventRow, QuarantinedRow, Threshold


class Item(msgspec.Struct, gc=False):
    """One event on its way: as it was accepted, and the row it becomes (set by `enrich`)."""

    envelope: Envelope
    event: AcceptedEvent
    row: EventRow | None = None


class Batch(msgspec.Struct):
    """The events of some messages. A step takes a Batch and returns it: `items` shrink as events are quarantined.

    erased: (project, time of receipt) of each event whose visitor was erased while it was on its way.
    is_restored: see Message. thresholds, rule_versions: see StoredBatch.
    """

    message_ids: tuple[UUID, ...]
    now: datetime
    items: list[Item]
    quarantined: list[QuarantinedRow]
    completions: list[CompletionRow]
    rejections: list[Rejections]
    erased: list[tuple[UUID, datetime]] = []
    is_restored: bool = False
    thresholds: list[Threshold] = []
    rule_versions: dict[UUID, int] = {}

    @classmethod
    def of(cls, messages: Sequence[Message], now: datetime) -> "Batch":
        """Restored messages and others never stand in one batch."""
        items = [Item(envelope, event) for each in messages for envelope in each.envelopes for event in envelope.events]
        rejections = [rejected for each in messages for rejected in each.rejections]
        return cls(tuple(each.id for each in messages), now, items, [], [], rejections, [], messages[0].is_restored)


def quarantine(item: Item, reason: Reason, detail: str = "") -> QuarantinedRow:
    """The item as a quarantined row, with all that is needed to send it through the pipeline again."""
    envelope = msgspec.structs.replace(item.envelope, events=[item.event], screened="")
    return QuarantinedRow(
        project_id=envelope.project_id,
        event_id=item.event.event_id,
        occurred_at=item.event.occurred_at,
        received_at=envelope.received_at,
        reason=reason,
        detail=detail,
        payload=Message(item.event.event_id, [envelope]).encode(),
    )
