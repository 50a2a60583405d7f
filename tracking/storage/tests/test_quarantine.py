from uuid import UUID, uuid4

import pytest

from tracking.models import LedgerHour
from tracking.reasons import Reason
from tracking.storage import get_store, quarantine
from tracking.storage.tests.builders import DAY, NOW, OTHER_SITE, SITE, message, quarantined

pytestmark = pytest.mark.django_db
WEEK = (NOW - 7 * DAY, NOW + DAY)


def listed(project_id: UUID | None = SITE, **fields: object) -> list[UUID]:
    return [row.event_id for row in quarantine.list_quarantined(project_id, *WEEK, **fields)]


def test_the_list_has_the_latest_first_and_says_all() -> None:
    early, late = quarantined(occurred_at=NOW - DAY), quarantined(reason=Reason.SPAM_REFERRER)
    get_store().append(message(quarantined=[early, late, quarantined(project_id=OTHER_SITE)]))
    (first, second) = quarantine.list_quarantined(SITE, *WEEK)
    assert (first.event_id, first.reason, second.event_id) == (late.event_id, "spam_referrer", early.event_id)
    assert (second.detail, second.payload, second.occurred_at) == ("Googlebot", b"\x00\xffmessage", NOW - DAY)
    assert listed(reason="bot") == [early.event_id]
    assert listed(limit=1, offset=1) == [early.event_id]
    assert len(listed(None)) == 3


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    rows = [quarantined(occurred_at=NOW - DAY * (number // 3)) for number in range(10)]
    get_store().append(message(quarantined=rows))
    seen, before = [], None
    while page := quarantine.list_quarantined(SITE, *WEEK, limit=3, before=before):
        seen += page
        before = page[-1].place
    assert [row.event_id for row in seen] == listed()
    assert len(seen) == 10


def test_reading_some_of_them_leaves_out_what_is_not_there() -> None:
    row, others = quarantined(), quarantined(project_id=OTHER_SITE)
    get_store().append(message(quarantined=[row, others]))
    assert [found.event_id for found in quarantine.read(SITE, [row.event_id, others.event_id, uuid4()])] == [
        row.event_id
    ]
    assert quarantine.find(SITE, others.event_id) is None


def test_they_are_counted_by_reason() -> None:
    rows = [quarantined(), quarantined(), quarantined(reason=Reason.COUNTRY), quarantined(occurred_at=NOW - 8 * DAY)]
    get_store().append(message(quarantined=[*rows, quarantined(project_id=OTHER_SITE)]))
    assert quarantine.count(SITE, *WEEK) == {"bot": 2, "country": 1}


def test_another_projects_event_is_not_dropped() -> None:
    row = quarantined(project_id=OTHER_SITE)
    get_store().append(message(quarantined=[row]))
    assert quarantine.drop(SITE, [row.event_id]) == 0
    assert listed(OTHER_SITE) == [row.event_id]


def test_drop_deletes_and_the_ledger_remembers() -> None:
    row = quarantined()
    get_store().append(message(quarantined=[row]))
    assert quarantine.drop(SITE, [row.event_id, uuid4()]) == 1
    assert quarantine.drop(SITE, [row.event_id]) == 0
    assert listed() == []
    assert LedgerHour.objects.get().reasons == {"quarantined:bot": 1}
