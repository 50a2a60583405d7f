from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from reports import comparison, day_labels, periods
from tracking.storage.spec import Period

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


def compared(found, now=NOON):
    return comparison.comparison(found, comparison.PREVIOUS_PERIOD, now).so_far


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
        ("day", date(2026, 11, 20), date(2026, 11, 20)),
        ("28d", date(2026, 10, 24), date(2026, 11, 20)),
        ("91d", date(2026, 8, 22), date(2026, 11, 20)),
        ("month", date(2026, 11, 1), date(2026, 11, 20)),
        ("6mo", date(2026, 6, 1), date(2026, 11, 20)),
        ("year", date(2026, 1, 1), date(2026, 11, 20)),
        ("all", date(2026, 11, 20), date(2026, 11, 20)),
    ],
)
def test_a_name_is_days_of_the_zone_until_today(name, first, last):
    found = periods.named(name, BERLIN, NOON)
    assert (found.first, found.last) == (first, last)
    assert found.period.start == datetime(first.year, first.month, first.day, tzinfo=BERLIN)
    assert found.period.end == datetime(last.year, last.month, last.day, tzinfo=BERLIN) + timedelta(days=1)


def test_all_time_begins_with_the_day_of_the_first_event():
    first = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)
    assert periods.named("all", BERLIN, NOON, since=lambda: first).first == date(2026, 3, 4)
    assert periods.named("all", BERLIN, NOON, since=lambda: NOON + timedelta(days=9)).days == 1
    assert periods.named("all", BERLIN, NOON, since=lambda: first.replace(year=1999)).days == periods.MAX_DAYS


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
    assert compared(found) == found.previous
    assert found.previous.start == datetime(2026, 3, 1, tzinfo=BERLIN)
    assert found.previous.end == found.period.start


def test_a_day_that_is_not_over_is_compared_with_the_same_hours_of_the_day_before():
    found = periods.named("today", BERLIN, NOON)
    assert found.includes_now
    assert compared(found).start == datetime(2026, 11, 19, tzinfo=BERLIN)
    assert compared(found).end == datetime(2026, 11, 19, 12, 0, tzinfo=BERLIN)
    assert found.previous.end == found.period.start


def test_the_comparison_is_never_nothing():
    midnight = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)
    found = compared(periods.named("today", BERLIN, midnight), midnight)
    assert found.end - found.start == timedelta(seconds=periods.COMPARISON_STEP_S)


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("month", "2026-10-01T00:00:00+02:00", "2026-10-20T12:00:00+02:00"),
        ("6mo", "2025-12-01T00:00:00+01:00", "2026-05-22T12:00:00+02:00"),
        ("year", "2025-01-01T00:00:00+01:00", "2025-11-20T12:00:00+01:00"),
    ],
)
def test_months_and_years_are_compared_with_those_before_as_far_as_they_have_come(name, start, end):
    found = compared(periods.named(name, BERLIN, NOON))
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)


def test_a_month_is_not_compared_with_more_than_the_whole_month_before():
    now = datetime(2026, 3, 31, 10, tzinfo=UTC)
    found = periods.named("month", BERLIN, now)
    assert compared(found, now) == found.previous
    assert (found.previous.end - found.previous.start).days == 28


def test_a_comparison_ends_at_the_same_time_of_day_over_a_change_of_the_clocks():
    now = datetime(2026, 3, 31, 10, tzinfo=UTC)  # noon; the clocks changed on the 29th
    assert compared(periods.named("7d", BERLIN, now), now).end == datetime(2026, 3, 24, 12, tzinfo=BERLIN)


@pytest.mark.parametrize("hour", range(24))
def test_a_comparison_with_a_day_of_23_or_25_hours_is_never_nothing_and_ends_within_it(hour):
    for day in (date(2026, 3, 30), date(2026, 10, 26)):
        now = datetime(day.year, day.month, day.day, hour, 1, tzinfo=BERLIN).astimezone(UTC)
        found = periods.named("today", BERLIN, now)
        before = compared(found, now)
        length = before.end.astimezone(UTC) - before.start.astimezone(UTC)
        assert timedelta(0) < length <= found.previous.end.astimezone(UTC) - found.previous.start.astimezone(UTC)


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


def test_hours_begin_where_the_clock_of_a_half_hour_zone_shows_a_full_one():
    found = periods.custom(date(2026, 11, 19), date(2026, 11, 19), ZoneInfo("Asia/Kolkata"), NOON)
    starts = periods.buckets(found.period, "hour")
    assert len(starts) == 24
    assert {start.minute for start in starts} == {0}
    assert {start.astimezone(UTC).minute for start in starts} == {30}


@pytest.mark.django_db
@pytest.mark.parametrize("interval", ["minute", "hour", "day", "week", "month"])
@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Berlin", date(2026, 3, 28)),
        ("Europe/Berlin", date(2026, 10, 24)),
        ("Australia/Lord_Howe", date(2026, 4, 4)),  # its clocks move by half an hour
        ("Australia/Lord_Howe", date(2026, 10, 3)),
        ("Asia/Kathmandu", date(2026, 5, 30)),
        ("America/St_Johns", date(2026, 11, 1)),
        ("Africa/Cairo", date(2026, 4, 23)),  # a day without a midnight
    ],
)
def test_the_buckets_are_those_of_the_database(zone, first, interval):
    period = periods.custom(first, first + timedelta(days=3), ZoneInfo(zone), NOON).period
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT date_trunc(%s, moment, %s) FROM"
            " generate_series(%s::timestamptz, %s::timestamptz - interval '1 s', interval '1 min') moment ORDER BY 1",
            [interval, zone, period.start, period.end],
        )
        expected = [moment.astimezone(UTC) for (moment,) in cursor.fetchall()]
    assert [start.astimezone(UTC) for start in periods.buckets(period, interval)] == expected


def test_minutes_begin_with_the_one_in_which_the_period_does():
    start = datetime(2026, 10, 25, 2, 58, 30, tzinfo=BERLIN)
    starts = periods.buckets(Period(start, start + timedelta(minutes=62), BERLIN), "minute")
    assert [f"{start:%H:%M}" for start in starts[:3]] == ["02:58", "02:59", "02:00"]


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
    assert day_labels.span(first, last) == text


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
