"""Raw rows of a project, page by page."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tracking.models import LedgerHour
from tracking.storage import get_store
from tracking.storage.conditions import AnyOf, Filter, HasDone, Not
from tracking.storage.export import (
    EVENT_FIELDS,
    Place,
    RawEvents,
    completions_page,
    count_events,
    events_page,
    ledger_page,
    quarantined_page,
    visit_starts,
)
from tracking.storage.imports import add_ledger
from tracking.storage.spec import Period, ProjectRef
from tracking.storage.tests.builders import DAY, MINUTE, NOW, OTHER_SITE, SITE, completion, event, message, quarantined

pytestmark = pytest.mark.django_db
UTC_ZONE = ZoneInfo("UTC")
ID = EVENT_FIELDS.index("event_id")


def asked(days: int = 40, **fields) -> RawEvents:
    period = Period(NOW - days * DAY, NOW + DAY, UTC_ZONE)
    return RawEvents(ProjectRef(SITE, UTC_ZONE), period, **({"received_until": NOW} | fields))


def rows_of(question: RawEvents, limit: int = 100) -> list[tuple]:
    """The rows of all pages."""
    found, place = [], Place(question.period.start)
    while place:
        rows, place = events_page(question, place, limit)
        assert len(rows) <= limit
        found += rows
    return found


def read(question: RawEvents, limit: int) -> list[UUID]:
    return [row[ID] for row in rows_of(question, limit)]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_every_event_comes_once_in_the_order_of_time_whatever_the_page(limit):
    moments = [NOW - 39 * DAY, NOW - 20 * DAY, NOW - 20 * DAY, NOW - 20 * DAY, NOW - 3 * MINUTE, NOW, NOW + 2 * MINUTE]
    rows = [event(event_id=UUID(int=n + 1), occurred_at=at) for n, at in enumerate(moments)]
    get_store().append(message(*reversed(rows)))
    get_store().append(message(event(project_id=OTHER_SITE)))
    assert read(asked(), limit) == [UUID(int=n + 1) for n in range(len(moments))]


def test_the_period_is_half_open_and_what_came_in_later_is_left_out():
    inside = event(occurred_at=NOW - 40 * DAY)
    rows = [event(occurred_at=NOW + DAY), event(occurred_at=NOW - 40 * DAY - timedelta(microseconds=1)),
            event(received_at=NOW + MINUTE), inside]  # fmt: skip
    get_store().append(message(*rows))
    assert read(asked(), 10) == [inside.event_id]
    assert count_events(asked(), 10) == 1


def test_counting_ends_at_the_limit():
    get_store().append(message(*(event() for _ in range(5))))
    assert (count_events(asked(), 3), count_events(asked(), 10)) == (3, 5)


def test_an_event_has_all_its_columns_and_its_properties_as_they_were_stored():
    one = event(custom_data={"plan": "pro", "price": 1.5, "n": {"b": [1, None]}}, value=9.25, currency="EUR", title="ü")
    get_store().append(message(one))
    (row,) = rows_of(asked())
    found = dict(zip(EVENT_FIELDS, row, strict=True))
    assert found.pop("custom_data") == '{"n": {"b": [1, null]}, "plan": "pro", "price": 1.5}'
    assert all(getattr(one, name) == value for name, value in found.items())


def test_each_event_knows_when_its_visit_began_as_far_as_there_is_one():
    first, later = NOW - 3 * MINUTE, NOW
    get_store().append(message(
        event(session_id=1, session_started_at=first, occurred_at=first),
        event(session_id=1, session_started_at=first, occurred_at=later),
        event(session_id=2, session_started_at=None, occurred_at=later + MINUTE),
        event(session_id=0, session_started_at=None, occurred_at=later + 2 * MINUTE),
    ))  # fmt: skip
    rows = rows_of(asked())
    assert visit_starts(SITE, rows) == [first, first, None, None]
    assert visit_starts(OTHER_SITE, rows) == [None] * 4


def test_quarantine_completions_and_ledger_come_page_by_page():
    events = [event(occurred_at=NOW + n * MINUTE) for n in range(3)]
    get_store().append(message(
        *events,
        completions=[completion(each, goal_id=UUID(int=goal)) for each in events for goal in (1, 2)],
        quarantined=[quarantined(occurred_at=NOW - n * MINUTE, received_at=NOW - n * DAY) for n in range(5)],
    ))  # fmt: skip
    start = Place(NOW - 30 * DAY)

    def pages(page, place):
        rows = []
        while place is not None:
            found, place = page(place)
            rows += found
        return rows

    found = pages(lambda place: quarantined_page(SITE, NOW, place, 2), start)
    assert len({row[1] for row in found}) == len(found) == 5
    found = pages(lambda place: completions_page(SITE, place, 2), start)
    assert len(found) == 6
    assert all(one[:3] < other[:3] for one, other in pairwise(found))
    found = pages(lambda hour: ledger_page(SITE, hour, 2), NOW - 30 * DAY)
    assert [hour.accepted for hour in found] == [1, 1, 1, 1, 4]


def test_what_is_imported_is_stored_and_not_counted_again():
    hour = NOW.replace(minute=0)
    known = {"project_id": SITE, "hour": hour, "received": 9, "accepted": 9, "stored": 7, "duplicate": 1,
             "quarantined": 1, "rejected": 0, "reasons": {"quarantined:bot": 1}}  # fmt: skip
    for _ in range(2):
        add_ledger([LedgerHour(**known)])
        get_store().append(message(event(event_id=UUID(int=1)), quarantined=[quarantined()], is_imported=True))
    assert list(LedgerHour.objects.values(*known)) == [known]
    assert len(read(asked(), 10)) == 1


def test_conditions_hold_of_every_event_that_comes():
    google = {"source": "Google", "custom_data": {"plan": "pro"}}
    get_store().append(message(
        event(event_id=UUID(int=1), session_id=1, visitor_id=1, path="/landing", **google),
        event(event_id=UUID(int=2), session_id=1, visitor_id=1, path="/buy", occurred_at=NOW + MINUTE, **google),
        event(event_id=UUID(int=3), session_id=3, visitor_id=3, path="/buy", occurred_at=NOW - MINUTE,
              session_started_at=NOW - MINUTE),
        event(event_id=UUID(int=4), session_id=0, session_started_at=None, visitor_id=1, path="/landing"),
    ))  # fmt: skip

    def found(*conditions):
        ids = read(asked(conditions=conditions), 1)
        assert count_events(asked(conditions=conditions), 100) == len(ids)
        return {each.int for each in ids}

    assert found(Filter("source", "is", ("Google",))) == {1, 2}
    assert found(Filter("page", "contains", ("B",), case_sensitive=False)) == {2, 3}
    assert found(Filter("entry_page", "is", ("/landing",))) == {1, 2}
    assert found(HasDone(Filter("page", "is", ("/buy",)))) == {1, 2, 3, 4}
    assert found(Not(HasDone(Filter("prop:plan", "is", ("pro",))))) == {3}
    assert found(AnyOf((Filter("page", "is", ("/landing",)), Filter("source", "is_not", ("Google",))))) == {1, 3, 4}
