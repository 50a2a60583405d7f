"""Celery tasks of this app: adapters of plain functions that can run twice."""

from uuid import UUID

from celery import shared_task

from analytics_pulse import clock
from goals import filling


@shared_task
def fill_goal(goal_id: bytes) -> None:
    """Goes on in another task where the time of this one does not do."""
    later_s = filling.fill(UUID(bytes=goal_id), now=clock.now)
    if later_s is not None:
        fill_goal.apply_async((goal_id,), countdown=later_s or None)


@shared_task
def look_after_fills() -> None:
    filling.look_after(now=clock.now())
