from uuid import uuid4

import pytest

from tracking.envelope import Rejections
from tracking.models import LedgerHour
from tracking.reasons import Reason
from tracking.storage import get_store, ledger
from tracking.storage.tests.builders import MINUTE, NOW, OTHER_SITE, SITE, event, message, quarantined

pytestmark = pytest.mark.django_db
HOUR = 60 * MINUTE
THIS_HOUR = NOW.replace(minute=0)


def counts(hour: LedgerHour) -> tuple[int, int, int, int, int]:
    return hour.accepted, hour.stored, hour.duplicate, hour.quarantined, hour.rejected


def test_it_says_what_became_of_every_event() -> None:
    known = event()
    get_store().append(message(known))
    bots = [quarantined(), quarantined(), quarantined(reason=Reason.IP)]
    refused = [Rejections(SITE, THIS_HOUR, "too_old", 2), Rejections(SITE, THIS_HOUR, "missing_url", 1)]
    get_store().append(message(known, event(), quarantined=bots, rejections=refused))
    (hour,) = ledger.read(SITE, THIS_HOUR, THIS_HOUR + HOUR)
    assert counts(hour) == (6, 2, 1, 3, 3)
    assert hour.reasons == {
        "quarantined:bot": 2,
        "quarantined:ip": 1,
        "rejected:too_old": 2,
        "rejected:missing_url": 1,
    }


def test_reasons_add_up_over_messages() -> None:
    for _ in range(3):
        get_store().append(message(event(), quarantined=[quarantined()]))
    assert LedgerHour.objects.get().reasons == {"quarantined:bot": 3}


def test_hours_are_those_of_receipt_and_projects_are_apart() -> None:
    get_store().append(
        message(
            event(received_at=THIS_HOUR - MINUTE, occurred_at=NOW - 30 * HOUR),
            event(received_at=THIS_HOUR),
            event(received_at=THIS_HOUR + 59 * MINUTE),
            event(received_at=THIS_HOUR, project_id=OTHER_SITE),
        )
    )
    found = [(row.hour, row.stored) for row in ledger.read(SITE, THIS_HOUR - 24 * HOUR, THIS_HOUR + HOUR)]
    assert found == [(THIS_HOUR - HOUR, 1), (THIS_HOUR, 2)]


def test_a_duplicate_within_a_message_is_counted_in_its_own_hour() -> None:
    one, late = event(), event(received_at=NOW + HOUR)
    late.event_id = one.event_id
    get_store().append(message(one, late))
    found = [counts(row) for row in ledger.read(SITE, THIS_HOUR, THIS_HOUR + 2 * HOUR)]
    assert found == [(1, 1, 0, 0, 0), (1, 0, 1, 0, 0)]


def test_a_known_message_changes_nothing() -> None:
    batch = message(event(), rejections=[Rejections(SITE, NOW, "too_old", 1)])
    get_store().append(batch)
    get_store().append(batch)
    assert counts(LedgerHour.objects.get()) == (1, 1, 0, 0, 1)


def test_an_hour_that_does_not_add_up_is_found() -> None:
    get_store().append(message(event()))
    assert ledger.unbalanced(THIS_HOUR, THIS_HOUR + HOUR) == []
    LedgerHour.objects.create(
        project_id=uuid4(), hour=THIS_HOUR, accepted=2, stored=1, duplicate=0, quarantined=0, rejected=0
    )
    assert [counts(hour) for hour in ledger.unbalanced(THIS_HOUR, THIS_HOUR + HOUR)] == [(2, 1, 0, 0, 0)]
