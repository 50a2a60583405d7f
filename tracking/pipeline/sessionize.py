"""Give each event its visit: the state of open visits is in Redis and is moved by one script call a message.

What is promised: an event joins that visit of its visitor, opened latest, that it falls into or lies at most 30 minutes
from, by event time, in whatever order events arrive; else it opens one. A visit keeps its id and its opening time for
ever, so two visits between which a late event would close the gap stay two. State is kept for 24 hours after a visit's
last message: an event that arrives later than that opens a visit of its own.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from uuid import UUID

import msgspec
import redis
from redis.commands.core import Script

from tracking.connections import redis_client
from tracking.event_types import EVENT_TYPES
from tracking.pipeline.batch import Batch, Item
from tracking.storage.rows import EventRow

SESSION_TIMEOUT_S = 30 * 60
STATE_KEPT_S = 24 * 3600
_SCRIPT = (Path(__file__).parent / "visits.lua").read_text()
_OPENS = {name: int(event_type.opens_visit) for name, event_type in EVENT_TYPES.items()}

# The dimensions of a visit's first touch, which each of its events carries.
TOUCH = (
    "referrer", "source", "channel", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
    "country", "region", "city", "browser", "browser_version", "os", "os_version", "device_type", "language",
)  # fmt: skip
_first_touch_of = attrgetter(*TOUCH)


class SessionsUnavailable(Exception):
    """Redis is away: the same call works later."""


class _VisitorEvents:
    """The items of one visitor in a message, and the keys of their state."""

    __slots__ = ("items", "key", "previous_key")

    def __init__(self, key: str, previous_key: str) -> None:
        self.key, self.previous_key = key, previous_key
        self.items: list[Item] = []


def sessionize(batch: Batch) -> Batch:
    """Give each event its visit; a new one after SESSION_TIMEOUT_S of silence in event time.

    In: items whose rows are enriched, of any number of projects, in any order. Out: the same, with session_id,
    session_started_at, visitor_id and the first touch set; an engagement event without a visit keeps session_id 0.
    One Redis script call. Raises SessionsUnavailable; safe to repeat.
    """
    if not batch.items:
        return batch
    visitors = _by_visitor(batch.items)
    argument = msgspec.msgpack.encode([[_argument(item) for item in visitor.items] for visitor in visitors])
    keys = [key for visitor in visitors for key in (visitor.key, visitor.previous_key)]
    try:
        packed = script()(keys=keys, args=[argument, SESSION_TIMEOUT_S * 1000, STATE_KEPT_S])
    except redis.RedisError as error:
        raise SessionsUnavailable(str(error)) from error
    answer = iter(msgspec.msgpack.decode(packed))
    for visitor in visitors:
        for item in visitor.items:
            _apply(item, next(answer), next(answer), next(answer), next(answer))
    return batch


def forget_visits(project_id: UUID, visitor_ids: Iterable[int]) -> None:
    """What these visitors do next opens a new visit. Raises redis.RedisError."""
    keys = [_key(project_id, visitor_id) for visitor_id in visitor_ids]
    if keys:
        redis_client().delete(*keys)


@lru_cache(maxsize=1)
def script() -> Script:
    """visits.lua, bound to the process's connection."""
    return redis_client().register_script(_SCRIPT)


def _by_visitor(items: list[Item]) -> list[_VisitorEvents]:
    """Grouped by project and visitor; the events of each in the order of their times."""
    visitors: dict[str, _VisitorEvents] = {}
    for item in items:
        envelope = item.envelope
        key = _key(envelope.project_id, envelope.visitor_id)
        visitor = visitors.get(key)
        if visitor is None:
            previous = envelope.previous_visitor_id
            visitor = visitors[key] = _VisitorEvents(
                key, "" if previous is None else _key(envelope.project_id, previous)
            )
        visitor.items.append(item)
    for visitor in visitors.values():
        if len(visitor.items) > 1:
            visitor.items.sort(key=_order)
    return list(visitors.values())


def _key(project_id: UUID, visitor_id: int) -> str:
    return f"ap:visits:{project_id.hex}:{visitor_id:x}"


def _order(item: Item) -> tuple[datetime, bytes]:
    """By time; the event_id decides a tie, so that the same events give the same visit in whatever order they come."""
    return item.event.occurred_at, item.event.event_id.bytes


def _argument(item: Item) -> tuple[int, int, str, str]:
    row = _row(item)
    opens = _OPENS[row.event_type]
    # From the event alone: a message that is processed again after a crash opens the same visit.
    new_id = blake2b(row.event_id.bytes, key=row.project_id.bytes, digest_size=8).hexdigest() if opens else ""
    return _milliseconds(row.occurred_at), opens, new_id, _touch(row) if opens else ""


def _apply(item: Item, visit_id: str, opened_ms: int, touch: str, is_of_yesterday: int) -> None:
    row = _row(item)
    if not visit_id:
        return
    row.session_id = int.from_bytes(bytes.fromhex(visit_id), "big", signed=True)
    row.session_started_at = datetime.fromtimestamp(opened_ms / 1000, UTC)
    if is_of_yesterday and item.envelope.previous_visitor_id is not None:
        row.visitor_id = item.envelope.previous_visitor_id
    if touch:
        for name, value in zip(TOUCH, _decode_touch(touch), strict=True):
            setattr(row, name, value)


def _row(item: Item) -> EventRow:
    assert item.row is not None, "enrich runs before sessionize"
    return item.row


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _touch(row: EventRow) -> str:
    return _encode_touch(_first_touch_of(row))


@lru_cache(maxsize=10_000)
def _encode_touch(touch: tuple[str, ...]) -> str:
    return msgspec.json.encode(touch).decode()


@lru_cache(maxsize=10_000)
def _decode_touch(touch: str) -> tuple[str, ...]:
    return msgspec.json.decode(touch, type=tuple[str, ...])
