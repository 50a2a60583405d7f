"""How many requests a key may send in an hour; see leases.py for how they are counted."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from analytics_pulse import clock
from tracking import leases
from tracking.keys import Source
from tracking.leases import Allowance, Budget


def spend(source: Source, now: datetime) -> Allowance | None:
    """Count one request of this key; None when it has no limit. Raises RateLimited."""
    return leases.spend(_budget(source), now)


def peek(source: Source, now: datetime) -> Allowance | None:
    """What is left to lease of this hour, without spending any; None when there is no limit or Redis is away."""
    return leases.peek(_budget(source), now)


def was_throttled(project_id: UUID) -> int:
    """How many requests of the project were refused in the last 24 hours; 0 when Redis is away."""
    return leases.refused(str(project_id), clock.now())


def _budget(source: Source) -> Budget:
    limit = source.project.rate_limit_per_hour
    limit = settings.TRACK_RATE_LIMIT_PER_HOUR if limit is None else limit
    return Budget(source.key_id, limit, str(source.project.id))
