"""The publisher: what returned is durable, what cannot be made durable is refused, and requests travel together."""

import base64
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from tracking import journal
from tracking.connections import redis_client
from tracking.envelope import Message
from tracking.queue import MAX_WAITING_EVENTS, Publisher, QueueUnavailable
from tracking.spool import Spool
from tracking.tests.builders import envelope, event

PROJECT = UUID(int=1)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


@pytest.fixture
def publisher(spool: Spool) -> Iterator[Publisher]:
    return Publisher(spool)


def journaled() -> list[Message]:
    return [Message.decode(payload) for payload in redis_client().hvals(journal.PAYLOADS)]


def test_what_is_published_is_in_the_journal_and_rung_for(publisher):
    sent = envelope(event(), event(1), project_id=PROJECT)
    publisher.publish([sent])
    (message,) = journaled()
    assert message.envelopes == [sent]
    assert journal.depth() == 1
    assert redis_client().blpop(["ap:celery:ingest"], timeout=5), "a worker is asked to process it"


def test_concurrent_requests_travel_together_and_none_is_lost(publisher):
    sent = [envelope(event(), project_id=PROJECT, visitor_id=number) for number in range(80)]
    threads = [threading.Thread(target=publisher.publish, args=([each],)) for each in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    messages = journaled()
    assert sorted(each.visitor_id for message in messages for each in message.envelopes) == list(range(80))
    assert len(messages) < 40


def test_without_redis_the_spool_takes_it(publisher, spool, redis_away):
    publisher.publish([envelope(event(), project_id=PROJECT)])
    publisher.publish([envelope(event(1), project_id=PROJECT)])
    assert spool.depth() == 2
    assert [Message.decode(payload).event_count for _, _, payload in spool.messages()] == [1, 1]


def test_without_redis_and_spool_it_refuses(tmp_path, redis_away):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(QueueUnavailable) as refused:
        Publisher(Spool(tmp_path / "file")).publish([envelope(event(), project_id=PROJECT)])
    assert refused.value.retry_after_s > 0


def test_more_than_it_can_hold_is_refused_at_once(publisher):
    too_many = envelope(*[event()] * (MAX_WAITING_EVENTS + 1), project_id=PROJECT)
    with pytest.raises(QueueUnavailable):
        publisher.publish([too_many])
    publisher.publish([envelope(event(), project_id=PROJECT)])
    assert len(journaled()) == 1


def test_refusals_travel_with_a_message(publisher):
    publisher.note_rejections(PROJECT, {"too_old": 2})
    publisher.note_rejections(PROJECT, {"too_old": 1, "required": 1})
    publisher.publish([envelope(event(), project_id=PROJECT)])
    counted = {r.code: r.count for message in journaled() for r in message.rejections}
    for _ in range(50):
        if counted == {"too_old": 3, "required": 1}:
            break
        threading.Event().wait(0.1)
        counted = {}
        for message in journaled():
            for rejection in message.rejections:
                assert rejection.project_id == PROJECT
                counted[rejection.code] = counted.get(rejection.code, 0) + rejection.count
    assert counted == {"too_old": 3, "required": 1}


def test_a_message_survives_its_encoding(publisher):
    sent = envelope(
        event(custom_data={"a": [1, {"b": None}]}, value=1.5, currency="EUR", utm_params={"utm_source": "x"}),
        project_id=uuid4(), visitor_id=-(2**63), previous_visitor_id=2**63 - 1,
    )  # fmt: skip
    publisher.publish([sent])
    assert journaled()[0].envelopes == [sent]


def test_while_the_workers_are_behind_one_ring_is_for_many_messages(publisher, monkeypatch):
    monkeypatch.setattr("tracking.queue.BEHIND_MESSAGES", 0)
    monkeypatch.setattr("tracking.queue.RING_EVERY_WHILE_BEHIND_S", 30)
    publisher.publish([envelope(event(), project_id=PROJECT)])
    assert redis_client().blpop(["ap:celery:ingest"], timeout=5)
    for minute in range(5):
        publisher.publish([envelope(event(minute), project_id=PROJECT)])
    assert redis_client().llen("ap:celery:ingest") == 0
    assert journal.depth() == 6
    journal.forget(*(message.id for message in journaled()))
    _, ring = redis_client().blpop(["ap:celery:ingest"], timeout=5)
    ((message_ids,), _, _) = msgspec.msgpack.decode(base64.b64decode(json.loads(ring)["body"]))
    assert len(message_ids) == 5
