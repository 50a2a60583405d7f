"""Reading the windows. None where they do not have all: then the store knows.

Visitors are estimates (HyperLogLog, standard error 0.8 %), all but exact up to some hundreds. What is counted is exact.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import redis

from tracking.connections import redis_circuit, redis_client
from tracking.realtime.sizes import DIMENSIONS, MINUTE, SINCE, Size, torn_key

_NAMES = {letter.encode(): name for name, (letter, _) in DIMENSIONS.items()}
# Those with most pageviews; among them are those with most visitors.
CANDIDATES = 30


class Window(NamedTuple):
    start: datetime
    pageviews: int = 0
    events: int = 0
    visitors: int = 0


class Value(NamedTuple):
    """Of a dimension; `name` is "" for no source, no country."""

    name: str
    visitors: int
    pageviews: int


class Recent(NamedTuple):
    """pageviews: by the start of their minutes. top: by dimension, most visitors first. is_capped: some window saw more
    values than it names, so that one may lack in `top`."""

    active_visitors: int
    pageviews: Mapping[datetime, int]
    top: Mapping[str, Sequence[Value]]
    is_capped: bool = False


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
    """The minutes from start to end; active: those of them from active_start on. Two round trips."""
    keys = _keys(project_id, MINUTE, start, end)
    active = [f"{key}:u" for key in _keys(project_id, MINUTE, active_start, end)]
    answers = _ask(project_id, start, [("PFCOUNT", *active), *(("HGETALL", key) for key in keys)])
    if answers is None:
        return None
    hashes: list[dict[bytes, bytes]] = answers[1:]
    views = {
        datetime.fromtimestamp(slot * MINUTE.seconds, UTC): int(found[b".pageviews"])
        for slot, found in zip(_slots(MINUTE, start, end), hashes, strict=True)
        if found
    }
    top = _top(keys, hashes, limit)
    if top is None:
        return None
    return Recent(int(answers[0]), views, top, any(field[:1] == b"+" for found in hashes for field in found))


def _top(keys: list[str], hashes: list[dict[bytes, bytes]], limit: int) -> dict[str, list[Value]] | None:
    pageviews: dict[bytes, dict[bytes, int]] = {letter: {} for letter in _NAMES}
    places = defaultdict[bytes, list[str]](list)
    for key, found in zip(keys, hashes, strict=True):
        for field, count in found.items():
            of_dimension = pageviews.get(field[:1])
            if of_dimension is not None:
                of_dimension[field] = of_dimension.get(field, 0) + int(count)
                places[field].append(key)
    asked = [field for counts in pageviews.values() for field in _most_viewed(counts)]
    answers = _execute([("PFCOUNT", *(f"{key}:u:{field.decode()}" for key in places[field])) for field in asked])
    if answers is None:
        return None
    top: dict[str, list[Value]] = {name: [] for name in DIMENSIONS}
    for field, unique in zip(asked, answers, strict=True):
        letter, name = field[:1], field[1:].decode()
        top[_NAMES[letter]].append(Value(name, int(unique), pageviews[letter][field]))
    return {name: sorted(values, key=_rank)[:limit] for name, values in top.items()}


def _most_viewed(counts: dict[bytes, int]) -> list[bytes]:
    return sorted(counts, key=lambda field: (-counts[field], field))[:CANDIDATES]


def _rank(value: Value) -> tuple[int, str]:
    return -value.visitors, value.name


def _ask(project_id: UUID, start: datetime, commands: Sequence[tuple[Any, ...]]) -> list[Any] | None:
    """Answers, when the windows have all from `start` on."""
    answers = _execute([("MGET", SINCE, torn_key(project_id)), *commands])
    if answers is None:
        return None
    since, torn_until = answers[0]
    if since is None or int(since) > start.timestamp() or int(torn_until or 0) > start.timestamp():
        return None
    return answers[1:]


def _execute(commands: Sequence[tuple[Any, ...]]) -> list[Any] | None:
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
