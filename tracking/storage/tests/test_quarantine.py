from uuid import UUID, uuid4

import pytest

from tracking.models import LedgerHour
from tracking.reasons import Reason
from tracking.storage import get_store, quarantine
from tracking.storage.tests.builders import DAY, NOW, OTHER_SITE, SITE, event, message, quarantined

pytestmark = pytest.mark.django_db
WEEK = (NOW - 7 * DAY, NOW + DAY)


def listed(project_id: UUID = SITE, **fields: object) -> list[UUID]:
    return [row.event_id for row in quarantine.list_quarantined(project_id, *WEEK, **fields)]


def test_the_list_has_the_latest_first_and_says_all() -> None:
    early, late = quarantined(occurred_at=NOW - DAY), quarantined(reason=Reason.SPAM_REFERRER)
    get_store().append(message(quarantined=[early, late, quarantined(project_id=OTHER_SITE)]))
    (first, second) = quarantine.list_quarantined(SITE, *WEEK)
    assert (first.event_id, first.reason, second.event_id) == (late.event_id, "spam_referrer", early.event_id)
    assert (second.detail, second.payload, second.occurred_at) == ("Googlebot", b"\x00\xffmessage", NOW - DAY)
    assert listed(reason="bot") == [early.event_id]
    assert listed(limit=1, offset=1) == [early.event_id]


def test_restore_publishes_and_takes_out_of_the_ledger() -> None:
    rows = [quarantined(payload=b"one"), quarantined(payload=b"two"), quarantined(payload=b"three")]
    get_store().append(message(event(), quarantined=rows))
    published: list[bytes] = []
    ids = [rows[0].event_id, rows[1].event_id, uuid4()]
    assert quarantine.restore(SITE, ids, *WEEK, publish=published.extend) == 2
    assert sorted(published) == [b"one", b"two"]
    assert listed() == [rows[2].event_id]
    hour = LedgerHour.objects.get()
    assert (hour.accepted, hour.stored, hour.quarantined, hour.reasons) == (2, 1, 1, {"quarantined:bot": 1})
    get_store().append(message(event(event_id=rows[0].event_id)))
    hour.refresh_from_db()
    assert (hour.accepted, hour.stored, hour.duplicate, hour.quarantined) == (3, 2, 0, 1)


def test_what_cannot_be_published_stays_in_quarantine() -> None:
    row = quarantined()
    get_store().append(message(quarantined=[row]))

    def fail(payloads: list[bytes]) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        quarantine.restore(SITE, [row.event_id], *WEEK, publish=fail)
    assert listed() == [row.event_id]
    assert LedgerHour.objects.get().quarantined == 1


def test_another_projects_event_is_neither_restored_nor_dropped() -> None:
    row = quarantined(project_id=OTHER_SITE)
    get_store().append(message(quarantined=[row]))
    assert quarantine.drop(SITE, [row.event_id], *WEEK) == 0
    assert quarantine.restore(SITE, [row.event_id], *WEEK, publish=pytest.fail) == 0
    assert listed(OTHER_SITE) == [row.event_id]


def test_drop_deletes_and_the_ledger_remembers() -> None:
    row = quarantined()
    get_store().append(message(quarantined=[row]))
    assert quarantine.drop(SITE, [row.event_id], *WEEK) == 1
    assert listed() == []
    assert LedgerHour.objects.get().reasons == {"quarantined:bot": 1}
