"""Erasing a person: all of theirs goes, nothing of anybody else's, and again is a no-op."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tracking.envelope import Message
from tracking.storage.tests.builders import DAY, MINUTE, NOW, OTHER_SITE, SITE, completion, event, message, quarantined

if TYPE_CHECKING:
    from tracking.storage.base import Erased, EventStore

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def erase(store: "EventStore", project_id: UUID = SITE, **fields: Any) -> "Erased":
    from tracking.storage.base import Whom
    from tracking.storage.spec import ProjectRef

    start, end = fields.pop("start", NOW - 40 * DAY), fields.pop("end", NOW + DAY)
    received_until = fields.pop("received_until", NOW)
    return store.erase(ProjectRef(project_id, BERLIN), Whom(**fields), start, end, received_until=received_until)


def left() -> tuple[set[int], set[int]]:
    """The visitors of the events, and of the visits."""
    from tracking.models import Event, Visit

    return set(Event.objects.values_list("visitor_id", flat=True)), set(
        Visit.objects.values_list("visitor_id", flat=True)
    )


def payload(visitor_id: int, **fields: Any) -> bytes:
    from tracking.tests import builders

    sent = builders.event(**{name: fields.pop(name) for name in ("user_id",) if name in fields})
    return builders.message(builders.envelope(sent, project_id=SITE, visitor_id=visitor_id, **fields)).encode()


def test_all_of_a_visitor_goes_and_nothing_of_others(store):
    from tracking.models import GoalCompletion

    mine = event(visitor_id=7, session_id=70)
    theirs = event(visitor_id=8, session_id=80)
    store.append(message(mine, theirs, completions=[completion(mine), completion(theirs)]))
    store.append(message(event(project_id=OTHER_SITE, visitor_id=7, session_id=71)))
    erased = erase(store, visitor_ids=(7,))
    assert (erased.events, erased.visits, erased.completions, erased.quarantined) == (1, 1, 1, 0)
    assert erased.visitor_ids == {7}
    assert left() == ({8, 7}, {8, 7}), "the other site's visitor of the same number stays"
    assert GoalCompletion.objects.get().event_id == theirs.event_id
    again = erase(store, visitor_ids=(7,))
    assert (again.events, again.visits, again.completions, again.days) == (0, 0, 0, frozenset())


def test_by_user_id_the_whole_visit_goes(store):
    before = event(visitor_id=7, session_id=70)
    signed_in = event(visitor_id=7, session_id=70, user_id="u-1", occurred_at=NOW + MINUTE)
    other = event(visitor_id=9, session_id=90, user_id="u-2")
    store.append(message(before, signed_in, other))
    erased = erase(store, user_id="u-1")
    assert (erased.events, erased.visits) == (2, 1)
    assert left() == ({9}, {9})


def test_without_a_user_id_those_without_one_are_not_meant(store):
    store.append(message(event(visitor_id=7, session_id=70)))
    assert erase(store, visitor_ids=(8,)).events == 0
    assert erase(store).events == 0


def test_only_the_range_and_whole_visits(store):
    long_ago = event(visitor_id=7, session_id=70, occurred_at=NOW - 3 * DAY, session_started_at=NOW - 3 * DAY)
    late = NOW - timedelta(minutes=31)
    over_the_edge = [
        event(visitor_id=7, session_id=71, occurred_at=at, session_started_at=late) for at in (late, late + 10 * MINUTE)
    ]
    store.append(message(long_ago, *over_the_edge))
    erased = erase(store, visitor_ids=(7,), start=late + 5 * MINUTE, end=NOW)
    assert (erased.events, erased.visits) == (2, 1)
    assert left() == ({7}, {7})


def test_what_was_received_later_stays(store):
    after = NOW + MINUTE
    store.append(message(event(visitor_id=7, session_id=70)))
    store.append(
        message(event(visitor_id=7, session_id=71, received_at=after, occurred_at=after, session_started_at=after))
    )
    assert erase(store, visitor_ids=(7,), received_until=NOW).events == 1
    assert left() == ({7}, {7})


def test_events_without_a_visit_go_too(store):
    store.append(message(event(visitor_id=7, session_id=0, session_started_at=None, event_type="engagement")))
    assert erase(store, visitor_ids=(7,)).events == 1


def test_the_days_are_the_projects(store):
    midnight_in_berlin = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    store.append(message(event(visitor_id=7, occurred_at=midnight_in_berlin, session_started_at=midnight_in_berlin)))
    assert erase(store, visitor_ids=(7,)).days == {date(2026, 11, 20)}


@pytest.mark.parametrize("visitor_id", [7, -7, 2**62, -(2**62)])
def test_quarantined_events_go_too(store, visitor_id):
    from tracking.models import QuarantinedEvent

    rows = [
        quarantined(payload=payload(visitor_id)),
        quarantined(payload=payload(1, previous_visitor_id=visitor_id)),
        quarantined(payload=payload(5)),
    ]
    store.append(message(quarantined=rows))
    assert erase(store, visitor_ids=(visitor_id,)).quarantined == 2
    assert QuarantinedEvent.objects.get().event_id == rows[2].event_id


def test_quarantined_events_of_a_user_go_but_not_those_that_only_name_them(store):
    from tracking.models import QuarantinedEvent

    named = Message.decode(payload(3))
    named.envelopes[0].events[0].title = "all about u-1"
    rows = [quarantined(payload=payload(2, user_id="u-1")), quarantined(payload=named.encode())]
    store.append(message(quarantined=rows))
    assert erase(store, user_id="u-1").quarantined == 1
    assert QuarantinedEvent.objects.get().event_id == rows[1].event_id


def test_the_ledger_goes_on_counting_what_was_erased(store):
    from tracking.models import LedgerHour

    store.append(message(event(visitor_id=7)))
    erase(store, visitor_ids=(7,))
    hour = LedgerHour.objects.get()
    assert (hour.accepted, hour.stored) == (1, 1)


def test_the_span_is_that_of_all_tables(store):
    assert store.span(SITE) is None
    store.append(message(event(occurred_at=NOW), quarantined=[quarantined(occurred_at=NOW - 3 * DAY)]))
    assert store.span(SITE) == (NOW - 3 * DAY, NOW)
