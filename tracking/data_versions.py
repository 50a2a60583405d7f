"""Which hours of a project's past have changed, so that answers about them are computed again.

The hours of now need no telling: answers that reach into them are remembered for a moment only. What changes earlier
ones (late events, erasures, rollups computed anew) says so here, after its commit. A project's hash in Redis holds a
number for each hour (of UTC, since 1970) that was changed lately; it goes when nothing has changed for longer than any
answer is remembered.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID, uuid4

import msgspec
import redis
import structlog
from redis.commands.core import Script

from tracking.connections import redis_client
from tracking.scripts import Call
from tracking.storage.rows import EventRow

log = structlog.get_logger(__name__)

HOUR_S = 3600
KEPT_S = 3600  # much longer than any answer is remembered
# A visit counts where it began, and goes on: the hour under way and the one before it are never settled.
UNSETTLED = timedelta(hours=1)
# A question about events may be about the visits that they belong to, which began before its period.
VISITS_BEFORE_S = 48 * HOUR_S
MAX_HOURS = 256
EVERYTHING = b"all"
# By project: hours since 1970.
Hours = Mapping[UUID, Collection[int]]

# Too many hours are all hours.
_CHANGE = Script(
    None,  # type: ignore[arg-type]
    b"""
if redis.call('HLEN', KEYS[1]) + #ARGV - 3 > tonumber(ARGV[2]) then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'all', ARGV[3])
else
  for index = 4, #ARGV do redis.call('HINCRBY', KEYS[1], ARGV[index], 1) end
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
""",
)


def settled_until(now: datetime) -> datetime:
    """What lies before changes no more, unless it is said here."""
    return now.replace(minute=0, second=0, microsecond=0) - UNSETTLED


def hours_of(
    rows: Iterable[EventRow], now: datetime, moved: Iterable[tuple[UUID, datetime]] = ()
) -> dict[UUID, set[int]]:
    """The settled hours that these new events change: their own, those in which their visits began, and those of
    earlier events (`moved`)."""
    settled, found = settled_until(now), dict[UUID, set[int]]()
    for row in rows:
        began = row.session_started_at
        if row.occurred_at >= settled and (began is None or began >= settled):
            continue
        for moment in (row.occurred_at, began):
            if moment is not None and moment < settled:
                found.setdefault(row.project_id, set()).add(_hour(moment))
    for project_id, moment in moved:
        if moment < settled:
            found.setdefault(project_id, set()).add(_hour(moment))
    return found


def hours_between(start: datetime, end: datetime) -> range:
    """The hours that [start, end) touches; that of `start` in any case."""
    return range(_hour(start), max(_hour(start) + 1, -int(-end.timestamp() // HOUR_S)))


def calls(changed: Hours) -> list[Call]:
    """The scripts that tell of it, to be run after the commit."""
    made: list[Call] = []
    for project_id, hours in changed.items():
        if hours:
            told = islice(hours, MAX_HOURS + 1)  # one more than fits makes it everything
            made.append((_CHANGE, [versions_key(project_id)], [KEPT_S, MAX_HOURS, uuid4().hex, *told]))
    return made


def bump(project_id: UUID, start: datetime, end: datetime) -> None:
    """The project's data of [start, end) have changed, and that is committed. Never raises: answers are remembered for
    minutes at most, and while Redis is away none are.
    """
    try:
        for script, keys, arguments in calls({project_id: hours_between(start, end)}):
            script(keys, arguments, redis_client())
    except redis.RedisError as error:
        log.warning("change_not_told", project_id=str(project_id), error=type(error).__name__)


def versions_key(project_id: UUID) -> str:
    """The hash to be read along with whatever is remembered; see `stamp`."""
    return f"ap:changed:{project_id.hex}"


def stamp(versions: Mapping[bytes, bytes], start: datetime, end: datetime) -> bytes:
    """Of the hash: what says that nothing of [start, end) has changed when it is the same again."""
    first, last = _hour(start) - VISITS_BEFORE_S // HOUR_S, hours_between(start, end).stop
    within = [(field, value) for field, value in versions.items() if field == EVERYTHING or first <= int(field) < last]
    return msgspec.msgpack.encode(sorted(within)) if within else b""


def _hour(moment: datetime) -> int:
    return int(moment.timestamp() // HOUR_S)
