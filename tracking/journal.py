"""Accepted messages that are not stored yet, in Redis. What is in here is durable; a Celery message only rings for it.

The transport of Celery over Redis takes a message out of its list and notes it as delivered in two commands: a worker
killed in between loses it, and a worker killed later keeps it hidden for the visibility timeout. Neither can lose an
event, since its message stays in the journal until the store has it, and `overdue` finds what nobody rings for.
"""

from datetime import datetime
from uuid import UUID

from tracking.connections import redis_client

PAYLOADS = "ap:journal:payloads"  # hash: message id -> encoded Message
ACCEPTED = "ap:journal:accepted"  # sorted set: message id by the time it was written or last rung for
SET_ASIDE = "ap:journal:set_aside"  # hash: message id -> encoded Message, or what was taken for one


def write(message_id: UUID, payload: bytes, now: datetime) -> None:
    """Durable when it returns (append-only file). Raises redis.RedisError; the same message again is a no-op."""
    with redis_client().pipeline(transaction=True) as pipe:
        pipe.hset(PAYLOADS, message_id.bytes, payload)
        pipe.zadd(ACCEPTED, {message_id.bytes: now.timestamp()})
        pipe.execute()


def read(message_id: UUID) -> bytes | None:
    """The encoded message; None when it is stored already."""
    return redis_client().hget(PAYLOADS, message_id.bytes)  # type: ignore[return-value]


def forget(message_id: UUID) -> None:
    """The store has it."""
    with redis_client().pipeline(transaction=True) as pipe:
        pipe.hdel(PAYLOADS, message_id.bytes)
        pipe.zrem(ACCEPTED, message_id.bytes)
        pipe.execute()


def set_aside(message_id: UUID, payload: bytes) -> None:
    """Keep a message that cannot be processed at all, for a person to look at."""
    redis_client().hset(SET_ASIDE, message_id.bytes, payload)


def overdue(before: datetime, now: datetime, limit: int = 100) -> list[UUID]:
    """Messages last rung for before that time, oldest first; they count as rung for now."""
    ids: list[bytes] = redis_client().zrangebyscore(ACCEPTED, 0, before.timestamp(), 0, limit)  # type: ignore[assignment]
    if ids:
        redis_client().zadd(ACCEPTED, dict.fromkeys(ids, now.timestamp()), xx=True)
    return [UUID(bytes=message_id) for message_id in ids]


def depth() -> int:
    """How many messages wait or are under way."""
    return int(redis_client().hlen(PAYLOADS))  # type: ignore[arg-type]


def oldest_at() -> float | None:
    """Epoch seconds of the message that waits longest; None when there is none."""
    first = redis_client().zrange(ACCEPTED, 0, 0, withscores=True)
    return first[0][1] if first else None  # type: ignore[index]
