"""Who was erased a while ago, so that their events that are still on their way do not come back.

A tombstone says when a visitor was erased; the pipeline leaves out what was received before that. It stands as long as
an event may be on its way, in the journal or in a spool on disk. It holds no more of a visitor than the hash that was
erased, and of a user id only a hash.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from redis.client import Pipeline

from tracking.connections import redis_client
from tracking.envelope import AcceptedEvent, Envelope
from tracking.storage.base import Whom

STANDS_FOR = timedelta(days=7)
ANY = "ap:erased"
# A process may overlook a tombstone for this long: an erasure sweeps once more when all who did have stored.
LOOK_EVERY_S = 1.0

_looked_at = float("-inf")
_exists = False


def may_exist() -> bool:
    """Whether anybody was erased lately. Asks Redis once in LOOK_EVERY_S."""
    global _looked_at, _exists
    now = time.monotonic()
    if now - _looked_at >= LOOK_EVERY_S:
        _exists = bool(redis_client().exists(ANY))
        _looked_at = now
    return _exists


def write(pipe: Pipeline, project_id: UUID, whom: Whom, erased_at: datetime) -> None:
    """With the commands of `pipe`: what was received up to then and is not stored yet shall not be."""
    names = [_of_visitor(project_id, visitor_id) for visitor_id in whom.visitor_ids]
    if whom.user_id:
        names.append(_of_user(project_id, whom.user_id))
    for name in (*names, ANY):
        pipe.set(name, repr(erased_at.timestamp()), ex=STANDS_FOR)


def names_of(envelope: Envelope, event: AcceptedEvent) -> Iterator[str]:
    """The tombstones under which the event may lie."""
    yield _of_visitor(envelope.project_id, envelope.visitor_id)
    if envelope.previous_visitor_id is not None:  # a visit over midnight is the one of yesterday's visitor
        yield _of_visitor(envelope.project_id, envelope.previous_visitor_id)
    if event.user_id:
        yield _of_user(envelope.project_id, event.user_id)


def read(names: list[str]) -> dict[str, float]:
    """Those that stand: name -> epoch seconds of the erasure."""
    times: list[bytes | None] = redis_client().mget(names)  # type: ignore[assignment]
    return {name: float(at) for name, at in zip(names, times, strict=True) if at is not None}


def clear_memory() -> None:
    """Forget when this process last looked."""
    global _looked_at
    _looked_at = float("-inf")


def _of_visitor(project_id: UUID, visitor_id: int) -> str:
    return f"{ANY}:{project_id.hex}:{visitor_id:x}"


def _of_user(project_id: UUID, user_id: str) -> str:
    digest = blake2b(user_id.encode("utf-8", "surrogatepass"), key=project_id.bytes, digest_size=16).hexdigest()
    return f"{ANY}:{project_id.hex}:user:{digest}"
