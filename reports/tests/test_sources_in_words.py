from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from reports import periods
from reports.sources_in_words import sources_in_words
from reports.tests.conftest import NOW
from tracking.storage.spec import ProjectRef, StatsQuery, StatsResult

BERLIN = ZoneInfo("Europe/Berlin")
SITE = ProjectRef(UUID(int=1), BERLIN)
TODAY = {"family": "events", "table": "events", "from": "2026-11-19T23:00:00Z", "to": "2026-11-20T23:00:00Z"}


def said(first, *plan, **meta):
    query = StatsQuery(SITE, ("visitors",), periods.of_days(first, date(2026, 11, 20), BERLIN))
    return sources_in_words(query, StatsResult([], {"plan": list(plan)} | meta), NOW)


def rollup(table, start, end):
    return {"family": "events", "table": table, "from": start, "to": end}


@pytest.mark.parametrize(
    ("first", "plan", "sentences"),
    [
        (date(2026, 11, 20), [TODAY], ["Today from single events (events): it is not over."]),
        (
            date(2026, 10, 22),
            [rollup("analytics_daily", "2026-10-22", "2026-11-20"), TODAY],
            [
                "29 of 30 days from daily totals (analytics_daily).",
                "Today from single events (events): it is not over.",
            ],
        ),
        (
            date(2026, 10, 22),
            [
                rollup("analytics_daily", "2026-10-22", "2026-11-10"),
                rollup("events", "2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z"),
                rollup("analytics_daily", "2026-11-11", "2026-11-20"),
                TODAY | {"table": "visits"},
            ],
            [
                "28 of 30 days from daily totals (analytics_daily).",
                "Today and 10 Nov 2026 from single events and single visits (events, visits): "
                "not over, or changed since being added up.",
            ],
        ),
        (
            date(2026, 11, 14),
            [rollup("events", "2026-11-13T23:00:00Z", "2026-11-20T23:00:00Z")],
            ["All 7 days from single events (events): not added up yet, or not in the way that is asked here."],
        ),
    ],
)
def test_how_many_days_were_added_up_and_which_were_not_is_said(first, plan, sentences):
    assert said(first, *plan) == sentences


def test_when_days_were_added_up_is_said():
    daily = rollup("analytics_daily", "2026-11-19", "2026-11-21")
    assert said(date(2026, 11, 19), daily, rolled_up_at="2026-11-20T02:00:41Z")[-1] == (
        "Totals are made when a day is over, these on 20 Nov 2026 or later."
    )


def test_without_a_plan_the_tables_are_named():
    assert said(date(2026, 11, 19), source="events+visits") == ["Read from events and visits."]
