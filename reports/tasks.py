"""Celery tasks of this app: adapters of plain functions that take `now` and can run twice."""

from uuid import UUID

from celery import shared_task

from analytics_pulse import clock
from reports.exports import actions


@shared_task
def run_export(export_id: bytes) -> None:
    actions.go_on(UUID(bytes=export_id), now=clock.now)


@shared_task
def look_after_exports() -> None:
    actions.look_after(now=clock.now())
