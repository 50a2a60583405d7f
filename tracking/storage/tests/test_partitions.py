import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tracking.storage import get_store, partitions
from tracking.storage.tests.builders import DAY, NOW, SITE, event, message
from tracking.storage.tests.questions import UTC_ZONE, answer, days

pytestmark = pytest.mark.django_db


def months(table: str = "events") -> list[date]:
    return [partition.month for partition in partitions.list_partitions() if partition.table == table]


def drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE "{name}"')


@pytest.mark.parametrize(
    ("month", "months_on", "expected"),
    [
        (date(2026, 11, 1), 2, date(2027, 1, 1)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 11, 1), -23, date(2024, 12, 1)),
    ],
)
def test_months_are_counted_over_the_years(month: date, months_on: int, expected: date) -> None:
    assert partitions.shift(month, months_on) == expected


def test_a_migrated_database_is_ready_for_the_months_to_come() -> None:
    state = partitions.health(datetime.now(UTC))
    assert (state["ok"], state["ahead_months"], state["missing"]) == (True, 6, [])


def test_an_event_at_the_very_end_of_a_month_is_in_that_month() -> None:
    last = datetime(2026, 11, 30, 23, 59, 59, 999_999, tzinfo=UTC)
    first = datetime(2026, 12, 1, tzinfo=UTC)
    get_store().append(message(event(occurred_at=last), event(occurred_at=first)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM events ORDER BY occurred_at")
        assert cursor.fetchall() == [("events_2026_11",), ("events_2026_12",)]


def test_maintain_makes_what_is_missing_and_is_idempotent() -> None:
    later = NOW + 200 * DAY  # June 2027
    created = partitions.maintain(later)["created"]
    assert "visits_2027_12" in created
    assert partitions.maintain(later) == {"created": [], "dropped": []}
    assert partitions.health(later)["ahead_months"] == 6


def test_a_partition_goes_when_its_end_is_past_the_retention(settings: object) -> None:
    settings.RETENTION_MONTHS = 2
    kept, expired = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 8, 31, 23, tzinfo=UTC)
    for moment in (kept, expired):
        get_store().append(message(event(occurred_at=moment, session_started_at=moment)))
    dropped = partitions.maintain(NOW)["dropped"]
    assert set(dropped) >= {
        "events_2026_08",
        "visits_2026_08",
        "goal_completions_2026_08",
        "quarantined_events_2026_08",
    }
    assert min(months()) == date(2026, 9, 1)
    assert answer(get_store(), "pageviews", period=days(UTC_ZONE, kept, 1)) == [(1,)]
    assert get_store().first_event_at(SITE) == kept


def test_health_names_what_is_missing_and_is_not_ok_without_next_month() -> None:
    partitions.maintain(NOW)
    drop("visits_2027_03")
    assert partitions.health(NOW) | {"tables": {}} == {
        "ok": True,
        "ahead_months": 3,
        "missing": ["visits_2027_03"],
        "oldest": min(months()).isoformat(),
        "newest": max(months()).isoformat(),
        "tables": {},
    }
    drop("events_2026_12")
    state = partitions.health(NOW)
    assert (state["ok"], state["ahead_months"]) == (False, 0)


def test_a_visits_partition_leaves_room_for_updates_in_place() -> None:
    partitions.ensure([date(2020, 1, 1)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'visits_2020_01'")
        assert cursor.fetchone() == (["fillfactor=85"],)


def test_the_command_maintains_and_reports(capsys: pytest.CaptureFixture) -> None:
    call_command("partitions", "--json")
    state = json.loads(capsys.readouterr().out)
    assert state["ok"] is True
    assert state["created"] == []
    call_command("partitions")
    assert "6 months ahead" in capsys.readouterr().out


def test_the_check_changes_nothing_and_fails_when_a_month_is_missing() -> None:
    this_month = f"events_{datetime.now(UTC):%Y_%m}"
    drop(this_month)
    with pytest.raises(CommandError, match=this_month):
        call_command("partitions", "--check")
    assert this_month in partitions.health(datetime.now(UTC))["missing"]
