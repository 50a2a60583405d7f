"""From the journal to the store: once, whatever is repeated, and nothing is forgotten before it is stored."""

from collections.abc import Callable
from datetime import timedelta
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from analytics_pulse import clock
from tracking import delivery, journal
from tracking.connections import redis_client
from tracking.envelope import Message
from tracking.models import Event, LedgerHour, QuarantinedEvent, Visit
from tracking.queue import ring
from tracking.reasons import Reason
from tracking.spool import Spool
from tracking.storage import get_store
from tracking.storage.base import PoisonEvent, StoreUnavailable
from tracking.storage.rows import Appended, StoredBatch
from tracking.tests.builders import NOON, envelope, event, message

pytestmark = pytest.mark.django_db


class FailingStore:
    """The real store behind a fault: raises what `fault` returns for a batch, before anything is stored."""

    def __init__(self, fault: Callable[[StoredBatch], Exception | None]) -> None:
        self.fault = fault

    def append(self, batch: StoredBatch) -> Appended:
        error = self.fault(batch)
        if error:
            raise error
        return get_store().append(batch)


def journaled(sent: Message) -> UUID:
    journal.write(sent.id, sent.encode(), clock.now())
    return sent.id


def process(message_id: UUID, store: Any = None) -> None:
    delivery.process(message_id, store=store or get_store(), now=lambda: NOON)


def test_a_processed_message_is_stored_and_forgotten(project):
    process(journaled(message(envelope(event(), event(5), project_id=project.id))))
    assert Event.objects.filter(project_id=project.id).count() == 2
    visit = Visit.objects.get(project_id=project.id)
    assert (visit.pageviews, visit.started_at, visit.is_bounce) == (2, NOON, False)
    assert journal.depth() == 0


def test_a_message_that_comes_again_changes_nothing(project):
    sent = message(envelope(event(), project_id=project.id))
    process(journaled(sent))
    process(sent.id)
    process(journaled(sent))
    assert Event.objects.filter(project_id=project.id).count() == 1
    ledger = LedgerHour.objects.get(project_id=project.id)
    assert (ledger.accepted, ledger.stored, ledger.duplicate) == (1, 1, 0)


def test_events_sent_again_are_duplicates(project):
    events = [event(minute) for minute in range(10)]
    process(journaled(message(envelope(*events, project_id=project.id))))
    process(journaled(message(envelope(*events, project_id=project.id))))
    assert Event.objects.filter(project_id=project.id).count() == 10
    assert Visit.objects.get(project_id=project.id).pageviews == 10
    ledger = LedgerHour.objects.get(project_id=project.id)
    assert (ledger.accepted, ledger.stored, ledger.duplicate) == (20, 10, 10)


def test_a_poison_event_is_found_and_the_rest_is_stored(project):
    events = [event(minute) for minute in range(37)]
    poison = events[23].event_id

    def fault(batch: StoredBatch) -> Exception | None:
        return PoisonEvent("no") if any(row.event_id == poison for row in batch.events) else None

    sent = message(envelope(*events, project_id=project.id))
    process(journaled(sent), FailingStore(fault))
    assert set(Event.objects.values_list("event_id", flat=True)) == {e.event_id for e in events} - {poison}
    assert Visit.objects.get(project_id=project.id).pageviews == 36
    quarantined = QuarantinedEvent.objects.get()
    assert (quarantined.event_id, quarantined.reason) == (poison, Reason.POISON)
    assert "PoisonEvent: no" in quarantined.detail
    assert journal.depth() == 0

    process(journaled(sent), FailingStore(fault))
    assert Event.objects.count() == 36
    assert QuarantinedEvent.objects.count() == 1


def test_a_fault_of_the_code_quarantines_and_says_which(project, monkeypatch):
    def broken(batch):
        if any(item.event.title == "bad" for item in batch.items):
            raise ZeroDivisionError("division by zero")
        return batch

    monkeypatch.setattr("tracking.pipeline.STEPS", (broken, *__import__("tracking.pipeline").pipeline.STEPS))
    process(journaled(message(envelope(event(), event(1, title="bad"), event(2), project_id=project.id))))
    assert Event.objects.count() == 2
    assert QuarantinedEvent.objects.get().detail == "ZeroDivisionError: division by zero"


def test_while_the_store_is_away_the_message_waits(project, monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE_S", 0.3)
    message_id = journaled(message(envelope(event(), project_id=project.id)))
    with pytest.raises(delivery.NotNow):
        process(message_id, FailingStore(lambda batch: StoreUnavailable("away")))
    assert journal.depth() == 1
    process(message_id)
    assert Event.objects.count() == 1
    assert journal.depth() == 0


def test_it_waits_for_a_store_that_comes_back(project):
    failures = chain([StoreUnavailable("away"), StoreUnavailable("away")], repeat(None))
    process(journaled(message(envelope(event(), project_id=project.id))), FailingStore(lambda batch: next(failures)))
    assert Event.objects.count() == 1


def test_what_is_no_message_is_set_aside_and_kept():
    message_id = uuid4()
    journal.write(message_id, b"\xc1 not a message", clock.now())
    process(message_id)
    assert journal.depth() == 0
    assert redis_client().hget(journal.SET_ASIDE, message_id.bytes) == b"\xc1 not a message"


def test_a_message_nobody_took_is_rung_for_again(project):
    message_id = journaled(message(envelope(event(), project_id=project.id)))
    assert delivery.ring_for_overdue(now=clock.now()) == 0
    later = clock.now() + delivery.OVERDUE_AFTER + timedelta(seconds=1)
    assert delivery.ring_for_overdue(now=later) == 1
    assert redis_client().llen("ap:celery:ingest") == 1
    assert delivery.ring_for_overdue(now=later) == 0, "it was rung for just now"
    assert journal.read(message_id)


def test_a_message_whose_ring_was_lost_with_its_worker_is_rung_for_sooner(project):
    soon = clock.now() + delivery.OVERDUE_WHILE_IDLE_AFTER + timedelta(seconds=1)
    journaled(message(envelope(event(), project_id=project.id)))
    ring([uuid4()])
    assert delivery.ring_for_overdue(now=soon) == 0, "a ring waits: its turn may come yet"
    assert redis_client().lpop("ap:celery:ingest")
    assert delivery.ring_for_overdue(now=soon) == 1


def test_the_spool_is_drained_into_the_journal_in_order(project, settings, tmp_path: Path):
    settings.SPOOL_DIR = tmp_path
    spool, sent = Spool(tmp_path), [message(envelope(event(n), project_id=project.id)) for n in range(3)]
    for each in sent:
        spool.write(each.id, each.encode())
    assert delivery.drain_spool(now=clock.now()) == 3
    assert spool.depth() == 0
    for each in sent:
        process(each.id)
    assert Event.objects.count() == 3
    assert delivery.drain_spool(now=clock.now()) == 0


def test_the_spool_waits_while_redis_is_away(project, settings, tmp_path, redis_away):
    settings.SPOOL_DIR = tmp_path
    Spool(tmp_path).write(uuid4(), b"x")
    assert delivery.drain_spool(now=clock.now()) == 0
    assert Spool(tmp_path).depth() == 1


def test_bots_are_quarantined_and_counted(project):
    crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    process(journaled(message(envelope(event(), project_id=project.id, user_agent=crawler))))
    assert Event.objects.count() == 0
    assert QuarantinedEvent.objects.get().reason == Reason.BOT
    ledger = LedgerHour.objects.get(project_id=project.id)
    assert (ledger.accepted, ledger.quarantined, ledger.reasons) == (1, 1, {"quarantined:bot": 1})


def test_messages_that_wait_together_are_stored_together(project):
    sent = [message(envelope(event(n), event(n + 1), project_id=project.id)) for n in range(5)]
    batches = []

    def look(batch: StoredBatch) -> None:
        batches.append(batch.message_ids)

    delivery.process(*map(journaled, sent), store=FailingStore(look), now=lambda: NOON)
    assert batches == [tuple(each.id for each in sent)]
    assert Event.objects.count() == 10
    assert journal.depth() == 0


def test_together_with_one_that_was_stored_before_the_others_are_stored_once(project):
    first, second, third = (message(envelope(event(n), project_id=project.id)) for n in range(3))
    process(journaled(second))
    delivery.process(*map(journaled, (first, second, third)), store=get_store(), now=lambda: NOON)
    assert Event.objects.count() == 3
    ledger = LedgerHour.objects.get(project_id=project.id)
    assert (ledger.accepted, ledger.stored, ledger.duplicate) == (3, 3, 0)


def test_a_poison_event_costs_the_messages_beside_it_nothing(project):
    sent = [message(envelope(event(n), event(n + 0.5), project_id=project.id)) for n in range(4)]
    poison = sent[2].envelopes[0].events[1].event_id

    def fault(batch: StoredBatch) -> Exception | None:
        return PoisonEvent("no") if any(row.event_id == poison for row in batch.events) else None

    delivery.process(*map(journaled, sent), store=FailingStore(fault), now=lambda: NOON)
    assert Event.objects.count() == 7
    assert QuarantinedEvent.objects.get().event_id == poison
    assert journal.depth() == 0


def test_what_is_no_message_leaves_the_others_alone(project):
    good, bad = message(envelope(event(), project_id=project.id)), uuid4()
    journal.write(bad, b"\xc1", clock.now())
    delivery.process(bad, journaled(good), store=get_store(), now=lambda: NOON)
    assert Event.objects.count() == 1
    assert redis_client().hexists(journal.SET_ASIDE, bad.bytes)
    assert journal.depth() == 0
