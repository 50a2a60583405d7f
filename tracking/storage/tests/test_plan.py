"""Which days of a question are read from where."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracking.storage.metrics import Family
from tracking.storage.plan import MAX_RAW_SPANS, Reading, plan, tallies_of
from tracking.storage.spans import Days, Span, midnight
from tracking.storage.spec import Filter, HasDone, Period, StatsQuery
from tracking.storage.tests.questions import UTC_ZONE, days, question

FIRST = date(2026, 11, 1)
MONTH = [FIRST + timedelta(days=number) for number in range(30)]
NOVEMBER = days(UTC_ZONE, datetime(2026, 11, 1, tzinfo=UTC), 30)
OVERVIEW = "visitors visits pageviews"
GERMANY = Filter("country", "is", ("DE",))
PAGE = Filter("page", "is", ("/",))


def readings(query: StatsQuery, clean: list[date], kept: Sequence[date] = ()) -> dict[Family, Reading]:
    return {each.family: each for each in plan(query, tallies_of(query.metrics), clean, kept_days=kept).readings}


def rollups(metrics: str, *dimensions: str, kept: Sequence[date] = (), **fields: object) -> list[str]:
    """The table from which events, and the one from which visits are counted on added up days; "" is raw."""
    query = question(metrics, *dimensions, **({"period": NOVEMBER} | fields))
    return [each.rollup for each in readings(query, MONTH, kept).values()]


@pytest.mark.parametrize(
    ("expected", "metrics", "dimensions", "fields"),
    [
        (["analytics_daily"] * 2, OVERVIEW, (), {}),
        (["analytics_daily"] * 2, OVERVIEW, (), {"interval": "week"}),
        (["analytics_hourly"] * 2, OVERVIEW, (), {"interval": "hour"}),
        (["", ""], OVERVIEW, (), {"interval": "minute"}),
        (["analytics_breakdown"] * 2, OVERVIEW, ("country",), {"interval": "day"}),
        (["analytics_breakdown"], "visitors time_on_page", ("page",), {}),
        (["analytics_breakdown", ""], OVERVIEW, ("page",), {}),  # a page's visits do not add up
        (["analytics_breakdown"], OVERVIEW, ("entry_page",), {}),
        ([""], "visits revenue", ("entry_page",), {}),
        ([""], "visitors", ("prop:plan",), {}),
        (["analytics_visits"] * 2, OVERVIEW, ("country", "browser"), {}),
        (["analytics_visits"] * 2, OVERVIEW, ("country",), {"filters": (GERMANY,)}),
        (["analytics_visits"], OVERVIEW, ("entry_page",), {"filters": (GERMANY,)}),
        (["analytics_visits"] * 2, OVERVIEW, (), {"filters": (HasDone(Filter("page", "is", ("/",))),)}),
        (["", ""], OVERVIEW, (), {"filters": (Filter("page", "is", ("/",)),)}),
        (["", ""], OVERVIEW, (), {"filters": (GERMANY,), "interval": "hour"}),
        # Somebody known for longer than a day is in several days.
        (["analytics_visits", "analytics_daily"], OVERVIEW, (), {"is_cookieless": False}),
        (["analytics_daily"] * 2, OVERVIEW, (), {"is_cookieless": False, "interval": "day"}),
        (["analytics_daily"], "pageviews", (), {"is_cookieless": False}),
        ([""], "visitors", ("page",), {"is_cookieless": False}),
    ],
)
def test_added_up_days_are_read_from_the_cheapest_table_that_can_say_it(
    expected: list[str], metrics: str, dimensions: tuple[str, ...], fields: dict
) -> None:
    assert rollups(metrics, *dimensions, **fields) == expected


@pytest.mark.parametrize(
    ("expected", "metrics", "dimensions", "fields"),
    [
        (["analytics_breakdown"] * 2, OVERVIEW, (), {"filters": (GERMANY,)}),
        (["analytics_breakdown"] * 2, OVERVIEW, ("country",), {"filters": (GERMANY,), "interval": "week"}),
        (["analytics_breakdown", ""], OVERVIEW, (), {"filters": (PAGE,)}),
        (["analytics_breakdown"], OVERVIEW, (), {"filters": (Filter("entry_page", "is", ("/",)),)}),
        (["analytics_visits"] * 2, OVERVIEW, ("source",), {"filters": (GERMANY,)}),
        (["analytics_visits"] * 2, OVERVIEW, (), {"filters": (GERMANY, Filter("device", "is", ("mobile",)))}),
        (["analytics_visits"] * 2, OVERVIEW, (), {"filters": (Filter("country", "is", ("DE", "FR")),)}),
        (
            ["analytics_visits"] * 2,
            OVERVIEW,
            (),
            {"filters": (Filter("country", "is", ("de",), case_sensitive=False),)},
        ),
        (["analytics_visits"] * 2, OVERVIEW, (), {"filters": (Filter("country", "is_not", ("DE",)),)}),
        (["analytics_visits"], OVERVIEW, ("entry_page",), {"filters": (GERMANY,)}),
        (["", ""], OVERVIEW, (), {"filters": (Filter("goal", "is", ("g",)),)}),
        (["analytics_visits", "analytics_breakdown"], OVERVIEW, (), {"filters": (GERMANY,), "is_cookieless": False}),
    ],
)
def test_what_one_value_leaves_is_read_from_its_rows(
    expected: list[str], metrics: str, dimensions: tuple[str, ...], fields: dict
) -> None:
    assert rollups(metrics, *dimensions, kept=MONTH, **fields) == expected


def test_days_that_may_have_a_value_among_the_others_are_read_from_facts_or_else_raw() -> None:
    kept = MONTH[:10]
    assert rollups(OVERVIEW, kept=kept, filters=(GERMANY,)) == ["analytics_visits"] * 2
    (reading,) = readings(question("visitors", period=NOVEMBER, filters=(PAGE,)), MONTH, kept).values()
    assert (reading.rollup, reading.days) == ("analytics_breakdown", (Days(FIRST, date(2026, 11, 11)),))
    assert reading.raw == (Span(midnight(date(2026, 11, 11), UTC_ZONE), NOVEMBER.end),)


def test_what_is_not_added_up_is_read_raw() -> None:
    clean = [day for day in MONTH if day.day not in (7, 8, 30)]
    (reading,) = readings(question("visitors", period=NOVEMBER), clean).values()
    assert reading.days == (Days(date(2026, 11, 1), date(2026, 11, 7)), Days(date(2026, 11, 9), date(2026, 11, 30)))
    assert reading.raw == tuple(
        Days(date(2026, 11, first), end).span(UTC_ZONE)
        for first, end in ((7, date(2026, 11, 9)), (30, date(2026, 12, 1)))
    )


def test_the_rest_of_days_at_the_ends_is_read_raw() -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    start, end = (midnight(date(2026, 11, day), zone) + timedelta(hours=6) for day in (3, 6))
    (reading,) = readings(question("visitors", zone=zone, period=Period(start, end, zone)), MONTH).values()
    assert reading.days == (Days(date(2026, 11, 4), date(2026, 11, 6)),)
    assert reading.raw == (
        Span(start, midnight(date(2026, 11, 4), zone)),
        Span(midnight(date(2026, 11, 6), zone), end),
    )


def test_of_many_gaps_the_shortest_stretches_between_them_are_given_up() -> None:
    clean = [day for day in MONTH if day.day % 2]  # every other day
    (reading,) = readings(question("visitors", period=NOVEMBER), clean).values()
    assert len(reading.raw) == MAX_RAW_SPANS
    covered = sum((each.end - each.first).days for each in reading.days)
    assert covered + sum((span.end - span.start).days for span in reading.raw) == 30


def test_a_day_that_is_not_over_is_read_raw_and_nothing_else_is_there() -> None:
    (reading,) = readings(question("visitors"), []).values()
    assert (reading.rollup, reading.days, len(reading.raw)) == ("", (), 1)
