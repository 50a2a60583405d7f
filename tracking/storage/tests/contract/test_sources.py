"""What an answer says of where it was read, and what that costs."""

from datetime import UTC, datetime

from tracking.storage.base import EventStore
from tracking.storage.rollup_sql import CAP
from tracking.storage.spec import Filter, ProjectRef
from tracking.storage.tests.builders import DAY, MINUTE, NOW, SITE, completion, event, message
from tracking.storage.tests.questions import UTC_ZONE, days, question, visit_at

PROJECT = ProjectRef(SITE, UTC_ZONE)
TODAY = datetime(2026, 11, 20, tzinfo=UTC)
BOTH_DAYS = days(UTC_ZONE, NOW - DAY, 2)


def test_closed_days_are_read_from_rollups_and_today_from_events(store: EventStore) -> None:
    store.append(message(visit_at(NOW - DAY, 1), visit_at(NOW, 2)))
    before = store.run(question("visitors", period=BOTH_DAYS))
    assert (before.meta["source"], before.rows[0].metrics) == ("events", (2,))
    assert "rolled_up_at" not in before.meta
    store.refresh_rollups(PROJECT, NOW, budget_s=60)
    after = store.run(question("visitors visits", period=BOTH_DAYS))
    assert (after.meta["source"], after.rows[0].metrics) == ("rollup+events+visits", (2, 2))
    assert after.meta["plan"] == [
        {"family": "events", "table": "analytics_daily", "from": "2026-11-19", "to": "2026-11-20"},
        {"family": "events", "table": "events", "from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"},
        {"family": "visits", "table": "analytics_daily", "from": "2026-11-19", "to": "2026-11-20"},
        {"family": "visits", "table": "visits", "from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"},
    ]
    assert datetime.fromisoformat(after.meta["rolled_up_at"]).tzinfo is not None


def test_a_day_that_changed_since_is_not_read_from_rollups(store: EventStore) -> None:
    store.append(message(visit_at(NOW - DAY, 1)))
    store.refresh_rollups(PROJECT, NOW, budget_s=60)
    store.append(message(visit_at(NOW - DAY, 2)))
    changed = store.run(question("visits", period=BOTH_DAYS))
    assert (changed.meta["source"], changed.rows[0].metrics) == ("visits", (2,))


def test_filters_by_where_a_visit_came_from_are_answered_from_facts(store: EventStore) -> None:
    store.append(message(visit_at(NOW - DAY, 1, country="DE"), visit_at(NOW - DAY, 2)))
    store.refresh_rollups(PROJECT, NOW, budget_s=60)
    yesterday = days(UTC_ZONE, NOW - DAY, 1)
    found = store.run(question("visits", period=yesterday, filters=(Filter("country", "is", ("DE", "FR")),)))
    assert (found.meta["source"], found.rows[0].metrics) == ("rollup", (1,))
    assert [each["table"] for each in found.meta["plan"]] == ["analytics_visits"]


def test_a_page_that_a_day_leaves_to_the_others_is_counted_all_the_same(store: EventStore) -> None:
    rows = [visit_at(NOW - DAY, n, visitor_id=n, path=f"/{n:04}") for n in range(1, CAP + 3)]
    store.append(message(*rows, visit_at(NOW - 2 * DAY, 5000, path=rows[-1].path)))
    store.refresh_rollups(PROJECT, NOW, budget_s=60)
    period = days(UTC_ZONE, NOW - 2 * DAY, 2)
    found = store.run(question("visitors", period=period, filters=(Filter("page", "is", (rows[-1].path,)),)))
    assert found.rows[0].metrics == (2,)
    assert [each["table"] for each in found.meta["plan"]] == ["analytics_breakdown", "events"]


def test_a_rate_by_a_value_that_a_day_leaves_to_the_others_is_of_all_its_visits(store: EventStore) -> None:
    rows = [visit_at(NOW - DAY, n, visitor_id=n, city=f"{n:04}") for n in range(1, CAP + 3)]
    store.append(message(*rows, completions=[completion(rows[-1])]))
    store.refresh_rollups(PROJECT, NOW, budget_s=60)
    asked = question(
        "conversion_rate",
        "city",
        period=days(UTC_ZONE, NOW - DAY, 1),
        filters=(Filter("goal", "is", (str(completion(rows[-1]).goal_id),)),),
    )
    found = store.run(asked)
    assert [(row.dimensions, row.metrics) for row in found.rows] == [((rows[-1].city,), (100.0,))]


def test_values_beyond_the_cap_are_one_row_and_a_warning(store: EventStore) -> None:
    rows = [visit_at(NOW - DAY, n, visitor_id=n, path=f"/{n:04}") for n in range(1, CAP + 4)]
    store.append(message(*rows))
    store.refresh_rollups(PROJECT, NOW, budget_s=60)
    asked = question("pageviews percentage", "page", period=BOTH_DAYS, limit=3, order_by=(("pageviews", True),))
    found = store.run(asked)
    assert found.rows[0].dimensions == ("(other)",)
    assert found.rows[0].metrics == (3, 100 * 3 / (CAP + 3))
    assert found.meta["total_rows"] == CAP + 1
    assert [warning["code"] for warning in found.meta["warnings"]] == ["values_capped"]


def test_who_only_left_a_page_open_over_midnight_is_no_visitor_of_the_next_day(store: EventStore) -> None:
    began_at = datetime(2026, 11, 18, 23, 50, tzinfo=UTC)
    left_open = {"event_type": "engagement", "occurred_at": began_at + 20 * MINUTE, "session_started_at": began_at}
    store.append(message(visit_at(began_at, 1, country="DE"), event(**left_open, country="DE")))
    store.refresh_rollups(PROJECT, NOW, budget_s=60)
    asked = question("visitors", period=days(UTC_ZONE, began_at, 2), filters=(Filter("country", "is", ("DE",)),))
    found = store.run(asked)
    assert (found.meta["source"], found.rows[0].metrics) == ("rollup", (1,))


def test_shares_of_entry_pages_are_of_those_whose_visits_began(store: EventStore) -> None:
    midnight = datetime(2026, 11, 19, tzinfo=UTC)
    began_at = midnight - 10 * MINUTE
    goes_on = event(occurred_at=midnight + MINUTE, session_started_at=began_at)
    store.append(message(visit_at(began_at, 1), goes_on, visit_at(midnight + MINUTE, 2, visitor_id=2)))
    store.refresh_rollups(PROJECT, NOW, budget_s=60)
    yesterday = days(UTC_ZONE, midnight, 1)
    found = store.run(question("visitors percentage", "entry_page", period=yesterday))
    assert (found.meta["source"], found.rows[0].metrics) == ("rollup", (1, 100.0))
    assert store.run(question("visitors", period=yesterday)).rows[0].metrics == (2,)
