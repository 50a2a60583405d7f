"""Out of the quarantine, past the screening, into the numbers; or away."""

from datetime import timedelta
from typing import Any

import pytest

from projects.models import Project
from tracking import delivery, journal, quarantine
from tracking.connections import redis_client
from tracking.envelope import Message
from tracking.models import Event, LedgerHour, QuarantinedEvent, Visit
from tracking.quarantine import Selection
from tracking.reasons import Reason
from tracking.storage import get_store
from tracking.storage.base import PoisonEvent
from tracking.tests.builders import NOON, envelope, event, message
from tracking.tests.test_delivery import FailingStore

pytestmark = pytest.mark.django_db
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
DAY = timedelta(days=1)


def drain(store: Any = None) -> None:
    """Process all that is in the journal, as a worker does."""
    for payload in redis_client().hvals(journal.PAYLOADS):
        delivery.process(Message.decode(payload).id, store=store or get_store(), now=lambda: NOON)


def send(project: Project, *events: Any, store: Any = None, **fields: Any) -> None:
    sent = message(envelope(*events, project_id=project.id, **fields))
    journal.write(sent.id, sent.encode(), NOON)
    drain(store)


def everything(project: Project, reason: str = "") -> Selection:
    return Selection(project.pk, NOON - DAY, NOON + DAY, reason)


def balance() -> tuple[int, int, int, int]:
    hour = LedgerHour.objects.get()
    assert hour.accepted == hour.stored + hour.duplicate + hour.quarantined
    return hour.accepted, hour.stored, hour.duplicate, hour.quarantined


def test_a_restored_bot_is_counted_with_all_that_belongs_to_a_visit(project):
    first, second, third = event(custom_data={"a": 1}), event(1), event(2)
    send(project, first, second, third, user_agent=CRAWLER)
    assert quarantine.restore(project.pk, [first.event_id, second.event_id], now=NOON) == 2
    assert QuarantinedEvent.objects.count() == 3, "until it is stored it is there"
    drain()
    assert Visit.objects.get().pageviews == 2
    assert Event.objects.get(event_id=first.event_id).custom_data == {"a": 1}
    assert QuarantinedEvent.objects.get().event_id == third.event_id
    assert balance() == (3, 2, 0, 1)


@pytest.mark.parametrize(
    ("screening", "fields", "reason"),
    [
        ({"countries": ["DE"]}, {}, Reason.COUNTRY),
        ({"pages": ["/*"]}, {}, Reason.PAGE),
        ({"hostnames": ["other.example"]}, {}, Reason.HOSTNAME),
        ({}, {"screened": "ip"}, Reason.IP),
    ],
)
def test_no_rule_screens_it_out_again(project, screening, fields, reason):
    project.screening = screening
    project.save()
    sent = event()
    send(project, sent, **fields)
    assert QuarantinedEvent.objects.get().reason == reason
    quarantine.restore(project.pk, [sent.event_id], now=NOON)
    drain()
    assert (Event.objects.count(), QuarantinedEvent.objects.count()) == (1, 0)


def test_a_double_submit_is_harmless(project):
    sent = event()
    send(project, sent, user_agent=CRAWLER)
    quarantine.restore(project.pk, [sent.event_id], now=NOON)
    quarantine.restore(project.pk, [sent.event_id], now=NOON)
    drain()
    assert quarantine.restore(project.pk, [sent.event_id], now=NOON) == 0
    assert (Event.objects.count(), Visit.objects.get().pageviews) == (1, 1)
    assert balance() == (1, 1, 0, 0)


def test_poison_that_still_is_comes_back_with_its_new_error_and_harms_no_neighbour(project):
    good, bad = event(), event(1)

    def refuses(error: str, *event_ids: Any) -> FailingStore:
        return FailingStore(
            lambda batch: PoisonEvent(error) if {row.event_id for row in batch.events} & set(event_ids) else None
        )

    send(project, good, bad, store=refuses("first", good.event_id, bad.event_id))
    assert QuarantinedEvent.objects.count() == 2
    quarantine.restore(project.pk, [good.event_id, bad.event_id], now=NOON)
    drain(refuses("second", bad.event_id))
    assert Event.objects.get().event_id == good.event_id
    row = QuarantinedEvent.objects.get()
    assert (row.event_id, row.detail) == (bad.event_id, "PoisonEvent: second")
    assert balance() == (2, 1, 0, 1)


def test_all_of_a_reason_in_chunks(project, monkeypatch):
    monkeypatch.setattr(quarantine, "CHUNK_ROWS", 3)
    send(project, *(event(n) for n in range(10)), user_agent=CRAWLER)
    send(project, event(), screened="ip")
    assert quarantine.restore_all(everything(project, "bot"), now=lambda: NOON) is None
    assert journal.depth() == 4
    drain()
    assert Event.objects.count() == 10
    assert QuarantinedEvent.objects.get().reason == Reason.IP


def test_it_goes_on_where_the_time_was_over(project, monkeypatch):
    monkeypatch.setattr(quarantine, "CHUNK_ROWS", 3)
    send(project, *(event(n) for n in range(7)), user_agent=CRAWLER)
    rest: Selection | None = everything(project)
    rounds = 0
    while rest := quarantine.restore_all(Selection.decode(rest.encode()), now=lambda: NOON, budget_s=0):
        rounds += 1
    assert rounds == 3
    drain()
    assert Event.objects.count() == 7


def test_all_of_a_reason_are_dropped(project, monkeypatch):
    monkeypatch.setattr(quarantine, "CHUNK_ROWS", 3)
    send(project, *(event(n) for n in range(7)), user_agent=CRAWLER)
    send(project, event(), screened="ip")
    rest: Selection | None = everything(project, "bot")
    while rest:
        rest = quarantine.drop_all(rest, budget_s=0)
    assert QuarantinedEvent.objects.get().reason == Reason.IP
    assert balance() == (8, 0, 0, 8)
