from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reports import periods

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


def hours(start, end):
    return (end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", date(2026, 11, 20), date(2026, 11, 20)),
        ("yesterday", date(2026, 11, 19), date(2026, 11, 19)),
        ("7d", date(2026, 11, 14), date(2026, 11, 20)),
        ("30d", date(2026, 10, 22), date(2026, 11, 20)),
        ("90d", date(2026, 8, 23), date(2026, 11, 20)),
        ("12mo", date(2025, 12, 1), date(2026, 11, 20)),
    ],
)
def test_a_name_is_days_of_the_zone_until_today(name, first, last):
    found = periods.named(name, BERLIN, NOON)
    assert (found.first, found.last) == (first, last)
    assert found.period.start == datetime(first.year, first.month, first.day, tzinfo=BERLIN)
    assert found.period.end == datetime(last.year, last.month, last.day, tzinfo=BERLIN) + timedelta(days=1)


def test_today_is_the_day_of_the_zone_and_not_of_utc():
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert periods.named("today", BERLIN, late).first == date(2026, 11, 21)
    assert periods.named("today", NEW_YORK, late).first == date(2026, 11, 20)


@pytest.mark.parametrize(("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_a_day_has_as_many_hours_as_the_clocks_make_it(day, length):
    found = periods.custom(day, day, BERLIN, NOON)
    assert hours(found.period.start, found.period.end) == length
    starts = periods.buckets(found.period, "hour")
    assert len(starts) == length
    assert len({start.astimezone(UTC) for start in starts}) == length


def test_days_are_counted_over_a_change_of_the_clocks():
    found = periods.custom(date(2026, 3, 28), date(2026, 3, 30), BERLIN, NOON)
    starts = periods.buckets(found.period, "day")
    assert [start.date() for start in starts] == [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    assert [start.hour for start in starts] == [0, 0, 0]


def test_a_closed_period_is_compared_with_the_same_length_before_it():
    found = periods.custom(date(2026, 3, 8), date(2026, 3, 14), BERLIN, NOON)
    assert not found.includes_now
    assert found.comparison == found.previous
    assert found.previous.start == datetime(2026, 3, 1, tzinfo=BERLIN)
    assert found.previous.end == found.period.start


def test_a_day_that_is_not_over_is_compared_with_the_same_hours_of_the_day_before():
    found = periods.named("today", BERLIN, NOON)
    assert found.includes_now
    assert found.comparison.start == datetime(2026, 11, 19, tzinfo=BERLIN)
    assert found.comparison.end == datetime(2026, 11, 19, 12, 0, tzinfo=BERLIN)
    assert found.previous.end == found.period.start


def test_the_comparison_is_never_nothing():
    midnight = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)
    found = periods.named("today", BERLIN, midnight)
    assert found.comparison.end - found.comparison.start == timedelta(seconds=periods.COMPARISON_STEP_S)


def test_twelve_months_are_compared_with_the_twelve_before():
    found = periods.named("12mo", BERLIN, NOON)
    assert found.previous.start == datetime(2024, 12, 1, tzinfo=BERLIN)
    assert [start.month for start in periods.buckets(found.period, "month")] == [12, *range(1, 12)]


def test_weeks_begin_on_monday():
    found = periods.custom(date(2026, 11, 11), date(2026, 11, 20), BERLIN, NOON)
    assert [start.date() for start in periods.buckets(found.period, "week")] == [date(2026, 11, 9), date(2026, 11, 16)]


@pytest.mark.parametrize(
    ("name", "interval"), [("today", "hour"), ("7d", "day"), ("30d", "day"), ("90d", "day"), ("12mo", "month")]
)
def test_each_period_has_the_bucket_that_draws_it_best(name, interval):
    found = periods.named(name, BERLIN, NOON)
    assert found.interval == interval
    assert interval in found.intervals


def test_hours_of_a_year_are_too_many():
    assert periods.named("12mo", BERLIN, NOON).intervals == ("day", "week", "month")


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 3, 3), date(2026, 3, 3), "3 Mar 2026"),
        (date(2026, 3, 3), date(2026, 3, 9), "3 – 9 Mar 2026"),
        (date(2026, 3, 3), date(2026, 4, 2), "3 Mar – 2 Apr 2026"),
        (date(2025, 12, 3), date(2026, 1, 2), "3 Dec 2025 – 2 Jan 2026"),
    ],
)
def test_a_span_of_days_is_told_as_briefly_as_it_is_clear(first, last, text):
    assert periods.span_label(first, last) == text


@pytest.mark.parametrize(
    ("make", "parameter", "code"),
    [
        (lambda: periods.named("fortnight", BERLIN, NOON), "period", "unknown_period"),
        (lambda: periods.custom(date(2026, 2, 2), date(2026, 2, 1), BERLIN, NOON), "to", "before_start"),
        (lambda: periods.custom(date(2016, 2, 2), date(2026, 2, 1), BERLIN, NOON), "from", "too_long"),
    ],
)
def test_what_is_no_period_says_why(make, parameter, code):
    with pytest.raises(periods.PeriodError) as raised:
        make()
    assert (raised.value.parameter, raised.value.code) == (parameter, code)
