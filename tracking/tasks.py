"""Celery tasks: adapters of plain functions that take `now` and can run twice."""

from uuid import UUID

from celery import Task, shared_task
from celery.exceptions import Reject, SoftTimeLimitExceeded

from analytics_pulse import clock
from tracking import accounting, delivery, erasure, identity, keys, quarantine
from tracking.metrics import totals
from tracking.storage import get_store, partitions


@shared_task(bind=True, acks_on_failure_or_timeout=False)
def process_messages(self: Task, message_ids: list[bytes]) -> None:
    """Process messages of the journal. Redelivery is normal: append() absorbs it."""
    try:
        ids = (UUID(bytes=message_id) for message_id in message_ids)
        delivery.process(*ids, store=get_store(), now=clock.now)
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


@shared_task
def check_ledger() -> None:
    accounting.check(now=clock.now())


@shared_task
def remember_metrics() -> None:
    totals.take_snapshot(now=clock.now())


@shared_task
def run_erasure(erasure_id: bytes) -> None:
    erasure.run(UUID(bytes=erasure_id), store=get_store(), now=clock.now())


@shared_task
def run_due_erasures() -> None:
    erasure.run_due(store=get_store(), now=clock.now())


@shared_task
def restore_quarantined(selection: bytes) -> None:
    """Goes on in another task where the time of this one does not do."""
    if rest := quarantine.restore_all(quarantine.Selection.decode(selection), now=clock.now):
        restore_quarantined.delay(rest.encode())


@shared_task
def drop_quarantined(selection: bytes) -> None:
    """Goes on in another task where the time of this one does not do."""
    if rest := quarantine.drop_all(quarantine.Selection.decode(selection)):
        drop_quarantined.delay(rest.encode())
