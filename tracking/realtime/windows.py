"""Counting new events in windows of one minute (kept for an hour), five minutes (a day) and an hour (two days).

Each window has pageviews, custom events, the sum of values by currency and a HyperLogLog of its visitors. Those of a
minute, from which the realtime report is made, have pageviews and visitors by page, source, country and device too.

The windows have everything that the store has, or a reader is told that they do not: the worker counts a batch after
its commit, in the round trip that takes its messages out of the journal. One that died in between leaves messages that
the store knows already; whoever gets them again tears the windows of their projects. Redis that lost the windows lost
SINCE with them.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from redis.commands.core import Script

from tracking import journal
from tracking.connections import redis_client
from tracking.envelope import Message
from tracking.event_types import COUNTS_VISITOR
from tracking.realtime.sizes import (
    DIMENSIONS,
    LONGEST_KEPT_S,
    MAX_VALUE_BYTES,
    MAX_VALUES,
    PREFIX,
    SIZES,
    torn_key,
)  # fmt: skip
from tracking.scripts import Call
from tracking.storage.rows import EventRow

SCRIPT = Script(None, (Path(__file__).parent / "windows.lua").read_bytes())  # type: ignore[arg-type]
# An event that was stored before the windows began may be ahead of the clock by what its sender's was not corrected.
SLACK_S = 60
_SIZES = msgspec.msgpack.encode([(size.name, size.seconds, size.kept_s) for size in SIZES])
_COUNTED = frozenset(COUNTS_VISITOR)
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


class _Minute:
    """What the events of a project and minute come to. `values`: by dimension, the places of each value's visitors."""

    __slots__ = ("countries", "devices", "events", "other", "pages", "pageviews", "sources", "sums", "visitors")

    def __init__(self) -> None:
        self.pageviews = self.events = 0
        self.sums: dict[str, float] = {}
        self.visitors: dict[int, int] = {}
        self.pages: dict[str, list[int]] = defaultdict(list)
        self.sources: dict[str, list[int]] = defaultdict(list)
        self.countries: dict[str, list[int]] = defaultdict(list)
        self.devices: dict[str, list[int]] = defaultdict(list)
        self.other: dict[tuple[str, str], int] = defaultdict(int)  # events that are no pageviews, by value

    def note_other(self, row: EventRow) -> None:
        self.events += row.event_type == "custom"
        for letter, column in DIMENSIONS.values():
            self.other[letter, getattr(row, column)] += 1

    def encoded(self, project: str, minute: int) -> tuple:
        """As windows.lua takes it."""
        values = [
            (_field(letter, value), len(places) - self.other.get((letter, value), 0), places)
            for letter, found in (
                ("p", self.pages), ("s", self.sources), ("c", self.countries), ("d", self.devices),
            )
            for value, places in found.items()
        ]  # fmt: skip
        sums = {currency: repr(value) for currency, value in self.sums.items()}
        return project, minute, self.pageviews, self.events, sums, values

    def packed_visitors(self) -> bytes:
        return struct.pack(f">{len(self.visitors)}q", *self.visitors)


def calls(rows: Sequence[EventRow], message_id: UUID, now: datetime) -> list[Call]:
    """The script that counts these new rows, unless the message they came with has left the journal; none when there
    is nothing to count. About 2 us an event.
    """
    minutes = _by_minute(rows)
    if not minutes:
        return []
    cells = [cell.encoded(f"{project:032x}", minute) for (project, minute), cell in minutes.items()]
    at = int(now.timestamp())
    arguments = [message_id.bytes, PREFIX, at, at + SLACK_S, MAX_VALUES, _SIZES, msgspec.msgpack.encode(cells)]
    arguments += [cell.packed_visitors() for cell in minutes.values()]
    return [(SCRIPT, [journal.PAYLOADS], arguments)]


def _by_minute(rows: Iterable[EventRow]) -> dict[tuple[int, int], _Minute]:
    found: dict[tuple[int, int], _Minute] = {}
    last_key, cell = None, _Minute()
    for row in rows:
        event_type = row.event_type
        if event_type not in _COUNTED:
            continue
        key = row.project_id.int, int(row.occurred_at.timestamp()) // 60
        if key != last_key:
            last_key = key
            cell = found.get(key) or found.setdefault(key, _Minute())
        visitors = cell.visitors
        place = visitors.setdefault(row.visitor_id, len(visitors))
        cell.pages[row.path].append(place)
        cell.sources[row.source].append(place)
        cell.countries[row.country].append(place)
        cell.devices[row.device_type].append(place)
        if event_type == "pageview":
            cell.pageviews += 1
        else:
            cell.note_other(row)
        if row.value is not None:
            cell.sums[row.currency] = cell.sums.get(row.currency, 0.0) + row.value
    return found


def _field(letter: str, value: str) -> str:
    # Characters first, since encoding is dear: most have a byte each.
    if len(value) * 4 > MAX_VALUE_BYTES and len(value.encode("utf-8", "surrogatepass")) > MAX_VALUE_BYTES:
        return f"+{letter}"
    return letter + value


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


def _tear(until: dict[UUID, float]) -> None:
    if until:
        # A second on top: what the event's own second may hold is in it.
        times = [int(at) + 1 for at in until.values()]
        _TEAR([torn_key(project_id) for project_id in until], [LONGEST_KEPT_S, *times], redis_client())
