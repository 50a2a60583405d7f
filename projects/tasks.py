"""Adapters between Celery and this app's actions."""

from celery import shared_task

from analytics_pulse import clock
from projects.actions import projects


@shared_task
def purge_deleted_projects() -> None:
    """Runs every minute."""
    projects.purge_deleted_projects(now=clock.now())
