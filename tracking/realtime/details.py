"""What the events of a minute come to by page, source, country and device.

Each batch adds a piece to the minute's list in Redis, and the reader puts the pieces together. So a piece costs the
worker one command, however many values are in it; a counter and a HyperLogLog for each value cost some 10 us an event.

Of a minute with many events only some visitors are in the pieces: those whose number, which is a hash, ends in as many
zero bits as the `level` says. All that they did is in there, so that shares, and with a factor of 2 ** level numbers,
can be told for every page; and the pieces of a minute grow with the logarithm of its events.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from tracking.storage.rows import EventRow

DIMENSIONS = ("page", "source", "country", "device")
# Of a project in a minute, before visitors are left out. Numbers of half an hour are then made of some 100,000.
EVENTS_BEFORE_SAMPLING = 4_000
# A longer one is in no list: what a window takes must not depend on what is sent.
MAX_VALUE_CHARS = 300

# By value: for each event with it the place of its visitor in the piece's; counted from the end (-1 is the first) when
# the event is no pageview. So the piece is encoded as it was collected.
_Values = dict[str, list[int]]


class _Piece(msgspec.Struct, array_like=True):
    """visitors: 8 bytes each. values: in the order of DIMENSIONS. left_out: events with a value that is too long."""

    level: int
    visitors: bytes
    values: tuple[_Values, _Values, _Values, _Values]
    left_out: int = 0


class Value(NamedTuple):
    """Of a dimension; `name` is "" for no source, no country."""

    name: str
    visitors: int
    pageviews: int


_IS_PAGEVIEW = (0).__le__
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Piece)


def level_for(seen: int) -> int:
    """For what comes next in a minute that has seen so many events."""
    return (seen // EVENTS_BEFORE_SAMPLING).bit_length()


class Details:
    """The piece in the making."""

    __slots__ = ("_left_out", "_mask", "_places", "_visitors", "level")

    def __init__(self, level: int) -> None:
        self.level, self._mask = level, (1 << level) - 1
        self._visitors: dict[int, int] = {}
        self._places = tuple(defaultdict[str, list[int]](list) for _ in DIMENSIONS)
        self._left_out = 0

    def add(self, row: EventRow) -> None:
        """About half a microsecond."""
        visitor_id = row.visitor_id
        if visitor_id & self._mask:
            return
        path = row.path
        if len(path) > MAX_VALUE_CHARS or len(row.source) > MAX_VALUE_CHARS:
            self._left_out += 1
            return
        visitors = self._visitors
        place = visitors.setdefault(visitor_id, len(visitors))
        if row.event_type != "pageview":
            place = ~place
        pages, sources, countries, devices = self._places
        pages[path].append(place)
        sources[row.source].append(place)
        countries[row.country].append(place)
        devices[row.device_type].append(place)

    def encoded(self) -> bytes:
        visitors = struct.pack(f">{len(self._visitors)}q", *self._visitors)
        return _encoder.encode((self.level, visitors, self._places, self._left_out))


class Summary(NamedTuple):
    """values: by dimension, most visitors first. is_estimated: visitors were left out. is_partial: values were."""

    values: dict[str, list[Value]]
    is_estimated: bool
    is_partial: bool


def summarize(pieces: Iterable[bytes], limit: int) -> Summary:
    """The `limit` values of each dimension with most visitors. About 0.3 us an event."""
    decoded = [_decoder.decode(piece) for piece in pieces]
    level = max((piece.level for piece in decoded), default=0)
    visitors: list[dict[str, set[int]]] = [defaultdict(set) for _ in DIMENSIONS]
    pageviews: list[dict[str, int]] = [defaultdict(int) for _ in DIMENSIONS]
    for piece in decoded:
        ids = struct.unpack(f">{len(piece.visitors) // 8}q", piece.visitors)
        ids += ids[::-1]  # so that places from the end are places too
        for dimension, values in enumerate(piece.values):
            for value, places in values.items():
                visitors[dimension][value].update(map(ids.__getitem__, places))
                pageviews[dimension][value] += sum(map(_IS_PAGEVIEW, places)) << piece.level
    mask = (1 << level) - 1
    found = {}
    for name, by_visitor, by_view in zip(DIMENSIONS, visitors, pageviews, strict=True):
        ranked = [Value(value, _kept(ids, mask) << level, by_view[value]) for value, ids in by_visitor.items()]
        found[name] = sorted(ranked, key=lambda each: (-each.visitors, each.name))[:limit]
    return Summary(found, level > 0, any(piece.left_out for piece in decoded))


def _kept(ids: set[int], mask: int) -> int:
    """How many of them are in pieces of every level."""
    return len(ids) if not mask else sum(not each & mask for each in ids)
