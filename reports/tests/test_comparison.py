"""What a range is compared with, over months, years and changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import comparison, date_ranges
from reports.faults import Faults

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo", "America/Havana"]


def ranged(value, now=NOON, zone=BERLIN):
    faults = Faults()
    found = date_ranges.parse(value, "/date_range", faults, zone=zone, now=now, since=lambda: None)
    assert found is not None, faults.found
    return found


def compared(value, mode, now=NOON, **more):
    found = comparison.comparison(ranged(value, now), mode, now, **more).so_far
    return found.start.isoformat(), found.end.isoformat()


@pytest.mark.parametrize(
    ("value", "mode", "start", "end"),
    [
        ("day", "previous_period", "2026-11-19T00:00:00+01:00", "2026-11-19T12:00:00+01:00"),
        ("yesterday", "previous_period", "2026-11-18T00:00:00+01:00", "2026-11-19T00:00:00+01:00"),
        ("24h", "previous_period", "2026-11-18T12:01:00+01:00", "2026-11-19T12:01:00+01:00"),
        ("30d", "previous_period", "2026-09-22T00:00:00+02:00", "2026-10-21T12:00:00+02:00"),
        ("month", "previous_period", "2026-10-01T00:00:00+02:00", "2026-10-20T12:00:00+02:00"),
        ("day", "year_over_year", "2025-11-20T00:00:00+01:00", "2025-11-20T12:00:00+01:00"),
        ("month", "year_over_year", "2025-11-01T00:00:00+01:00", "2025-11-20T12:00:00+01:00"),
        (["2024-02-29", "2024-02-29"], "year_over_year", "2023-02-28T00:00:00+01:00", "2023-03-01T00:00:00+01:00"),
        (["2026-03-29", "2026-03-29"], "previous_period", "2026-03-28T00:00:00+01:00", "2026-03-29T00:00:00+01:00"),
        (["2026-03-30", "2026-03-30"], "previous_period", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"),
        (
            ["2026-11-20T08:00:00+01:00", "2026-11-20T11:00:00+01:00"],
            "previous_period",
            "2026-11-20T05:00:00+01:00",
            "2026-11-20T08:00:00+01:00",
        ),
        (
            ["2026-10-20T08:00:00+02:00", "2026-10-20T11:00:00+02:00"],
            "year_over_year",
            "2025-10-20T08:00:00+02:00",
            "2025-10-20T11:00:00+02:00",
        ),
    ],
)
def test_a_range_is_compared_with_what_was_before_it(value, mode, start, end):
    assert compared(value, mode) == (start, end)


@pytest.mark.parametrize(
    ("value", "mode", "start", "end"),
    [
        ("day", "previous_period", "2026-11-13T00:00:00+01:00", "2026-11-13T12:00:00+01:00"),
        ("7d", "previous_period", "2026-11-07T00:00:00+01:00", "2026-11-13T12:00:00+01:00"),
        ("30d", "previous_period", "2026-09-17T00:00:00+02:00", "2026-10-16T12:00:00+02:00"),
        ("day", "year_over_year", "2025-11-21T00:00:00+01:00", "2025-11-21T12:00:00+01:00"),
        ("month", "year_over_year", "2025-11-02T00:00:00+01:00", "2025-11-21T12:00:00+01:00"),
        (
            ["2026-11-20T08:00:00+01:00", "2026-11-20T11:00:00+01:00"],
            "previous_period",
            "2026-11-13T08:00:00+01:00",
            "2026-11-13T11:00:00+01:00",
        ),
        (
            ["2026-11-04T08:00:00+01:00", "2026-11-04T11:00:00+01:00"],
            "year_over_year",
            "2025-11-05T08:00:00+01:00",
            "2025-11-05T11:00:00+01:00",
        ),
    ],
)
def test_days_of_the_week_are_matched_by_whole_weeks(value, mode, start, end):
    assert compared(value, mode, match_weekday=True) == (start, end)


def test_an_hour_that_the_clocks_left_out_a_year_ago_is_compared_with_the_next():
    value = ["2026-03-30T02:00:00+02:00", "2026-03-30T03:00:00+02:00"]
    assert compared(value, "year_over_year") == ("2025-03-30T03:00:00+02:00", "2025-03-30T04:00:00+02:00")


@given(
    zone=st.sampled_from(ZONES),
    mode=st.sampled_from(["previous_period", "year_over_year"]),
    by_week=st.booleans(),
    now=st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    value=st.sampled_from([name for name in date_ranges.NAMES if name != "all"])
    | st.tuples(
        st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
        st.integers(1, 100_000),
    ),
)
def test_what_is_compared_with_is_before_not_nothing_and_not_longer_than_a_day_more(zone, mode, by_week, now, value):
    if not isinstance(value, str):
        start, minutes = value
        value = [start.isoformat(), (start + timedelta(minutes=minutes)).isoformat()]
    asked = ranged(value, now, ZoneInfo(zone))
    found = comparison.comparison(asked, mode, now, match_weekday=by_week).so_far
    start, end = found.start.astimezone(UTC), found.end.astimezone(UTC)
    asked_length = asked.period.end.astimezone(UTC) - asked.period.start.astimezone(UTC)
    assert timedelta(0) < end - start
    if asked.name == "custom":
        assert end - start <= asked_length + timedelta(days=1, hours=1)
    assert start < asked.period.start.astimezone(UTC)
    if mode == "previous_period":
        # An hour that the clocks repeat or leave out.
        assert end <= asked.period.start.astimezone(UTC) + timedelta(hours=1)
    if by_week:
        assert found.first_day.weekday() == asked.period.first_day.weekday()
