"""Who is there now: from the windows that the workers keep in Redis, else the same numbers from the store."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from reports import flights
from reports.answer_cache import AnswerCache
from tracking.event_types import COUNTS_VISITOR
from tracking.realtime import reading
from tracking.realtime.details import DIMENSIONS, Value
from tracking.realtime.reading import Window
from tracking.realtime.sizes import FIVE_MINUTES, HOUR, MINUTE, Size
from tracking.storage import event_log
from tracking.storage import realtime as stored
from tracking.storage.conditions import Filter
from tracking.storage.spec import Period, ProjectRef

TOP_VALUES = 10
# Whole minutes before the one under way. So the last five minutes are in it at any second of the minute.
ACTIVE_MINUTES = 5
# With the one under way.
RECENT_MINUTES = 30
# A sender's clock may be ahead by what is not corrected: its event counts in the minute under way.
AHEAD = timedelta(minutes=1)
MINUTE_LONG = timedelta(minutes=1)
# By the name of a window's length: how many windows up to the one under way.
SERIES: dict[str, tuple[Size, int]] = {"1m": (MINUTE, RECENT_MINUTES), "5m": (FIVE_MINUTES, 288), "1h": (HOUR, 48)}
WINDOWS, STORE = "windows", "events"
# Several viewers share what the store was asked, for a moment: an event is to be seen within a second all the same.
SHARED_S = 0.2
# The feed has no window: every viewer's page asks for it all the time.
FEED_SHARED_S = 0.5
MAX_FEED = 100
_active = AnswerCache("active", int, open_ttl_s=SHARED_S)
_recent = AnswerCache("recent", reading.Recent, open_ttl_s=SHARED_S)
_series = AnswerCache("windows", list[Window], open_ttl_s=SHARED_S)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """What happened, and not who did it."""

    event_id: UUID
    occurred_at: datetime
    event_type: str
    event_name: str
    page: str
    source: str
    country: str
    browser: str
    device: str


_feed = AnswerCache("feed", list[FeedEvent], open_ttl_s=FEED_SHARED_S)


@dataclass(frozen=True, slots=True)
class Recent:
    """The last half hour. minutes: (start, pageviews), oldest first, empty ones included. top: the values with most
    visitors by dimension. source: what it was read from.
    is_estimated, is_partial: see reading.Recent."""

    active_visitors: int
    minutes: Sequence[tuple[datetime, int]]
    top: Mapping[str, Sequence[Value]]
    source: str
    is_estimated: bool = False
    is_partial: bool = False


def active_visitors(project: ProjectRef, now: datetime) -> int:
    """Visitors of the last five minutes, to the full minute. Raises what the store raises: StoreUnavailable."""
    start, end = _minute(now) - timedelta(minutes=ACTIVE_MINUTES), _minute(now) + MINUTE_LONG + AHEAD
    if (count := reading.visitors(project.id, start, end)) is not None:
        return count
    return _active.get(project.id, start, end, start.isoformat(), lambda: stored.visitors(project.id, start, end))


def recent(project: ProjectRef, now: datetime) -> Recent:
    """Raises QueryTooLarge or StoreUnavailable, when the windows do not do."""
    this_minute = _minute(now)
    starts = [this_minute - timedelta(minutes=back) for back in reversed(range(RECENT_MINUTES))]
    active_start, end = this_minute - timedelta(minutes=ACTIVE_MINUTES), this_minute + MINUTE_LONG + AHEAD
    found, source = _from_windows(project.id, starts[0], active_start, end), WINDOWS
    if found is None:
        found, source = _from_store(project.id, starts[0], active_start, end), STORE
    views: dict[datetime, int] = defaultdict(int)
    for start, count in found.pageviews.items():
        views[min(start, this_minute)] += count
    return Recent(
        found.active_visitors,
        [(start, views[start]) for start in starts],
        found.top,
        source,
        found.is_estimated,
        found.is_partial,
    )


def series(project: ProjectRef, name: str, now: datetime) -> tuple[Sequence[Window], str]:
    """The windows of a length (see SERIES), oldest first, empty ones included, and what they were read from."""
    size, count = SERIES[name]
    this = int(now.timestamp()) // size.seconds
    start = datetime.fromtimestamp((this - count + 1) * size.seconds, UTC)
    end = start + timedelta(seconds=count * size.seconds)
    if (windows := reading.series(project.id, size, start, end)) is not None:
        return windows, WINDOWS
    found = _series.get(project.id, start, end, f"{name}:{start.isoformat()}", lambda: [
        Window(*row) for row in stored.series(project.id, start, end, size.seconds)
    ])  # fmt: skip
    by_start = {each.start: each for each in found}
    starts = (start + timedelta(seconds=index * size.seconds) for index in range(count))
    return [by_start.get(each, Window(each)) for each in starts], STORE


def feed(project: ProjectRef, now: datetime) -> Sequence[FeedEvent]:
    """The last MAX_FEED events of the last half hour, the latest first, of the types that people make.

    Raises QueryTooLarge or StoreUnavailable.
    """
    start, end = _minute(now) - timedelta(minutes=RECENT_MINUTES - 1), _minute(now) + MINUTE_LONG + AHEAD

    def ask() -> list[FeedEvent]:
        period, kinds = Period(start, end, project.zone), (Filter("event_type", "is", COUNTS_VISITOR),)
        found = event_log.latest(project, period, kinds, limit=MAX_FEED)
        return [FeedEvent(*(getattr(each, name) for name in FeedEvent.__slots__)) for each in found]

    return _feed.get(project.id, start, end, start.isoformat(), ask)


def _from_windows(project_id: UUID, start: datetime, active_start: datetime, end: datetime) -> reading.Recent | None:
    """Shared by those who ask at the same moment; never remembered, so that an event shows at once."""
    key = f"now:{project_id.hex}:{start.isoformat()}"
    return flights.together(key, lambda: reading.recent(project_id, start, active_start, end, TOP_VALUES))


def _from_store(project_id: UUID, start: datetime, active_start: datetime, end: datetime) -> reading.Recent:
    def ask() -> reading.Recent:
        top: dict[str, list[Value]] = {name: [] for name in DIMENSIONS}
        for dimension, value, visitors, pageviews in stored.top(project_id, start, end, TOP_VALUES):
            top[dimension].append(Value(value, visitors, pageviews))
        minutes = {row[0]: row[1] for row in stored.series(project_id, start, end, MINUTE.seconds)}
        return reading.Recent(stored.visitors(project_id, active_start, end), minutes, top)

    return _recent.get(project_id, start, end, start.isoformat(), ask)


def _minute(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(second=0, microsecond=0)
