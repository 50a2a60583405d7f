"""Celery tasks: adapters of plain functions that take `now` and can run twice."""

from uuid import UUID

from celery import Task, shared_task
from celery.exceptions import Reject, SoftTimeLimitExceeded

from analytics_pulse import clock
from tracking import delivery, identity, keys
from tracking.storage import get_store, partitions


@shared_task(bind=True, acks_on_failure_or_timeout=False)
def process_message(self: Task, message_id: bytes) -> None:
    """Process a message of the journal. Redelivery is normal: append() absorbs it."""
    try:
        delivery.process(UUID(bytes=message_id), store=get_store(), now=clock.now)
    except (delivery.NotNow, SoftTimeLimitExceeded) as error:
        raise Reject(error, requeue=True) from error


@shared_task
def drain_spool() -> None:
    delivery.drain_spool(now=clock.now())


@shared_task
def ring_for_overdue() -> None:
    delivery.ring_for_overdue(now=clock.now())


@shared_task
def forget_messages() -> None:
    get_store().forget_messages(now=clock.now())


@shared_task
def rotate_salts() -> None:
    identity.rotate_salts(now=clock.now())


@shared_task
def flush_key_uses() -> None:
    keys.flush_uses()


@shared_task
def maintain_partitions() -> None:
    partitions.maintain(now=clock.now())
