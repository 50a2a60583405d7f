"""Who asks to be forgotten is, with what is stored, what is quarantined, and what is on its way."""

from datetime import timedelta
from typing import Any

import pytest

from projects.models import Project
from tracking import delivery, erasure, journal, quarantine
from tracking.connections import redis_client
from tracking.envelope import Message
from tracking.models import Event, LedgerHour, QuarantinedEvent, Visit
from tracking.pipeline.screening.bots import is_bot
from tracking.storage import get_store
from tracking.storage.base import StoreUnavailable, Whom
from tracking.tests.builders import NOON, envelope, event, message
from tracking.tests.ingest import held_by_redis

pytestmark = pytest.mark.django_db
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
LATER = NOON + timedelta(minutes=5)


def journaled(sent: Message) -> Message:
    journal.write(sent.id, sent.encode(), NOON)
    return sent


def process(sent: Message) -> None:
    delivery.process(sent.id, store=get_store(), now=lambda: NOON)


def send(project: Project, *events: Any, **fields: Any) -> None:
    process(journaled(message(envelope(*events, project_id=project.id, **fields))))


def run_all(now: Any) -> None:
    erasure.run_due(store=get_store(), now=now)


def finish() -> None:
    """As beat does it: once, and again when the sweep is due."""
    run_all(LATER + erasure.RETRY_AFTER)
    run_all(LATER + erasure.RETRY_AFTER + erasure.SWEEP_AFTER)


def test_a_visitor_is_erased_and_the_others_stay(project):
    send(project, event(), event(2), visitor_id=7)
    send(project, event(user_id="u"), visitor_id=8)
    erasure.request(project, Whom((7,)), now=LATER)
    finish()
    assert set(Event.objects.values_list("visitor_id", flat=True)) == {8}
    assert set(Visit.objects.values_list("visitor_id", flat=True)) == {8}
    assert erasure.pending(project.pk) == 0
    (done,) = erasure.done(project.pk)
    assert (done.events, done.visits, done.is_by_visitor) == (2, 1, False)


def test_what_is_on_its_way_does_not_come_back_and_is_accounted_for(project):
    waiting = journaled(message(envelope(event(), project_id=project.id, visitor_id=7)))
    erasure.request(project, Whom((7,)), now=LATER)
    process(waiting)
    assert Event.objects.count() == 0
    ledger = LedgerHour.objects.get()
    assert (ledger.accepted, ledger.stored, ledger.quarantined) == (1, 0, 1)
    assert ledger.reasons == {"quarantined:erased": 1}
    assert QuarantinedEvent.objects.count() == 0


def test_a_user_on_the_way_is_left_out_too_and_neighbours_are_not(project):
    theirs, other = event(user_id="u-1"), event(user_id="u-2")
    waiting = journaled(message(envelope(theirs, other, project_id=project.id)))
    erasure.request(project, Whom(user_id="u-1"), now=LATER)
    process(waiting)
    assert Event.objects.get().event_id == other.event_id


def test_of_another_project_the_same_visitor_is_another_one(project, organization):
    from projects.actions.projects import create_project

    other = create_project(organization=organization, name="Other", domain="other.example")
    waiting = journaled(message(envelope(event(), project_id=other.id, visitor_id=7)))
    erasure.request(project, Whom((7,)), now=LATER)
    process(waiting)
    assert Event.objects.count() == 1


def test_after_an_erasure_a_visitor_is_new(project):
    send(project, event(), visitor_id=7)
    first = Visit.objects.get().session_id
    erasure.request(project, Whom((7,)), now=LATER)
    send(project, event(10), visitor_id=7)  # within half an hour: but for the erasure the same visit
    finish()
    visit = Visit.objects.get()
    assert (visit.pageviews, Event.objects.count()) == (1, 1)
    assert visit.session_id != first


def test_a_worker_that_overlooked_the_erasure_is_swept_up(project):
    waiting = message(envelope(event(), project_id=project.id, visitor_id=7))
    erasure.request(project, Whom((7,)), now=LATER)
    run_all(LATER + erasure.RETRY_AFTER)
    for name in redis_client().scan_iter("ap:erased*"):
        redis_client().delete(name)  # as it was for a worker who had looked just before
    process(journaled(waiting))
    assert Event.objects.count() == 1
    assert erasure.pending(project.pk) == 1
    run_all(LATER + erasure.RETRY_AFTER + erasure.SWEEP_AFTER)
    assert (Event.objects.count(), Visit.objects.count(), erasure.pending(project.pk)) == (0, 0, 0)


def test_what_lies_in_quarantine_goes_and_cannot_be_restored(project):
    assert is_bot(CRAWLER)
    bot = event()
    send(project, bot, visitor_id=7, user_agent=CRAWLER)
    rows = QuarantinedEvent.objects.count()
    quarantine.restore(project.pk, [bot.event_id], now=NOON)
    erasure.request(project, Whom((7,)), now=LATER)
    finish()
    delivery.ring_for_overdue(now=NOON + timedelta(hours=1))
    for message_id in redis_client().hkeys(journal.PAYLOADS):
        process(Message.decode(redis_client().hget(journal.PAYLOADS, message_id)))
    assert (rows, QuarantinedEvent.objects.count(), Event.objects.count()) == (1, 0, 0)
    ledger = LedgerHour.objects.get()
    assert (ledger.accepted, ledger.quarantined) == (1, 1)


def test_an_erasure_goes_on_where_it_stopped(project):
    for days in range(3):
        send(project, event(-days * 24 * 60), visitor_id=7)
    erasure_id = erasure.request(project, Whom((7,)), now=LATER)
    runs = 0
    while Event.objects.exists():
        erasure.run(erasure_id, store=OneDay(), now=LATER, budget_s=0.05)
        runs += 1
        assert runs < 10
    assert runs == 3
    finish()
    assert erasure.done(project.pk)[0].events == 3


class OneDay:
    """The real store, so slow that the time of a run does for one day."""

    def span(self, project_id: Any) -> Any:
        return get_store().span(project_id)

    def erase(self, *args: Any, **fields: Any) -> Any:
        import time

        time.sleep(0.05)
        return get_store().erase(*args, **fields)


def test_while_the_store_is_away_the_erasure_waits(project):
    class Away:
        def span(self, project_id: Any) -> Any:
            raise StoreUnavailable("away")

    send(project, event(), visitor_id=7)
    erasure_id = erasure.request(project, Whom((7,)), now=LATER)
    with pytest.raises(StoreUnavailable):
        erasure.run(erasure_id, store=Away(), now=LATER)
    assert erasure.pending(project.pk) == 1
    finish()
    assert Event.objects.count() == 0


def test_a_range_is_a_range(project):
    send(project, event(-3 * 24 * 60), event(), visitor_id=7)
    erasure.request(project, Whom((7,)), now=LATER, start=NOON - timedelta(days=1), end=NOON + timedelta(days=1))
    finish()
    assert Event.objects.get().occurred_at == NOON - timedelta(days=3)


def test_an_erasure_of_a_project_without_data_ends(project):
    erasure.request(project, Whom((7,)), now=LATER)
    finish()
    assert erasure.pending(project.pk) == 0
    assert erasure.done(project.pk)[0].events == 0


def test_what_redis_keeps_of_an_erased_user_does_not_name_them(project):
    erasure.request(project, Whom(user_id="jane.doe@example.com"), now=LATER)
    assert b"jane" in held_by_redis(), "while it is under way"
    finish()
    assert b"jane" not in held_by_redis()
