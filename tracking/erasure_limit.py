"""How often visitors may ask to be erased: each goes through all days of a project."""

from datetime import datetime
from uuid import UUID

from analytics_pulse.problems import Problem
from tracking.connections import redis_client

AN_ADDRESS_AN_HOUR = 10
A_PROJECT_AN_HOUR = 500
_HOUR_S = 3600


class TooManyErasures(Problem):
    status_code = 429
    code = "rate_limited"
    title = "That was asked for too often in this hour"


def spend(project_id: UUID, address_hash: int, now: datetime) -> None:
    """Count one request from this address, of which only the day's hash is known. Raises TooManyErasures and
    redis.RedisError."""
    now_s = int(now.timestamp())
    hour = now_s // _HOUR_S
    of_address = f"ap:erasures:rate:{project_id.hex}:{address_hash:x}:{hour}"
    of_project = f"ap:erasures:rate:{project_id.hex}:{hour}"
    with redis_client().pipeline(transaction=True) as pipe:
        for name in (of_address, of_project):
            pipe.incr(name)
            pipe.expire(name, _HOUR_S)
        by_address, _, by_project, _ = pipe.execute()
    if by_address > AN_ADDRESS_AN_HOUR or by_project > A_PROJECT_AN_HOUR:
        raise TooManyErasures(headers={"Retry-After": str((hour + 1) * _HOUR_S - now_s)})
