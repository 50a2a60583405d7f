"""What an append promises: everything new is stored, and nothing twice."""

from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from tracking.storage.base import EventStore, PoisonEvent
from tracking.storage.tests.builders import (
    DAY,
    MINUTE,
    NOW,
    OTHER_SITE,
    SITE,
    completion,
    event,
    message,
    outcome,
    quarantined,
)
from tracking.storage.tests.questions import answer


def pageviews(store: EventStore, project_id: UUID = SITE) -> int:
    return answer(store, "pageviews", project_id=project_id)[0][0]


def test_it_stores_what_is_new(store: EventStore) -> None:
    assert store.append(message(event(), event())) == outcome(stored=2)
    assert pageviews(store) == 2


def test_it_does_nothing_for_a_message_that_it_knows(store: EventStore) -> None:
    batch = message(event(), quarantined=[quarantined()])
    store.append(batch)
    assert store.append(batch) == outcome(was_known=True)
    assert pageviews(store) == 1


def test_it_counts_an_event_that_it_knows_as_a_duplicate(store: EventStore) -> None:
    known = event()
    store.append(message(known))
    assert store.append(message(known, event())) == outcome(stored=1, duplicate=1)
    assert pageviews(store) == 2


def test_it_knows_an_event_whose_clock_was_corrected_otherwise_the_second_time(store: EventStore) -> None:
    known = event()
    store.append(message(known))
    for correction in (MINUTE, -2 * MINUTE, 7 * DAY, -7 * DAY):
        moved = replace(known, occurred_at=known.occurred_at + correction)
        assert store.append(message(moved)) == outcome(duplicate=1)


def test_it_knows_an_undated_event_by_its_id(store: EventStore) -> None:
    known = event(is_undated=True)
    store.append(message(known))
    again = replace(known, occurred_at=NOW + 5 * MINUTE, received_at=NOW + 5 * MINUTE)
    assert store.append(message(again)) == outcome(duplicate=1)


def test_it_stores_an_event_once_that_a_message_holds_twice(store: EventStore) -> None:
    one = event()
    assert store.append(message(one, replace(one, occurred_at=NOW + MINUTE), one)) == outcome(stored=1, duplicate=2)


def test_the_same_event_id_of_another_project_is_another_event(store: EventStore) -> None:
    one = event()
    assert store.append(message(one, replace(one, project_id=OTHER_SITE))) == outcome(stored=2)
    assert store.append(message(replace(one, project_id=OTHER_SITE))) == outcome(duplicate=1)
    assert (pageviews(store), pageviews(store, OTHER_SITE)) == (1, 1)


def test_it_stores_nothing_of_an_empty_message_but_knows_it(store: EventStore) -> None:
    batch = message()
    assert store.append(batch) == outcome()
    assert store.append(batch) == outcome(was_known=True)


def test_it_takes_a_thousand_events_of_many_visits_at_once(store: EventStore) -> None:
    rows = [event(session_id=n % 250, visitor_id=n % 100, occurred_at=NOW + n * MINUTE / 10) for n in range(1000)]
    assert store.append(message(*rows)) == outcome(stored=1000)
    assert answer(store, "visitors visits pageviews views_per_visit") == [(100, 250, 1000, 4.0)]


def test_it_stores_an_event_of_a_month_that_nothing_was_prepared_for(store: EventStore) -> None:
    long_ago = NOW - 900 * DAY
    assert store.append(message(event(occurred_at=long_ago, session_started_at=long_ago))) == outcome(stored=1)
    assert store.first_event_at(SITE) == long_ago


def test_it_keeps_every_field(store: EventStore) -> None:
    strange = "Ünï𝄞\t\n\\N'\"%s%%{}"
    store.append(message(event(path=strange, title=strange, custom_data={strange: [1, None, {"a": 1.5}]}, value=-1.25)))
    assert answer(store, "pageviews", "page", "title") == [(strange, strange, 1)]


@pytest.mark.parametrize(
    "fields",
    [
        {"path": "/nul\x00"},
        {"path": "/\ud800"},
        {"custom_data": {"nul": "\x00"}},
        {"custom_data": {"surrogate": "\udfff"}},
        {"screen_width": 2**31},
        {"visitor_id": 2**63},
        {"visitor_id": None},
        {"title": None},
    ],
    ids=repr,
)
def test_it_refuses_a_batch_with_a_row_that_can_never_be_stored(store: EventStore, fields: dict) -> None:
    with pytest.raises(PoisonEvent):
        store.append(message(event(), event(**fields)))
    assert pageviews(store) == 0


def test_a_refused_message_is_not_known(store: EventStore) -> None:
    message_id = uuid4()
    with pytest.raises(PoisonEvent):
        store.append(message(event(path="\x00"), message_id=message_id))
    assert store.append(message(event(), message_id=message_id)) == outcome(stored=1)


def test_it_counts_an_event_that_is_quarantined_twice_as_a_duplicate(store: EventStore) -> None:
    row = quarantined()
    assert store.append(message(quarantined=[row, row])) == outcome(quarantined=1, duplicate=1)
    assert store.append(message(quarantined=[replace(row, occurred_at=NOW + MINUTE)])) == outcome(duplicate=1)


def test_an_event_that_is_stored_is_not_quarantined_as_well(store: EventStore) -> None:
    stored = event()
    store.append(message(stored))
    assert store.append(message(quarantined=[quarantined(event_id=stored.event_id)])) == outcome(duplicate=1)


def test_completions_of_a_duplicate_are_left_out(store: EventStore) -> None:
    one = event()
    moved = replace(one, occurred_at=NOW + MINUTE)
    store.append(message(one, completions=[completion(one, metadata={"plan": "pro"})]))
    assert store.append(message(one, completions=[completion(one)])) == outcome(duplicate=1)
    assert store.append(message(moved, completions=[completion(moved)])) == outcome(duplicate=1)


def test_purge_deletes_all_of_a_project_and_nothing_of_another(store: EventStore) -> None:
    months_ago = NOW - 70 * DAY
    for site in (SITE, OTHER_SITE):
        rows = [event(project_id=site, session_id=n, occurred_at=months_ago + n * DAY) for n in range(80)]
        store.append(message(*rows, quarantined=[quarantined(project_id=site)]))
    deleted = 0
    while count := store.purge(SITE, limit=50):
        assert count <= 50
        deleted += count
    # Events, quarantined, visits, one hour of the ledger; and marks of what is old when this test runs.
    assert deleted >= 80 + 1 + 80 + 1
    assert store.first_event_at(SITE) is None
    assert store.first_event_at(OTHER_SITE) == months_ago
