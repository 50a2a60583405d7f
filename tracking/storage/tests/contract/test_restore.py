"""Out of the quarantine into the numbers: each event once, and the ledger right at any time."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tracking.reasons import Reason
from tracking.storage.rows import EventRow, QuarantinedRow
from tracking.storage.tests.builders import DAY, NOW, OTHER_SITE, SITE, completion, event, message, outcome, quarantined

if TYPE_CHECKING:
    from tracking.models import LedgerHour

pytestmark = pytest.mark.django_db


def row_of(quarantined_row: QuarantinedRow, **fields: Any) -> EventRow:
    """The row that the event becomes when it comes out of the quarantine."""
    values = {name: getattr(quarantined_row, name) for name in ("project_id", "event_id", "occurred_at", "received_at")}
    return event(**(values | fields))


def restored(*rows: EventRow, **fields: Any) -> Any:
    return message(*rows, is_restored=True, **fields)


def in_quarantine() -> set[UUID]:
    from tracking.models import QuarantinedEvent

    return set(QuarantinedEvent.objects.values_list("event_id", flat=True))


def stored() -> list[UUID]:
    from tracking.models import Event

    return list(Event.objects.values_list("event_id", flat=True))


def ledger() -> "LedgerHour":
    from tracking.models import LedgerHour

    hour = LedgerHour.objects.get(project_id=SITE)
    assert hour.accepted == hour.stored + hour.duplicate + hour.quarantined
    return hour


def test_what_is_restored_moves(store):
    row, other = quarantined(), quarantined()
    store.append(message(quarantined=[row, other]))
    assert store.append(restored(row_of(row))) == outcome(stored=1)
    assert (stored(), in_quarantine()) == ([row.event_id], {other.event_id})
    hour = ledger()
    assert (hour.accepted, hour.stored, hour.quarantined, hour.reasons) == (2, 1, 1, {"quarantined:bot": 1})


def test_it_moves_in_the_hour_of_its_receipt(store):
    row = quarantined(received_at=NOW - DAY)
    store.append(message(quarantined=[row]))
    store.append(restored(row_of(row)))
    hour = ledger()
    assert hour.hour == (NOW - DAY).replace(minute=0)
    assert (hour.accepted, hour.stored, hour.quarantined) == (1, 1, 0)


def test_restored_twice_is_stored_once(store):
    row = quarantined()
    store.append(message(quarantined=[row]))
    store.append(restored(row_of(row)))
    assert store.append(restored(row_of(row), row_of(row))) == outcome()
    assert stored() == [row.event_id]
    assert (ledger().accepted, ledger().stored, ledger().duplicate) == (1, 1, 0)


def test_one_message_that_names_an_event_twice_stores_it_once(store):
    row = quarantined()
    store.append(message(quarantined=[row]))
    assert store.append(restored(row_of(row), row_of(row))) == outcome(stored=1)
    assert (ledger().accepted, ledger().stored, ledger().duplicate) == (1, 1, 0)


def test_the_same_message_again_changes_nothing(store):
    row = quarantined()
    store.append(message(quarantined=[row]))
    again = restored(row_of(row))
    store.append(again)
    assert store.append(again) == outcome(was_known=True)
    assert ledger().stored == 1


def test_what_was_dropped_meanwhile_stays_away(store):
    from tracking.storage import quarantine

    row = quarantined()
    store.append(message(quarantined=[row]))
    quarantine.drop(SITE, [row.event_id])
    assert store.append(restored(row_of(row))) == outcome()
    assert stored() == []
    assert (ledger().accepted, ledger().quarantined) == (1, 1)


def test_what_was_sent_again_and_stored_meanwhile_is_a_duplicate(store):
    row = quarantined()
    store.append(message(quarantined=[row]))
    store.append(message(row_of(row)))
    assert store.append(restored(row_of(row))) == outcome(duplicate=1)
    assert in_quarantine() == set()
    hour = ledger()
    assert (hour.accepted, hour.stored, hour.duplicate, hour.quarantined) == (2, 1, 1, 0)


def test_what_is_still_poison_comes_back_with_its_new_error(store):
    from tracking.models import QuarantinedEvent

    row = quarantined(reason=Reason.POISON, detail="ValueError: old")
    store.append(message(quarantined=[row]))
    again = quarantined(event_id=row.event_id, reason=Reason.POISON, detail="ValueError: new")
    assert store.append(restored(quarantined=[again])) == outcome(quarantined=1)
    assert QuarantinedEvent.objects.get().detail == "ValueError: new"
    assert (ledger().accepted, ledger().quarantined, ledger().reasons) == (1, 1, {"quarantined:poison": 1})


def test_another_projects_event_is_not_taken(store):
    row = quarantined(project_id=OTHER_SITE)
    store.append(message(quarantined=[row]))
    assert store.append(restored(row_of(row, project_id=SITE))) == outcome()
    assert (stored(), in_quarantine()) == ([], {row.event_id})


def test_events_of_erased_visitors_are_counted_and_not_kept(store):
    store.append(message(event(), erased=[(SITE, NOW), (SITE, NOW)]))
    hour = ledger()
    assert (hour.accepted, hour.stored, hour.quarantined, hour.reasons) == (3, 1, 2, {"quarantined:erased": 2})
    assert in_quarantine() == set()


def test_an_event_that_reached_several_goals_has_reached_them_all(store):
    from tracking.models import GoalCompletion

    row = quarantined()
    store.append(message(quarantined=[row]))
    taken = row_of(row)
    goals = [completion(taken, goal_id=UUID(int=n)) for n in (1, 2)]
    store.append(restored(taken, completions=goals))
    assert set(GoalCompletion.objects.values_list("goal_id", flat=True)) == {UUID(int=1), UUID(int=2)}
