"""Reading the windows. None where they do not have all: then the store knows.

Visitors are estimates (HyperLogLog, standard error 0.8 %), all but exact up to some hundreds. What is counted is exact.
By page, source, country and device all is exact, up to some thousands of events a minute; then see details.py.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

import redis

from tracking.connections import redis_circuit, redis_client
from tracking.realtime.details import Value, summarize
from tracking.realtime.sizes import MINUTE, SINCE, Size, torn_key


class Window(NamedTuple):
    start: datetime
    pageviews: int = 0
    events: int = 0
    visitors: int = 0


class Recent(NamedTuple):
    """pageviews: by the start of their minutes. top: by dimension, most visitors first. is_estimated: of the values'
    numbers, when there were very many. is_partial: a value may lack."""

    active_visitors: int
    pageviews: Mapping[datetime, int]
    top: Mapping[str, Sequence[Value]]
    is_estimated: bool = False
    is_partial: bool = False


def visitors(project_id: UUID, start: datetime, end: datetime) -> int | None:
    """Of the minutes from start to end. One round trip."""
    keys = [f"{key}:u" for key in _keys(project_id, MINUTE, start, end)]
    answers = _ask(project_id, start, [("PFCOUNT", *keys)])
    return None if answers is None else int(answers[0])


def series(project_id: UUID, size: Size, start: datetime, end: datetime) -> list[Window] | None:
    """Each window of this size, empty ones included. One round trip."""
    keys = _keys(project_id, size, start, end)
    commands = [("HMGET", key, ".pageviews", ".events") for key in keys] + [("PFCOUNT", f"{key}:u") for key in keys]
    answers = _ask(project_id, start, commands)
    if answers is None:
        return None
    found = zip(_slots(size, start, end), answers[: len(keys)], answers[len(keys) :], strict=True)
    return [
        Window(datetime.fromtimestamp(slot * size.seconds, UTC), int(pageviews or 0), int(events or 0), int(unique))
        for slot, (pageviews, events), unique in found
    ]


def recent(project_id: UUID, start: datetime, active_start: datetime, end: datetime, limit: int) -> Recent | None:
    """The minutes from start to end; active: those of them from active_start on. One round trip."""
    keys = _keys(project_id, MINUTE, start, end)
    active = [f"{key}:u" for key in _keys(project_id, MINUTE, active_start, end)]
    counts = [("HGET", key, ".pageviews") for key in keys]
    details = [("LRANGE", f"{key}:d", 0, -1) for key in keys]
    answers = _ask(project_id, start, [("PFCOUNT", *active), *counts, *details])
    if answers is None:
        return None
    views = zip(_slots(MINUTE, start, end), answers[1 : len(keys) + 1], strict=True)
    found = summarize(chain.from_iterable(answers[len(keys) + 1 :]), limit)
    return Recent(
        int(answers[0]),
        {datetime.fromtimestamp(slot * MINUTE.seconds, UTC): int(count) for slot, count in views if count},
        found.values,
        found.is_estimated,
        found.is_partial,
    )


def _ask(project_id: UUID, start: datetime, commands: Sequence[tuple[Any, ...]]) -> list[Any] | None:
    """Answers, when the windows have all from `start` on."""
    answers = execute([("MGET", SINCE, torn_key(project_id)), *commands])
    if answers is None:
        return None
    since, torn_until = answers[0]
    if since is None or int(since) > start.timestamp() or int(torn_until or 0) > start.timestamp():
        return None
    return answers[1:]


def execute(commands: Sequence[tuple[Any, ...]]) -> list[Any] | None:
    """The answers, in one round trip; None while Redis is away."""
    if redis_circuit.is_open:
        return None
    try:
        with redis_client().pipeline(transaction=False) as pipe:
            for command in commands:
                pipe.execute_command(*command)
            return pipe.execute()
    except redis.RedisError as error:
        redis_circuit.trip(error)
        return None


def _keys(project_id: UUID, size: Size, start: datetime, end: datetime) -> list[str]:
    return [size.key(project_id, slot) for slot in _slots(size, start, end)]


def _slots(size: Size, start: datetime, end: datetime) -> range:
    return range(int(start.timestamp()) // size.seconds, -int(-end.timestamp() // size.seconds))
