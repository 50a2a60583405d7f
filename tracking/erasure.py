"""Forgetting a person on request: theirs, or the owner's of a site.

An erasure is a job in Redis (append-only file), from which it goes only when it is done; the task only rings for it.
Together with the job a tombstone is set, so that what is on its way does not come back. A worker that overlooked the
tombstone is done after the time limit of a task: then the days of which something may have been on its way are gone
through once more.
"""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
import redis
import structlog
from django.conf import settings
from kombu.exceptions import OperationalError

from projects.models import Project
from tracking import data_versions, tombstones
from tracking.connections import redis_client
from tracking.pipeline.sessionize import forget_visits
from tracking.realtime.windows import forget_people
from tracking.storage.base import Erased, EventStore, Whom
from tracking.storage.spec import ProjectRef
from tracking.validation import MAX_AGE, MAX_AHEAD

JOBS = "ap:erasures"  # hash: erasure id -> encoded Erasure
DUE = "ap:erasures:due"  # sorted set: erasure id by when it is to be run (again)
DONE_KEPT = 20
DONE_KEPT_FOR = timedelta(days=30)
DAY = timedelta(days=1)
BUDGET_S = 10
# A run that was begun and not heard of again is begun anew after this.
RETRY_AFTER = timedelta(seconds=60)
SWEEP_AFTER = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 5)
# How far before its receipt an event may have occurred.
_MAY_BE_UNDER_WAY = MAX_AGE + DAY

log = structlog.get_logger(__name__)


class Erasure(msgspec.Struct):
    """start, end: the range that is meant; None: all time. next_day: where to go on, in UTC; None: not begun.

    is_sweep: the second time, for what was on its way.
    """

    id: UUID
    project_id: UUID
    zone: str
    whom: Whom
    requested_at: datetime
    is_by_visitor: bool
    start: datetime | None = None
    end: datetime | None = None
    next_day: datetime | None = None
    is_sweep: bool = False
    events: int = 0
    visits: int = 0
    completions: int = 0
    quarantined: int = 0


class Done(msgspec.Struct, frozen=True):
    """What is kept of an erasure, for the owner to see: not whose it was."""

    requested_at: datetime
    done_at: datetime
    is_by_visitor: bool
    events: int
    visits: int
    completions: int
    quarantined: int


def request(
    project: Project,
    whom: Whom,
    *,
    now: datetime,
    start: datetime | None = None,
    end: datetime | None = None,
    is_by_visitor: bool = False,
) -> UUID:
    """Have these people erased, in [start, end) or at all; the erasure's id. Durable when it returns.

    Their open visits end. What is on its way is left out too, unless an owner means a range: when it is stored, the
    sweep finds what lies in it. `start` of a visitor's own erasure only says where to look.
    Raises redis.RedisError, and then nothing has happened.
    """
    erasure = Erasure(uuid4(), project.pk, project.timezone, whom, now, is_by_visitor, start, end)
    with redis_client().pipeline(transaction=True) as pipe:
        pipe.hset(JOBS, erasure.id.bytes, msgspec.msgpack.encode(erasure))  # type: ignore[arg-type]
        pipe.zadd(DUE, {erasure.id.bytes: (now + RETRY_AFTER).timestamp()})
        if is_by_visitor or (start is None and end is None):
            tombstones.write(pipe, project.pk, whom, now)
        pipe.execute()
    forget_visits(project.pk, whom.visitor_ids)
    _ring(erasure.id)
    return erasure.id


def run(erasure_id: UUID, *, store: EventStore, now: datetime, budget_s: float = BUDGET_S) -> None:
    """Go on with an erasure, day by day, until it is done or the time is over. Can run twice, also at once.

    Raises redis.RedisError and StoreUnavailable: it is begun again later.
    """
    client = redis_client()
    erasure = _read(erasure_id)
    if erasure is None:
        return
    client.zadd(DUE, {erasure_id.bytes: (now + RETRY_AFTER).timestamp()}, xx=True)
    deadline = time.monotonic() + budget_s
    project = ProjectRef(erasure.project_id, ZoneInfo(erasure.zone))
    day, end = _range(erasure, store)
    while day < end:
        if time.monotonic() >= deadline:
            erasure.next_day = day
            _keep(erasure, now)
            _ring(erasure_id)
            return
        until = min(end, _midnight(day) + DAY)
        erased = store.erase(project, erasure.whom, day, until, received_until=erasure.requested_at)
        _add(erasure, erased)
        if erased.events or erased.visits:
            # What is remembered of these days; the visits that went may reach into their neighbours.
            data_versions.bump(project.id, day - DAY, until + DAY)
            forget_people(project.id, now)
        day = until
    if erasure.is_sweep:
        _finish(erasure, now)
    else:
        erasure.is_sweep, erasure.next_day = True, None
        _keep(erasure, max(now, erasure.requested_at + SWEEP_AFTER))


def run_due(*, store: EventStore, now: datetime, limit: int = 20, budget_s: float = BUDGET_S) -> int:
    """Run the erasures whose time has come; how many. Can run twice, also at once."""
    deadline = time.monotonic() + budget_s
    due: list[bytes] = redis_client().zrangebyscore(DUE, 0, now.timestamp(), 0, limit)  # type: ignore[assignment]
    ran = 0
    for erasure_id in due:
        if time.monotonic() >= deadline:
            break
        run(UUID(bytes=erasure_id), store=store, now=now, budget_s=max(1.0, deadline - time.monotonic()))
        ran += 1
    return ran


def pending(project_id: UUID) -> int:
    """How many erasures of the project are under way. Raises redis.RedisError."""
    jobs: list[bytes] = redis_client().hvals(JOBS)  # type: ignore[assignment]
    return sum(_decoder.decode(job).project_id == project_id for job in jobs)


def done(project_id: UUID) -> list[Done]:
    """The latest erasures of the project, the last first. Raises redis.RedisError."""
    found: list[bytes] = redis_client().lrange(_done_key(project_id), 0, DONE_KEPT - 1)  # type: ignore[assignment]
    return [msgspec.msgpack.decode(each, type=Done) for each in found]


_decoder = msgspec.msgpack.Decoder(Erasure)


def _read(erasure_id: UUID) -> Erasure | None:
    data: bytes | None = redis_client().hget(JOBS, erasure_id.bytes)  # type: ignore[arg-type, assignment]
    return _decoder.decode(data) if data else None


def _range(erasure: Erasure, store: EventStore) -> tuple[datetime, datetime]:
    """What is left to go through: empty when the project has nothing there."""
    span = store.span(erasure.project_id)
    if span is None:
        return erasure.requested_at, erasure.requested_at
    first, last = span[0], span[1] + timedelta(microseconds=1)
    if erasure.is_sweep:
        first = max(first, erasure.requested_at - _MAY_BE_UNDER_WAY)
        last = min(last, erasure.requested_at + MAX_AHEAD + DAY)
    start = max(filter(None, (first, erasure.start, erasure.next_day)))
    return start, min(filter(None, (last, erasure.end)))


def _add(erasure: Erasure, erased: Erased) -> None:
    erasure.events += erased.events
    erasure.visits += erased.visits
    erasure.completions += erased.completions
    erasure.quarantined += erased.quarantined
    # Those whom a user id or a visit over midnight named. Also again: a worker may have brought the state back.
    forget_visits(erasure.project_id, erased.visitor_ids)


def _keep(erasure: Erasure, due_at: datetime) -> None:
    with redis_client().pipeline(transaction=True) as pipe:
        pipe.hset(JOBS, erasure.id.bytes, msgspec.msgpack.encode(erasure))  # type: ignore[arg-type]
        pipe.zadd(DUE, {erasure.id.bytes: due_at.timestamp()})
        pipe.execute()


def _finish(erasure: Erasure, now: datetime) -> None:
    summary = Done(
        erasure.requested_at,
        now,
        erasure.is_by_visitor,
        erasure.events,
        erasure.visits,
        erasure.completions,
        erasure.quarantined,
    )
    with redis_client().pipeline(transaction=True) as pipe:
        pipe.hdel(JOBS, erasure.id.bytes)
        pipe.zrem(DUE, erasure.id.bytes)
        pipe.lpush(_done_key(erasure.project_id), msgspec.msgpack.encode(summary))
        pipe.ltrim(_done_key(erasure.project_id), 0, DONE_KEPT - 1)
        pipe.expire(_done_key(erasure.project_id), DONE_KEPT_FOR)
        pipe.execute()
    log.info("erased", project_id=str(erasure.project_id), events=erasure.events, visits=erasure.visits)


def _ring(erasure_id: UUID) -> None:
    """A failure delays it by RETRY_AFTER at most."""
    from tracking.tasks import run_erasure  # tasks import this module

    try:
        run_erasure.apply_async((erasure_id.bytes,), retry=False)
    except (OperationalError, redis.RedisError, OSError) as error:
        log.warning("erasure_not_rung_for", error=type(error).__name__)


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _done_key(project_id: UUID) -> str:
    return f"ap:erasures:done:{project_id.hex}"
