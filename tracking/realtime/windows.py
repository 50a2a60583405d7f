"""Counting new events in windows of one minute (kept for an hour), five minutes (a day) and an hour (two days).

Each window has pageviews, custom events, the sum of values by currency and a HyperLogLog of its visitors. Those of a
minute, from which the realtime report is made, have details by page, source, country and device too (details.py).

The windows have everything that the store has, or a reader is told that they do not: the worker counts a batch after
its commit, in the round trip that takes its messages out of the journal. One that died in between leaves messages that
the store knows already; whoever gets them again tears the windows of their projects. Redis that lost the windows lost
SINCE with them.
"""

import struct
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from redis.commands.core import Script

from tracking import journal
from tracking.connections import redis_client
from tracking.envelope import Message
from tracking.event_types import COUNTS_VISITOR
from tracking.realtime.details import Details, level_for
from tracking.realtime.sizes import LONGEST_KEPT_S, MINUTE, PREFIX, SIZES, torn_key
from tracking.scripts import Call
from tracking.storage.rows import EventRow
from tracking.validation import MAX_AHEAD

SCRIPT = Script(None, (Path(__file__).parent / "windows.lua").read_bytes())  # type: ignore[arg-type]
# An event that was stored before the windows began may be ahead of the clock by what its sender's was not corrected.
SLACK_S = 60
_SIZES = msgspec.msgpack.encode([(size.name, size.seconds, size.kept_s) for size in SIZES])
_COUNTED = frozenset(COUNTS_VISITOR)
_A_MINUTE = timedelta(minutes=1)
_TEAR = Script(
    None,  # type: ignore[arg-type]
    b"""
for index, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or 0) < tonumber(ARGV[index + 1]) then
    redis.call('SET', key, ARGV[index + 1], 'EX', ARGV[1])
  end
end
""",
)
# Project and minute since 1970.
_Place = tuple[int, int]
# How many events a minute had seen when this process last added some. Only those that had many are worth a memory.
_seen: dict[_Place, int] = {}
MAX_REMEMBERED = 1_000


class _Minute:
    """What the events of a project and minute come to."""

    __slots__ = ("details", "events", "pageviews", "seen", "sums", "visitors")

    def __init__(self, level: int) -> None:
        self.seen = self.pageviews = self.events = 0
        self.sums: dict[str, float] = {}
        self.visitors: set[int] = set()
        self.details = Details(level)


class Counting:
    """A batch on its way into the windows: the script's `call`, and what is learned from its answer."""

    __slots__ = ("_minutes", "call")

    def __init__(self, minutes: dict[_Place, _Minute], message_id: UUID, now: datetime) -> None:
        self._minutes = minutes
        numbers = [
            (f"{project:032x}", minute, cell.seen, cell.pageviews, cell.events, _texts(cell.sums))
            for (project, minute), cell in minutes.items()
        ]
        at = int(now.timestamp())
        arguments: list[bytes | str | int] = [
            message_id.bytes, PREFIX, at, at + SLACK_S, _SIZES, msgspec.msgpack.encode(numbers)
        ]  # fmt: skip
        for cell in minutes.values():
            arguments += (struct.pack(f">{len(cell.visitors)}q", *cell.visitors), cell.details.encoded())
        self.call: Call = (SCRIPT, [journal.PAYLOADS], arguments)

    def learn(self, answer: Sequence[int]) -> None:
        """How full the minutes are: of those that have many events fewer visitors are looked at next time."""
        for place, seen in zip(self._minutes, answer, strict=False):
            if level_for(seen):
                if len(_seen) >= MAX_REMEMBERED:
                    _seen.clear()
                _seen[place] = seen


def count(rows: Iterable[EventRow], message_id: UUID, now: datetime) -> Counting | None:
    """These new rows, to be counted unless the message that they came with has left the journal; None when there is
    nothing to count. Between 1 and 2 us an event.
    """
    minutes: dict[_Place, _Minute] = {}
    cell, project_id = _Minute(0), None
    begins = ends = now
    for row in rows:
        event_type = row.event_type
        if event_type not in _COUNTED:
            continue
        occurred_at = row.occurred_at
        # Mostly it is the minute of the event before: that is seen faster than a minute is looked up.
        if row.project_id is not project_id or not begins <= occurred_at < ends:
            project_id = row.project_id
            begins = occurred_at.replace(second=0, microsecond=0)
            ends = begins + _A_MINUTE
            place = project_id.int, int(begins.timestamp()) // 60
            found = minutes.get(place)
            cell = minutes[place] = found or _Minute(level_for(_seen.get(place, 0)))
        cell.seen += 1
        cell.visitors.add(row.visitor_id)
        cell.details.add(row)
        if event_type == "pageview":
            cell.pageviews += 1
        elif event_type == "custom":
            cell.events += 1
        if row.value is not None:
            cell.sums[row.currency] = cell.sums.get(row.currency, 0.0) + row.value
    return Counting(minutes, message_id, now) if minutes else None


def tear(messages: Iterable[Message]) -> None:
    """The windows may lack what these messages came to. Raises redis.RedisError."""
    until: dict[UUID, float] = {}
    for message in messages:
        for envelope in message.envelopes:
            last = max((event.occurred_at.timestamp() for event in envelope.events), default=0.0)
            until[envelope.project_id] = max(last, until.get(envelope.project_id, 0.0))
    _tear(until)


def tear_project(project_id: UUID, until: datetime) -> None:
    """What the store has of the project up to then is not what was counted: something was stored on another way, or
    erased. Its realtime numbers come from the store until that is past. Raises redis.RedisError.
    """
    _tear({project_id: until.timestamp()})


def forget_people(project_id: UUID, now: datetime) -> None:
    """Drop what holds numbers of visitors, and tear the rest, since one of them was erased. Raises redis.RedisError."""
    this_minute = int(now.timestamp()) // MINUTE.seconds
    # As far back as they are kept, and as far ahead as an event may be.
    oldest = this_minute - MINUTE.kept_s // MINUTE.seconds - 1
    slots = range(oldest, this_minute + MAX_AHEAD // _A_MINUTE + 1)
    redis_client().unlink(*(f"{MINUTE.key(project_id, slot)}:d" for slot in slots))
    tear_project(project_id, now)


def forget_seen() -> None:
    """As a process that has just started."""
    _seen.clear()


def _tear(until: dict[UUID, float]) -> None:
    if until:
        # The second of the last event is torn as a whole.
        times = [int(at) + 1 for at in until.values()]
        _TEAR([torn_key(project_id) for project_id in until], [LONGEST_KEPT_S, *times], redis_client())


def _texts(sums: dict[str, float]) -> dict[str, str]:
    return {currency: repr(value) for currency, value in sums.items()}
