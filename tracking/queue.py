"""The publisher: accepted events become one durable Celery message."""

from uuid import UUID

from tracking.envelope import Envelope


class QueueUnavailable(Exception):
    """Neither the broker nor the spool takes it. The client should try again after `retry_after_s`."""

    def __init__(self, retry_after_s: int = 5) -> None:
        super().__init__("the queue is not available")
        self.retry_after_s = retry_after_s


def publish(envelopes: list[Envelope]) -> None:
    """Return when the events are durable: accepted by the broker, or fsynced to the spool. Raises QueueUnavailable."""
    raise NotImplementedError


def note_rejections(project_id: UUID, codes: dict[str, int]) -> None:
    """Count refused events for the ledger; they travel with a later message."""
    raise NotImplementedError
