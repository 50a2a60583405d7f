"""Accepted messages that are not stored yet, in Redis. What is in here is durable; a Celery message only rings for it.

The transport of Celery over Redis takes a message out of its list and notes it as delivered in two commands: a worker
killed in between loses it, and a worker killed later keeps it hidden for the visibility timeout. Neither can lose an
event, since its message stays in the journal until the store has it, and `overdue` finds what nobody rings for.

This is also the door at which events are counted: what a 202 promised is counted in the same script that makes it
durable, by no one who has a part in storing it. tracking/accounting.py compares the two.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

import redis
from redis.commands.core import Script

from tracking.connections import redis_client
from tracking.metrics import counters
from tracking.scripts import Call, run_together

PAYLOADS = "ap:journal:payloads"  # hash: message id -> encoded Message
ACCEPTED = "ap:journal:accepted"  # sorted set: message id by the time it was written or last rung for
PROMISED = "ap:journal:promised"  # sorted set: message id by when its oldest event was received
SET_ASIDE = "ap:journal:set_aside"  # hash: message id -> encoded Message, or what was taken for one
RECEIVED = "ap:journal:received"  # hash: project and hour -> events promised since accounting last collected them

_HOUR_S = 3600
# By project and hour of receipt, the latter in hours since 1970.
Received = Mapping[tuple[UUID, int], int]

# Counts only what is new: redis-py sends a command again when the connection breaks before the answer.
_WRITE = Script(
    None,  # type: ignore[arg-type]  # bound to no client: each call names the process's own
    b"""
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
local received = 5 + 2 * ARGV[5]
for i = 6, received, 2 do redis.call('HINCRBY', KEYS[4], ARGV[i], ARGV[i + 1]) end
for i = received + 1, #ARGV, 2 do redis.call('HINCRBY', KEYS[5], ARGV[i], ARGV[i + 1]) end
return 1
""",
)
_FORGET = Script(
    None,  # type: ignore[arg-type]
    b"""
local ids = 1 + ARGV[1]
for i = 2, ids do
    redis.call('HDEL', KEYS[1], ARGV[i])
    redis.call('ZREM', KEYS[2], ARGV[i])
    redis.call('ZREM', KEYS[3], ARGV[i])
end
for i = ids + 1, #ARGV, 2 do redis.call('HINCRBY', KEYS[4], ARGV[i], ARGV[i + 1]) end
""",
)


class Waiting(NamedTuple):
    """What is in the journal. promised_at: epoch seconds at which its oldest event was received; None when empty."""

    messages: int
    promised_at: float | None


def write(
    message_id: UUID,
    payload: bytes,
    now: datetime,
    *,
    received: Received = MappingProxyType({}),
    counts: Mapping[str, int] = MappingProxyType({}),
    promised_at: float | None = None,
) -> bool:
    """Durable when it returns (append-only file), and counted; False, and neither again, for one that is here already.

    counts: for the metrics. promised_at: epoch seconds, `now` when not given. Raises redis.RedisError.
    """
    rung_at = now.timestamp()
    arguments: list[bytes | str | int | float] = [
        message_id.bytes, payload, rung_at, promised_at or rung_at, len(received)
    ]  # fmt: skip
    for (project_id, hour), count in received.items():
        arguments += (received_field(project_id, hour), count)
    for name, count in counts.items():
        arguments += (name, count)
    counted = counters.take()
    for name, count in counted.items():
        arguments += (name, count)
    try:
        return bool(_WRITE((PAYLOADS, ACCEPTED, PROMISED, RECEIVED, counters.TOTALS), arguments, redis_client()))
    except redis.RedisError:
        counters.give_back(counted)
        raise


def read(*message_ids: UUID) -> dict[UUID, bytes]:
    """The encoded messages; without those that are stored already."""
    payloads: list[bytes | None] = redis_client().hmget(PAYLOADS, [message_id.bytes for message_id in message_ids])  # type: ignore[assignment]
    return {
        message_id: payload for message_id, payload in zip(message_ids, payloads, strict=True) if payload is not None
    }


def forget(*message_ids: UUID, also: Sequence[Call] = ()) -> list[Any]:
    """The store has them. also: scripts to run before, in the same round trip; their answers or redis.ResponseErrors.

    Raises redis.RedisError.
    """
    arguments: list[bytes | str | int] = [len(message_ids), *(message_id.bytes for message_id in message_ids)]
    counted = counters.take()
    for name, count in counted.items():
        arguments += (name, count)
    own: Call = (_FORGET, (PAYLOADS, ACCEPTED, PROMISED, counters.TOTALS), arguments)
    try:
        *others, answer = run_together(redis_client(), [*also, own])
        if isinstance(answer, redis.RedisError):
            raise answer
    except redis.RedisError:
        counters.give_back(counted)
        raise
    return others


def holds(message_id: UUID) -> bool:
    """Whether the message waits here, or was set aside."""
    with redis_client().pipeline(transaction=False) as pipe:
        pipe.hexists(PAYLOADS, message_id.bytes)
        pipe.hexists(SET_ASIDE, message_id.bytes)
        return any(pipe.execute())


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
    return waiting().messages


def waiting(client: redis.Redis | None = None) -> Waiting:
    """How many messages wait or are under way, and since when. One round trip."""
    with (client or redis_client()).pipeline(transaction=True) as pipe:
        pipe.hlen(PAYLOADS)
        pipe.zrange(PROMISED, 0, 0, withscores=True)
        messages, oldest = pipe.execute()
    return Waiting(messages, oldest[0][1] if oldest else None)


def received_field(project_id: UUID, hour: int) -> bytes:
    """The name of a field of RECEIVED: 20 bytes."""
    return project_id.bytes + hour.to_bytes(4, "big")


def parse_received(field: bytes) -> tuple[UUID, int]:
    """The project and hour of a field of RECEIVED."""
    return UUID(bytes=field[:16]), int.from_bytes(field[16:], "big")
