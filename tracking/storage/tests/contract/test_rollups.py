"""Which days are added up, when, and from what."""

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from tracking.storage.tests.builders import DAY, OTHER_SITE, SITE, event, message, quarantined

if TYPE_CHECKING:
    from tracking.storage.base import EventStore, Refreshed

pytestmark = pytest.mark.django_db
UTC_ZONE = ZoneInfo("UTC")
NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
LATER = NOON + 3 * DAY
MINUTE = timedelta(minutes=1)


def at(moment: datetime, **fields: Any):
    """An event that opened a visit of its own, unless said otherwise."""
    return event(**({"occurred_at": moment, "session_started_at": moment, "session_id": uuid4().int >> 66} | fields))


def refresh(store: "EventStore", now: datetime = LATER, zone: ZoneInfo = UTC_ZONE, site: UUID = SITE) -> "Refreshed":
    from tracking.storage.spec import ProjectRef

    return store.refresh_rollups(ProjectRef(site, zone), now, budget_s=60)


def clean(zone: ZoneInfo = UTC_ZONE, site: UUID = SITE) -> list[date]:
    from tracking.storage.clean_days import clean_days
    from tracking.storage.spec import ProjectRef

    return [each.day for each in clean_days(ProjectRef(site, zone), date(2025, 1, 1), date(2027, 12, 31))]


def daily(site: UUID = SITE) -> dict[date, dict[str, Any]]:
    from tracking.storage.tests import rollup_tables

    return rollup_tables.daily(site)


def marks() -> list[datetime]:
    from tracking.models import DirtySlot

    return sorted(DirtySlot.objects.values_list("slot", flat=True))


# --- Which days -----------------------------------------------------------------------------------------------------
def test_the_closed_days_from_the_first_event_on_are_added_up_empty_ones_too(store):
    store.append(message(at(NOON), at(NOON + 2 * DAY)))
    assert refresh(store).days == 3
    found = daily()
    assert {day: sums["pageviews"] for day, sums in found.items()} == {
        date(2026, 10, 1): 1,
        date(2026, 10, 2): 0,
        date(2026, 10, 3): 1,
    }
    assert clean() == list(found)
    assert refresh(store) == type(refresh(store))(days=0, left=0), "and then there is nothing to do"


def test_a_day_closes_an_hour_and_a_bit_after_its_end(store):
    store.append(message(at(NOON)))
    midnight = datetime(2026, 10, 2, tzinfo=UTC)
    refresh(store, midnight + 64 * MINUTE)
    assert clean() == []
    refresh(store, midnight + 65 * MINUTE)
    assert clean() == [date(2026, 10, 1)]


def test_without_events_there_is_nothing_to_add_up(store):
    assert refresh(store).days == 0
    assert clean() == []


def test_the_last_days_come_first_and_one_at_least_whatever_the_time(store):
    from tracking.storage.spec import ProjectRef

    store.append(message(at(NOON)))
    done = store.refresh_rollups(ProjectRef(SITE, UTC_ZONE), LATER, budget_s=0)
    assert (done.days, done.left) == (1, 2)
    assert clean() == [date(2026, 10, 3)]


def test_a_day_that_cannot_be_added_up_does_not_stop_the_others(store):
    store.append(message(at(NOON), *(at(NOON + DAY, value=1.5e308) for _ in range(2))))
    done = refresh(store)
    assert (done.days, done.left) == (2, 1)
    assert clean() == [date(2026, 10, 1), date(2026, 10, 3)]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # without a midnight
        ("America/Havana", date(2026, 11, 1), 25),  # with two of them
        ("Asia/Kathmandu", date(2026, 10, 1), 24),
    ],
)
def test_days_are_the_zones(store, zone, day, hours):
    from tracking.storage.rollup_days import bounds

    start, end = (moment.astimezone(UTC) for moment in bounds(day, ZoneInfo(zone)))
    assert (end - start) == timedelta(hours=hours)
    quarters = int(hours * 4)
    store.append(message(*(at(start + n * 15 * MINUTE, visitor_id=n) for n in range(-1, quarters + 1))))
    refresh(store, end + 2 * DAY, ZoneInfo(zone))
    assert (daily()[day]["pageviews"], daily()[day]["visitors"]) == (quarters, quarters)
    assert day in clean(ZoneInfo(zone))


# --- What changes ---------------------------------------------------------------------------------------------------
def test_a_late_event_makes_its_day_and_the_day_of_its_visit_dirty(store):
    store.append(message(at(NOON)))
    refresh(store)
    midnight = datetime(2026, 10, 3, tzinfo=UTC)
    store.append(message(at(midnight + 5 * MINUTE, session_started_at=midnight - 5 * MINUTE)))
    assert clean() == [date(2026, 10, 1)]
    assert marks() == [midnight - 15 * MINUTE, midnight]
    assert refresh(store).days == 2
    assert marks() == []
    assert (daily()[date(2026, 10, 3)]["pageviews"], daily()[date(2026, 10, 2)]["visits"]) == (1, 1)


def test_an_event_of_now_is_not_marked(store):
    now = store.clock()
    store.append(message(at(now), at(now - 50 * MINUTE), at(now + 10 * MINUTE)))
    assert marks() == []


def test_a_visit_that_goes_on_for_longer_marks_when_it_started(store):
    now = store.clock()
    store.append(message(at(now, session_started_at=now - 90 * MINUTE)))
    assert len(marks()) == 1


def test_what_is_known_already_marks_nothing(store):
    known = at(NOON)
    store.append(message(known))
    refresh(store)
    store.append(message(known))
    assert marks() == []


def test_a_goal_that_moves_to_an_earlier_event_marks_both(store):
    from tracking.storage.rows import Threshold

    def read(moment, seconds):
        row = at(moment, event_type="engagement", engaged_ms=seconds * 1000, session_id=7, session_started_at=NOON)
        store.append(message(row, thresholds=[Threshold(SITE, UUID(int=1), 7, row.path, False, 60_000)]))

    read(NOON + 30 * MINUTE, 60)
    refresh(store)
    assert daily()[NOON.date()]["completions"] == 1
    read(NOON + 5 * MINUTE, 30)
    read(NOON + 10 * MINUTE, 60)
    assert {*marks()} == {NOON, NOON + 30 * MINUTE}
    refresh(store)
    assert daily()[NOON.date()]["completions"] == 1


def test_a_restored_event_makes_its_day_dirty(store):
    from tracking.storage.rows import StoredBatch

    store.append(message(at(NOON - DAY)))
    lost = at(NOON)
    store.append(message(quarantined=[quarantined(event_id=lost.event_id, occurred_at=NOON, received_at=NOON)]))
    refresh(store)
    lost.received_at = NOON
    store.append(StoredBatch((uuid4(),), LATER, [lost], is_restored=True))
    refresh(store)
    assert daily()[NOON.date()]["pageviews"] == 1


def test_an_event_of_one_project_is_of_no_concern_to_another(store):
    store.append(message(at(NOON), at(NOON, project_id=OTHER_SITE)))
    refresh(store)
    refresh(store, site=OTHER_SITE)
    store.append(message(at(NOON, project_id=OTHER_SITE)))
    assert NOON.date() in clean()
    assert NOON.date() not in clean(site=OTHER_SITE)


def test_who_is_erased_is_gone_from_the_visits_at_once_and_from_the_sums_with_the_refresh(store):
    from tracking.models import VisitDay
    from tracking.storage.base import Whom
    from tracking.storage.spec import ProjectRef

    store.append(message(at(NOON, visitor_id=7), at(NOON, visitor_id=8), at(NOON + DAY, visitor_id=8)))
    refresh(store)
    whom, project = Whom(visitor_ids=(7,)), ProjectRef(SITE, UTC_ZONE)
    store.erase(project, whom, NOON - DAY, NOON + 2 * DAY, received_until=datetime(2027, 1, 1, tzinfo=UTC))
    assert set(VisitDay.objects.values_list("visitor_id", flat=True)) == {8}
    assert clean() == [date(2026, 10, 2), date(2026, 10, 3)]
    refresh(store)
    assert daily()[NOON.date()]["visitors"] == 1


def test_when_the_first_events_are_erased_their_days_go(store):
    from tracking.storage.base import Whom
    from tracking.storage.spec import ProjectRef

    store.append(message(at(NOON, visitor_id=7), at(NOON + 2 * DAY, visitor_id=8)))
    refresh(store)
    whom, project = Whom(visitor_ids=(7,)), ProjectRef(SITE, UTC_ZONE)
    store.erase(project, whom, NOON - DAY, NOON + DAY, received_until=datetime(2027, 1, 1, tzinfo=UTC))
    refresh(store)
    assert clean() == list(daily()) == [date(2026, 10, 3)]
    assert marks() == []


def test_another_zone_has_all_days_added_up_anew(store):
    store.append(message(at(datetime(2026, 10, 1, 20, tzinfo=UTC))))
    refresh(store)
    tokyo = ZoneInfo("Asia/Tokyo")
    assert clean(tokyo) == []
    refresh(store, zone=tokyo)
    assert clean(tokyo) == list(daily()) == [date(2026, 10, 2), date(2026, 10, 3)]
    assert daily()[date(2026, 10, 2)]["pageviews"] == 1
    assert clean() == []


def test_a_project_that_is_deleted_leaves_nothing(store):
    from tracking.models import BreakdownRow, DailyRow, DirtySlot, HourlyRow, VisitDay

    store.append(message(at(NOON)))
    refresh(store)
    store.append(message(at(NOON)))
    while store.purge(SITE, limit=10):
        pass
    assert [model.objects.count() for model in (BreakdownRow, DailyRow, DirtySlot, HourlyRow, VisitDay)] == [0] * 5


def test_what_is_past_the_retention_goes_with_its_events(store, settings):
    from tracking.models import BreakdownRow
    from tracking.storage import partitions

    settings.RETENTION_MONTHS = 1
    old = datetime(2026, 9, 30, 12, tzinfo=UTC)
    store.append(message(at(old), at(NOON)))
    refresh(store, datetime(2026, 10, 5, tzinfo=UTC))
    assert old.date() in clean()
    now = datetime(2026, 11, 20, tzinfo=UTC)
    partitions.maintain(now)
    assert min(clean()) == min(BreakdownRow.objects.values_list("day", flat=True)) == NOON.date()
    refresh(store, now)
    assert min(clean()) == NOON.date()


# --- What they hold -------------------------------------------------------------------------------------------------
def test_beyond_the_cap_values_are_one_row_and_the_sums_stay_right(store, monkeypatch):
    from tracking.storage import rollup_breakdown_sql
    from tracking.storage.tests import rollup_tables

    monkeypatch.setitem(rollup_breakdown_sql.CONSTANTS, "cap", 2)
    visitors = [("/a", 1), ("/a", 2), ("/a", 3), ("/b", 1), ("/b", 2), ("/c", 1), ("/d", 2), ("", 9)]
    store.append(message(*(at(NOON, path=path, visitor_id=visitor_id, value=0.1) for path, visitor_id in visitors)))
    refresh(store)
    found = rollup_tables.breakdown(SITE, NOON.date(), "page")
    assert {value: sums["visitors"] for value, sums in found.items()} == {"/a": 3, "/b": 2, "(other)": 3}
    assert sum(sums["pageviews"] for sums in found.values()) == daily()[NOON.date()]["pageviews"] == 8
    assert found["(other)"]["revenue"] == 0.3
    assert sum(sums["visits"] for sums in rollup_tables.breakdown(SITE, NOON.date(), "entry_page").values()) == 8


def test_a_value_may_be_longer_than_an_index_takes(store):
    from tracking.storage.tests import rollup_tables

    long = "/" + "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(2_000))
    store.append(message(at(NOON, path=long, title=long, referrer=long)))
    refresh(store)
    assert list(rollup_tables.breakdown(SITE, NOON.date(), "page")) == [long]


def test_a_visit_over_midnight_is_a_visit_of_its_first_day_and_has_a_row_on_both(store):
    from tracking.storage.tests import rollup_tables

    midnight = datetime(2026, 10, 2, tzinfo=UTC)
    visit = {"session_id": 5, "session_started_at": midnight - 5 * MINUTE, "visitor_id": 7}
    store.append(message(*(at(midnight + n * MINUTE, path=f"/{n}", **visit) for n in (-5, 5, 10))))
    refresh(store)
    first, second = (rollup_tables.visits(SITE, day)[0] for day in (date(2026, 10, 1), date(2026, 10, 2)))
    assert (first["visits"], first["pageviews"], first["views"], first["duration_s"]) == (1, 1, 3, 900.0)
    assert (first["entry_page"], first["exit_page"]) == ("/-5", "/10")
    assert (second["visits"], second["visitors"], second["pageviews"], second["views"]) == (0, 1, 2, 0)


def test_events_that_have_another_first_touch_than_their_visit_are_counted_by_theirs(store):
    from tracking.storage.tests import rollup_tables

    visit = {"session_id": 5, "session_started_at": NOON}
    store.append(message(at(NOON, source="Google", **visit)))
    store.append(message(at(NOON - MINUTE, source="Bing", **visit)))  # came late, and was the first
    refresh(store)
    found = rollup_tables.breakdown(SITE, NOON.date(), "source")
    assert (found["Google"]["pageviews"], found["Google"]["visits"]) == (1, 0)
    assert (found["Bing"]["pageviews"], found["Bing"]["visits"]) == (1, 1)
