"""Which messages the store has seen: their effects are in the tables, or they had none."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tracking.models import ProcessedMessage
from tracking.storage.failures import translated


def is_any_known(message_ids: Iterable[UUID]) -> bool:
    """Raises StoreUnavailable."""
    with translated():
        return ProcessedMessage.objects.filter(message_id__in=list(message_ids)).exists()


def note(message_id: UUID, now: datetime) -> bool:
    """Whether the message is new; from then on it is known. In the caller's transaction, with what it does."""
    _, is_new = ProcessedMessage.objects.get_or_create(message_id=message_id, defaults={"received_at": now})
    return is_new
