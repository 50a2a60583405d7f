"""Asking for a goal to be counted in what is there already."""

from datetime import datetime
from uuid import UUID

import redis
import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

from goals.models import Fill, Goal, State

log = structlog.get_logger(__name__)


def ask(goal: Goal, now: datetime, *, rings: bool = True) -> None:
    """From the beginning, by what the goal means now; whoever is at it gives up. In the transaction of a change, after
    raise_version(). rings: for a worker."""
    Fill.objects.update_or_create(
        goal=goal,
        defaults={
            "version": goal.version,
            "state": State.WAITING,
            "asked_at": now,
            "since": None,
            "done_until": None,
            "heard_at": None,
            "is_removal": goal.deleted_at is not None,
            "error": "",
            "fence": None,
            "failures": 0,
        },
    )
    if rings:
        transaction.on_commit(lambda: ring(goal.pk), robust=True)


def ring(goal_id: UUID) -> None:
    """Have a worker go on with it. A failure delays it until it is looked after."""
    from goals.tasks import fill_goal  # tasks import this module

    try:
        fill_goal.apply_async((goal_id.bytes,), retry=False)
    except (OperationalError, redis.RedisError, OSError) as error:
        log.warning("fill_not_rung_for", error=type(error).__name__)
