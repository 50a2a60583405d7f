"""The windows of now: what the worker counts after its commit is what the store has, or a reader is told."""

import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tracking import conclusion, delivery, journal
from tracking.connections import redis_client
from tracking.envelope import Message
from tracking.realtime import reading, sizes, windows
from tracking.realtime.details import DIMENSIONS
from tracking.storage import get_store
from tracking.storage import realtime as stored
from tracking.storage.base import StoreUnavailable
from tracking.tests import builders
from tracking.tests.builders import envelope, message

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
# Redis goes by its own clock.
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
START, END = NOW - 29 * MINUTE, NOW + 2 * MINUTE


@pytest.fixture(autouse=True)
def _whole_windows() -> None:
    """As when the workers have been counting for long."""
    redis_client().set(sizes.SINCE, 0)


def event(minutes: float = 0, **fields: Any) -> Any:
    """A pageview so many minutes from now."""
    return builders.event(occurred_at=NOW + timedelta(minutes=minutes), **fields)


def process(sent: Message, now: Any = NOW) -> Message:
    journal.write(sent.id, sent.encode(), now)
    delivery.process(sent.id, store=get_store(), now=lambda: now)
    return sent


def recent(project_id: UUID, limit: int = 10) -> Any:
    return reading.recent(project_id, START, NOW - 5 * MINUTE, END, limit)


def pageviews(project_id: UUID) -> int:
    return sum(recent(project_id).pageviews.values())


def from_store(project_id: UUID, limit: int = 10) -> dict[str, list[tuple[str, int, int]]]:
    top: dict[str, list[tuple[str, int, int]]] = {name: [] for name in DIMENSIONS}
    for dimension, *value in stored.top(project_id, START, END, limit):
        top[dimension].append(tuple(value))
    return top


def test_new_events_are_counted_by_minute_and_by_page_source_country_and_device(project):
    process(
        message(
            envelope(
                event(-3, url="https://example.com/a", referrer="https://www.google.com/"),
                event(-2, url="https://example.com/b"),
                event(-2, url="https://example.com/b", event_type="custom", event_name="Signup"),
                project_id=project.id,
            ),
            envelope(event(-20, url="https://example.com/a"), project_id=project.id, visitor_id=2, country="FR"),
        )
    )
    found = recent(project.id)
    assert found.active_visitors == 1
    assert found.pageviews == {NOW - 20 * MINUTE: 1, NOW - 3 * MINUTE: 1, NOW - 2 * MINUTE: 1}
    assert found.top["page"] == [("/a", 2, 2), ("/b", 1, 1)]
    assert found.top["source"] == [("", 1, 1), ("Google", 1, 2)]
    assert found.top["country"] == [("DE", 1, 2), ("FR", 1, 1)]
    assert found.top["device"] == [("desktop", 2, 3)]


def test_windows_and_store_say_the_same(project):
    for visitor in range(40):
        events = [
            event(-(visitor * 7 + nth) % 29, url=f"https://example.com/{(visitor + nth) % 6}", event_type=kind, **more)
            for nth, (kind, more) in enumerate(
                [("pageview", {}), ("pageview", {}), ("custom", {"event_name": "x"}), ("engagement", {"engaged_ms": 9})]
            )
        ]
        process(
            message(envelope(*events, project_id=project.id, visitor_id=visitor, country=["DE", "FR"][visitor % 2]))
        )
    found = recent(project.id)
    assert {name: [tuple(value) for value in values] for name, values in found.top.items()} == from_store(project.id)
    assert found.pageviews == {row[0]: row[1] for row in stored.series(project.id, START, END, 60) if row[1]}
    assert found.active_visitors == stored.visitors(project.id, NOW - 5 * MINUTE, END)


def test_ten_thousand_visitors_are_estimated_to_two_percent(project):
    for first in range(0, 10_000, 1_000):
        process(
            message(
                *(
                    envelope(event(-(visitor % 5)), project_id=project.id, visitor_id=visitor * 7919)
                    for visitor in range(first, first + 1_000)
                )
            )
        )
    found = recent(project.id)
    assert abs(found.active_visitors - 10_000) <= 200
    ((_, visitors, views),) = found.top["page"]
    assert abs(visitors - 10_000) <= 200
    assert views == 10_000


@pytest.mark.parametrize("size", sizes.SIZES, ids=lambda size: size.name)
def test_each_window_has_counts_values_and_visitors_and_ends(project, size):
    process(
        message(envelope(event(value=2.5, currency="EUR"), event(value=1.5, currency="EUR"), project_id=project.id))
    )
    key = size.key(project.id, int(NOW.timestamp()) // size.seconds)
    client = redis_client()
    assert (client.hget(key, ".pageviews"), client.hget(key, ".value:EUR")) == (b"2", b"4")
    assert client.pfcount(f"{key}:u") == 1
    ends_at = (int(NOW.timestamp()) // size.seconds + 1) * size.seconds + size.kept_s
    for name in (key, f"{key}:u"):
        assert abs(client.ttl(name) + time.time() - ends_at) < 2
    start = NOW - timedelta(seconds=NOW.timestamp() % size.seconds)
    found = reading.series(project.id, size, start, start + timedelta(seconds=size.seconds))
    assert [(each.pageviews, each.visitors) for each in found] == [(2, 1)]


def test_duplicates_and_messages_that_come_again_are_counted_once(project):
    events = [event(-1), event(-2)]
    first = process(message(envelope(*events, project_id=project.id)))
    process(first)
    redis_client().delete(sizes.torn_key(project.id))
    process(message(envelope(*events, event(-3), project_id=project.id)))
    assert pageviews(project.id) == 3


def test_of_messages_that_wait_together_each_event_is_counted(project):
    sent = [message(envelope(event(-1), project_id=project.id)) for _ in range(3)]
    for each in sent:
        journal.write(each.id, each.encode(), NOW)
    delivery.process(*(each.id for each in sent), store=get_store(), now=lambda: NOW)
    assert pageviews(project.id) == 3


def test_what_a_killed_worker_did_not_count_is_read_from_the_store(project):
    class Killed(BaseException):
        pass

    class DyingStore:
        def append(self, batch):
            get_store().append(batch)
            raise Killed

    sent = message(envelope(event(-1), project_id=project.id))
    journal.write(sent.id, sent.encode(), NOW)
    with pytest.raises(Killed):
        delivery.process(sent.id, store=DyingStore(), now=lambda: NOW)  # type: ignore[arg-type]
    assert pageviews(project.id) == 0
    delivery.process(sent.id, store=get_store(), now=lambda: NOW)
    assert recent(project.id) is None
    assert journal.depth() == 0
    # From the next minute on the windows have all.
    assert reading.visitors(project.id, NOW, END) == 0


def test_windows_that_redis_lost_are_not_taken_for_whole(project):
    process(message(envelope(event(-1), project_id=project.id)))
    redis_client().flushall()
    assert recent(project.id) is None
    process(message(envelope(event(0), project_id=project.id)))
    assert recent(project.id) is None
    assert reading.visitors(project.id, NOW + MINUTE, END) == 0


def test_while_the_store_is_away_nothing_is_counted(project, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE_S", 0)

    class Away:
        def append(self, batch):
            raise StoreUnavailable("away")

    sent = message(envelope(event(), project_id=project.id))
    journal.write(sent.id, sent.encode(), NOW)
    with pytest.raises(delivery.NotNow):
        delivery.process(sent.id, store=Away(), now=lambda: NOW)  # type: ignore[arg-type]
    assert pageviews(project.id) == 0


def test_an_event_older_than_a_window_is_kept_counts_only_where_it_is_kept(project):
    process(message(envelope(event(-90), event(-49 * 60), project_id=project.id)))
    names = {name.decode().split(":")[3] for name in redis_client().scan_iter(f"{sizes.PREFIX}{project.id.hex}:*")}
    assert names == {"5m", "1h"}


def test_of_a_minute_with_very_many_events_a_part_of_the_visitors_tells_the_shares(project, monkeypatch):
    monkeypatch.setattr("tracking.realtime.details.EVENTS_BEFORE_SAMPLING", 500)
    windows.forget_seen()
    chance = random.Random(3)
    visitors = [chance.getrandbits(64) - 2**63 for _ in range(12_000)]
    for first in range(0, 12_000, 400):
        process(message(*(
            envelope(event(-1, url=f"https://example.com/{nth % 4 // 3}"), project_id=project.id, visitor_id=visitor)
            for nth, visitor in enumerate(visitors[first : first + 400])
        )))  # fmt: skip
    found = recent(project.id)
    assert found.is_estimated
    assert found.pageviews == {NOW - MINUTE: 12_000}
    assert abs(found.active_visitors - 12_000) <= 240
    (home, more), numbers = zip(*((value.name, value) for value in found.top["page"]), strict=True)
    assert (home, more) == ("/0", "/1")
    for value, truth in zip(numbers, (9_000, 3_000), strict=True):
        assert abs(value.visitors - truth) < truth / 4
        assert abs(value.pageviews - truth) < truth / 4
    key = sizes.MINUTE.key(project.id, int((NOW - MINUTE).timestamp()) // 60)
    assert redis_client().llen(f"{key}:d") == 30
    assert sum(map(len, redis_client().lrange(f"{key}:d", 0, -1))) < 4_000 * 16  # of 12,000 events


def test_a_page_of_great_length_is_in_no_list_and_the_reader_is_told(project):
    process(message(envelope(event(-1), event(-1, url="https://example.com/" + "x" * 400), project_id=project.id)))
    found = recent(project.id)
    assert found.top["page"] == [("/", 1, 1)]
    assert found.is_partial
    assert found.pageviews == {NOW - MINUTE: 2}


def test_another_project_has_windows_of_its_own(project):
    other = UUID(int=7)
    process(message(envelope(event(-1), project_id=project.id), envelope(event(-1), event(-2), project_id=other)))
    assert (pageviews(project.id), pageviews(other)) == (1, 2)


def test_a_script_that_fails_fails_no_batch_and_the_windows_are_not_trusted(project):
    key = sizes.MINUTE.key(project.id, int(NOW.timestamp()) // 60)
    redis_client().set(key, "not a hash")
    process(message(envelope(event(), project_id=project.id)))
    assert journal.depth() == 0
    redis_client().delete(key)
    assert recent(project.id) is None


def test_the_number_of_a_visitor_is_in_the_details_of_a_minute_only_until_somebody_is_erased(project):
    visitor = 0x5EC12E7_0F_A_51702
    process(message(envelope(event(-1), project_id=project.id, visitor_id=visitor)))
    client = redis_client()
    number = visitor.to_bytes(8, "big")
    names = list(client.scan_iter(f"{sizes.PREFIX}*"))
    assert [name[-2:] for name in names if number in client.dump(name)] == [b":d"]
    windows.forget_people(project.id, NOW)
    assert not any(number in client.dump(name) for name in client.scan_iter(f"{sizes.PREFIX}*"))
    assert recent(project.id) is None


def test_what_is_stored_past_the_journal_is_read_from_the_store(project):
    conclusion.note_stored(project.id, NOW - timedelta(days=3), NOW)
    assert recent(project.id) is None
    assert reading.visitors(project.id, NOW + MINUTE, END) == 0
