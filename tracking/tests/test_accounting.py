"""The two books: what the door promised and what the store has. They agree, or it is said where they do not."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import redis
import structlog
from django.core.management import call_command

from analytics_pulse import clock
from tracking import accounting, delivery, erasure, journal, quarantine, queue
from tracking.connections import redis_client
from tracking.envelope import Message, Rejections
from tracking.models import LedgerGap, LedgerHour, ProcessedMessage
from tracking.spool import Spool
from tracking.storage import get_store
from tracking.storage.base import PoisonEvent, Whom
from tracking.tests.builders import NOON, envelope, event, message
from tracking.tests.test_delivery import FailingStore

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=3)


def sent(project: Any, *minutes: float) -> Message:
    """One envelope an event, received when it occurred."""
    return message(*(envelope(event(minute), project_id=project.pk) for minute in minutes))


def journaled(wanted: Message) -> Message:
    accounting.journalize(wanted, wanted.encode(), NOON)
    return wanted


def process(wanted: Message, store: Any = None) -> None:
    delivery.process(wanted.id, store=store or get_store(), now=lambda: NOON)


def hours(project: Any) -> list[tuple[int, int, int]]:
    """(hour, received, accepted)"""
    rows = LedgerHour.objects.filter(project_id=project.pk).order_by("hour")
    return [(row.hour.astimezone(UTC).hour, row.received, row.accepted) for row in rows]


@pytest.fixture
def spool(settings: Any, tmp_path: Path) -> Spool:
    settings.SPOOL_DIR = tmp_path / "spool"
    return Spool(settings.SPOOL_DIR)


def test_the_door_counts_by_project_and_hour_of_receipt(project):
    process(journaled(sent(project, -1, 0, 1, 59, 60)))
    accounting.collect(NOON)
    assert hours(project) == [(11, 1, 1), (12, 3, 3), (13, 1, 1)]


def test_what_is_sent_over_http_is_counted_at_the_door_and_by_the_store(project, sender):
    assert sender.batch(*[{"event_type": "pageview", "url": "https://example.com/"}] * 3).status_code == 202
    accounting.collect(NOON)
    row = LedgerHour.objects.get(project_id=project.pk)
    assert (row.received, row.accepted, row.missing) == (3, 0, 3), "promised, and on its way"
    (message_id,) = redis_client().hkeys(journal.PAYLOADS)
    delivery.process(UUID(bytes=message_id), store=get_store(), now=lambda: NOON)
    row.refresh_from_db()
    assert (row.received, row.accepted, row.missing) == (3, 3, 0)


def test_refused_events_are_not_received(project, sender):
    assert sender.batch({"event_type": "pageview"}).status_code == 400
    accounting.collect(NOON)
    assert not LedgerHour.objects.filter(received__gt=0).exists()


def test_a_write_that_is_repeated_counts_once(project):
    wanted = journaled(sent(project, 0, 1))
    assert not accounting.journalize(wanted, wanted.encode(), NOON)
    accounting.collect(NOON)
    assert hours(project) == [(12, 2, 0)]


def test_collecting_again_adds_nothing(project):
    journaled(sent(project, 0))
    accounting.collect(NOON)
    accounting.collect(NOON)
    assert hours(project) == [(12, 1, 0)]


def test_a_collection_that_was_cut_off_before_it_cleaned_up_counts_once(project, monkeypatch):
    journaled(sent(project, 0))
    monkeypatch.setattr(accounting, "_DONE", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        accounting.collect(NOON)
    monkeypatch.undo()
    assert redis_client().exists(accounting.COLLECTED)
    journaled(sent(project, 1))
    accounting.collect(NOON)
    assert hours(project) == [(12, 2, 0)]
    assert not redis_client().exists(accounting.COLLECTED, journal.RECEIVED)


def test_an_imported_message_is_counted_once(project):
    wanted = sent(project, 0, 1)
    accounting.note_imported(wanted, NOON)
    accounting.note_imported(wanted, NOON)
    assert hours(project) == [(12, 2, 0)]


def test_a_balanced_hour_raises_no_alarm(project):
    process(journaled(sent(project, 0, 1, 2)))
    assert accounting.check(LATER) == []


def test_a_redelivered_message_raises_no_alarm(project):
    wanted = journaled(sent(project, 0, 1))
    process(wanted)
    process(wanted)
    assert accounting.check(LATER) == []


def test_duplicates_and_poison_are_accounted_for(project):
    wanted = journaled(sent(project, 0, 1, 2))
    poison = wanted.envelopes[1].events[0].event_id
    process(wanted, FailingStore(lambda b: PoisonEvent("no") if any(r.event_id == poison for r in b.events) else None))
    process(journaled(message(wanted.envelopes[0], wanted.envelopes[2])))
    assert accounting.check(LATER) == []
    row = LedgerHour.objects.get(project_id=project.pk)
    assert (row.received, row.stored, row.duplicate, row.quarantined, row.missing) == (5, 2, 2, 1, 0)


def test_a_lost_message_is_found_and_said_once(project):
    process(journaled(sent(project, 0)))
    lost = journaled(sent(project, 1, 2, 3))
    journal.forget(lost.id)
    with structlog.testing.capture_logs() as lines:
        (gap,) = accounting.check(LATER)
        accounting.check(LATER)
    assert (gap.project_id, gap.hour, gap.missing, gap.resolved_at) == (project.pk, NOON, 3, None)
    (line,) = [line for line in lines if line["event"] == "ledger_gap"]
    assert (line["log_level"], line["missing"], line["received"], line["stored"]) == ("error", 3, 4, 1)


def test_an_event_that_was_never_promised_is_found(project):
    wanted = sent(project, 0)
    journal.write(wanted.id, wanted.encode(), NOON)
    process(wanted)
    (gap,) = accounting.check(LATER)
    assert gap.missing == -1


def test_a_gap_closes_by_itself(project):
    lost = journaled(sent(project, 0))
    journal.forget(lost.id)
    assert len(accounting.check(LATER)) == 1
    journal.write(lost.id, lost.encode(), NOON)
    process(lost)
    assert accounting.check(LATER + timedelta(minutes=1)) == []
    assert LedgerGap.objects.get().resolved_at == LATER + timedelta(minutes=1)


def test_a_gap_opens_again_when_it_comes_back(project):
    journal.forget(journaled(sent(project, 0)).id)
    accounting.check(LATER)
    LedgerGap.objects.update(resolved_at=LATER)
    (gap,) = accounting.check(LATER + timedelta(minutes=1))
    assert (gap.missing, gap.resolved_at) == (1, None)


def test_what_cannot_be_processed_is_a_gap(project):
    wanted = journaled(sent(project, 0))
    redis_client().hset(journal.PAYLOADS, wanted.id.bytes, b"\xc1 torn")
    process(wanted)
    assert [gap.missing for gap in accounting.check(LATER)] == [1]


def test_the_hour_that_is_not_over_is_not_judged(project):
    journal.forget(journaled(sent(project, 0)).id)
    assert accounting.check(NOON + timedelta(minutes=59)) == []
    assert accounting.check(NOON + timedelta(hours=1)) == [], "a request of the last second may still wait"
    assert len(accounting.check(NOON + timedelta(hours=1, minutes=2))) == 1


def test_what_waits_in_the_journal_raises_no_alarm(project):
    waiting = journaled(sent(project, 0))
    with structlog.testing.capture_logs() as lines:
        assert accounting.check(LATER) == []
    assert [line["event"] for line in lines] == ["events_do_not_arrive"], "but nobody is left in the dark"
    process(waiting)
    assert accounting.check(LATER) == []


def test_ringing_again_does_not_make_a_message_young(project):
    journaled(sent(project, 0))
    delivery.ring_for_overdue(now=LATER)
    assert accounting.settled_until(LATER) == NOON - accounting.MARGIN
    assert accounting.check(LATER) == []


def test_what_waits_in_the_spool_raises_no_alarm(project, spool):
    process(journaled(sent(project, 0)))
    wanted = sent(project, 1)
    spool.write(wanted.id, wanted.encode())
    (path,) = spool.folder.iterdir()
    at_noon = int((NOON + timedelta(minutes=1)).timestamp() * 1e9)
    path.rename(path.with_name(f"{at_noon:020}-{wanted.id}.message"))
    assert accounting.check(LATER) == []
    assert delivery.drain_spool(now=LATER) == 1
    assert accounting.check(LATER) == [], "it belongs to the hour of its receipt, and is in the journal now"
    process(wanted)
    assert accounting.check(LATER) == []
    assert hours(project) == [(12, 2, 2)]


def test_a_drain_that_dies_before_it_removes_the_file_counts_once(project, spool):
    wanted = sent(project, 0, 1)
    spool.write(wanted.id, wanted.encode())
    (kept,) = spool.folder.iterdir()
    copy = kept.read_bytes()
    delivery.drain_spool(now=NOON)
    kept.write_bytes(copy)
    delivery.drain_spool(now=NOON)
    process(wanted)
    kept.write_bytes(copy)
    assert delivery.drain_spool(now=NOON) == 1
    assert not journal.holds(wanted.id)
    assert accounting.check(LATER) == []
    assert hours(project) == [(12, 2, 2)]


def test_a_poisoned_message_that_is_drained_again_counts_once(project, spool):
    wanted = sent(project, *range(9))
    bad = wanted.envelopes[0].events[0].event_id
    spool.write(wanted.id, wanted.encode())
    (kept,) = spool.folder.iterdir()
    copy = kept.read_bytes()
    delivery.drain_spool(now=NOON)
    process(wanted, FailingStore(lambda b: PoisonEvent("no") if any(r.event_id == bad for r in b.events) else None))
    kept.write_bytes(copy)
    delivery.drain_spool(now=NOON)
    assert accounting.check(LATER) == []
    assert hours(project) == [(12, 9, 9)]


def test_without_redis_nothing_is_judged(project, redis_away):
    with pytest.raises(redis.RedisError):
        accounting.check(LATER)
    assert not LedgerGap.objects.exists()


def test_a_deleted_project_raises_no_alarm(project):
    journal.forget(journaled(sent(project, 0)).id)
    project.deleted_at = NOON
    project.save()
    assert accounting.check(LATER) == []


def test_a_gap_of_a_project_that_is_deleted_closes(project):
    journal.forget(journaled(sent(project, 0)).id)
    assert len(accounting.check(LATER)) == 1
    project.deleted_at = LATER
    project.save()
    assert accounting.check(LATER) == []
    assert not LedgerGap.objects.filter(resolved_at=None).exists()


def test_what_an_other_machine_drains_during_the_check_raises_no_alarm(project, monkeypatch):
    """Counted and stored between the collection and the look at the ledger."""
    collect, drained = accounting.collect, []

    def collect_too_early(now: datetime) -> None:
        collect(now)
        if not drained:
            drained.append(journaled(sent(project, 0)))
            process(drained[0])

    monkeypatch.setattr(accounting, "collect", collect_too_early)
    with structlog.testing.capture_logs() as lines:
        assert accounting.check(LATER) == []
    assert lines == []
    assert hours(project) == [(12, 1, 1)]


def test_an_old_gap_is_judged_until_it_closes(project):
    lost = journaled(sent(project, 0))
    journal.forget(lost.id)
    accounting.check(LATER)
    next_month = LATER + timedelta(days=30)
    assert len(accounting.check(next_month)) == 1
    journal.write(lost.id, lost.encode(), NOON)
    process(lost)
    assert accounting.check(next_month) == []


def test_refusals_alone_are_no_promise(project):
    wanted = Message(UUID(int=9), [], [Rejections(project.pk, NOON, "too_old", 2)])
    process(journaled(wanted))
    assert accounting.check(LATER) == []
    assert LedgerHour.objects.get(project_id=project.pk).rejected == 2


def test_the_counters_leave_redis_when_they_are_in_the_ledger(project):
    for minute in range(30):
        journaled(sent(project, minute))
    assert redis_client().hlen(journal.RECEIVED) == 1
    accounting.collect(NOON)
    assert not redis_client().exists(journal.RECEIVED, accounting.COLLECTED)
    assert ProcessedMessage.objects.count() == 1


def test_the_publisher_counts_what_it_spools_only_when_it_is_drained(project, spool, redis_away):
    publisher = queue.Publisher(spool)
    publisher.publish([envelope(event(), project_id=project.pk)])
    assert spool.depth() == 1
    assert spool.oldest_at() > datetime.now(UTC) - timedelta(minutes=1)


def test_restoring_and_dropping_leave_the_books_balanced(project):
    restored, dropped = event(), event(1)
    process(journaled(message(envelope(restored, dropped, event(2), project_id=project.pk, screened="ip"))))
    quarantine.restore(project.pk, [restored.event_id], now=LATER)
    assert accounting.check(LATER) == [], "while it is on its way"
    for message_id in redis_client().hkeys(journal.PAYLOADS):
        delivery.process(UUID(bytes=message_id), store=get_store(), now=lambda: LATER)
    quarantine.drop_all(quarantine.Selection(project.pk, NOON, LATER))
    assert accounting.check(LATER) == []
    row = LedgerHour.objects.get(project_id=project.pk)
    assert (row.received, row.stored, row.quarantined) == (3, 1, 2)


def test_erasing_leaves_the_books_balanced(project):
    on_its_way = journaled(sent(project, 0, 1))
    erasure.request(project, Whom((1,)), now=LATER)
    process(on_its_way)
    erasure.run_due(store=get_store(), now=LATER + erasure.RETRY_AFTER)
    assert accounting.check(LATER) == []
    assert hours(project) == [(12, 2, 2)]


def test_demo_data_is_in_both_books():
    call_command("seed_demo", "--days", "1", stdout=StringIO())
    assert LedgerHour.objects.count() > 3
    assert accounting.check(clock.now() + timedelta(hours=2)) == []


def test_a_purge_takes_the_gaps_along(project):
    journal.forget(journaled(sent(project, 0)).id)
    accounting.check(LATER)
    while get_store().purge(project.pk, limit=10):
        pass
    assert not LedgerGap.objects.exists()
    assert not LedgerHour.objects.exists()
