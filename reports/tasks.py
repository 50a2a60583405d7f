"""Celery tasks of this app: adapters of plain functions that take `now` and can run twice."""

from uuid import UUID

from celery import shared_task

from analytics_pulse import clock
from reports import rollups
from reports.exports import actions

# A day of many million events takes minutes, and nothing is lost with a run: it is not given to another worker, and
# the next one begins again.
LONG = {"acks_late": False, "soft_time_limit": 840, "time_limit": 900}


@shared_task
def run_export(export_id: bytes) -> None:
    actions.go_on(UUID(bytes=export_id), now=clock.now)


@shared_task
def look_after_exports() -> None:
    actions.look_after(now=clock.now())


@shared_task(**LONG)
def go_on_with_rollups(asked: bytes) -> None:
    """Goes on in another task where the time of this one does not do."""
    if rest := rollups.run(rollups.Round.decode(asked), now=clock.now()):
        go_on_with_rollups.delay(rest.encode())


@shared_task
def refresh_due_rollups() -> None:
    go_on_with_rollups.delay(rollups.due(clock.now()).encode())


@shared_task
def refresh_all_rollups() -> None:
    go_on_with_rollups.delay(rollups.every().encode())


@shared_task
def check_rollups() -> None:
    go_on_with_rollups.delay(rollups.every(rollups.First.CHECK).encode())
