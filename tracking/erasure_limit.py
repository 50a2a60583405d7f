"""How often visitors may ask to be erased: each goes through all days of a project."""

from datetime import datetime
from uuid import UUID

from analytics_pulse.problems import Problem
from tracking.connections import redis_client
from tracking.storage.base import Whom

A_VISITOR_AN_HOUR = 5
A_PROJECT_AN_HOUR = 500
_HOUR_S = 3600


class TooManyErasures(Problem):
    status_code = 429
    code = "rate_limited"
    title = "That was asked for too often in this hour"


def spend(project_id: UUID, whom: Whom, now: datetime) -> None:
    """Count one request of this visitor. Raises TooManyErasures and redis.RedisError."""
    now_s = int(now.timestamp())
    hour = now_s // _HOUR_S
    of_visitor = f"ap:erasures:rate:{project_id.hex}:{whom.visitor_ids[-1]:x}:{hour}"
    of_project = f"ap:erasures:rate:{project_id.hex}:{hour}"
    with redis_client().pipeline(transaction=True) as pipe:
        for name in (of_visitor, of_project):
            pipe.incr(name)
            pipe.expire(name, _HOUR_S)
        by_visitor, _, by_project, _ = pipe.execute()
    if by_visitor > A_VISITOR_AN_HOUR or by_project > A_PROJECT_AN_HOUR:
        raise TooManyErasures(headers={"Retry-After": str((hour + 1) * _HOUR_S - now_s)})
