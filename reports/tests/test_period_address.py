"""Period and comparison in an address, and back."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from projects.models import Project
from reports import adjacent_periods, params, period_address
from reports.tests.conftest import NOW

SITE = Project(name="Example", domain="example.com", timezone="Europe/Berlin")


def asked(text):
    return params.question(QueryDict(text), SITE, NOW)


def moved(move, text, now=NOW):
    found = move(params.question(QueryDict(text), SITE, now).period, now)
    return urlencode(period_address.parts_of_period(found), safe=":") if found else None


@pytest.mark.parametrize(
    "text",
    [
        "period=7d",
        "period=24h",
        "from=2026-03-01&to=2026-03-07",
        "from=2026-11-20T08:00&to=2026-11-20T12:00",
        "from=2026-10-25T02:30%2B01:00&to=2026-10-25T04:00",  # half past two was there twice that day
        "period=7d&compare=none",
        "period=7d&compare=year_over_year",
        "period=7d&compare=previous_period&match_weekday=1",
        "period=7d&compare=custom&compare_from=2026-01-01&compare_to=2026-01-31",
    ],
)
def test_what_an_address_says_is_said_again_in_the_same_words(text):
    question = asked(text)
    parts = [
        *period_address.parts_of_period(question.period),
        *period_address.parts_of_comparison(question.comparison, question.period),
    ]
    assert urlencode(parts, safe=":") == text


def test_hours_are_a_period_compared_with_as_many_hours_before():
    question = asked("from=2026-11-20T08:00&to=2026-11-20T11:00")
    assert question.period.label == "20 Nov 2026, 08:00 – 11:00"
    assert question.period.interval == "minute"
    assert question.compared.start == datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("compare=fortnight", ("compare", "unknown_mode")),
        ("compare=custom", ("compare_from", "invalid_date")),
        ("compare=custom&compare_from=2026-01-02&compare_to=2026-01-01", ("compare_to", "before_start")),
        ("from=2026-11-20T08:00&to=2026-11-20", ("to", "invalid_date")),
        ("from=2026-11-20T08:00&to=2026-11-20T08:00", ("to", "before_start")),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_place(text, fault):
    with pytest.raises(params.InvalidParams) as raised:
        asked(text)
    assert [(each["parameter"], each["code"]) for each in raised.value.errors] == [fault]


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("period=today", "period=yesterday"),
        ("period=yesterday", "from=2026-11-18&to=2026-11-18"),
        ("period=7d", "from=2026-11-07&to=2026-11-13"),
        ("period=month", "period=last_month"),
        ("period=last_month", "from=2026-09-01&to=2026-09-30"),
        ("period=year", "from=2025-01-01&to=2025-12-31"),
        ("period=12mo", "from=2024-12-01&to=2025-11-30"),
        ("from=2026-01-01&to=2026-03-31", "from=2025-10-01&to=2025-12-31"),
        ("from=2026-11-20T08:00&to=2026-11-20T11:00", "from=2026-11-20T05:00&to=2026-11-20T08:00"),
        ("from=2000-01-01&to=2000-01-01", None),
    ],
)
def test_the_period_before_is_as_long_and_of_the_same_kind(text, before):
    assert moved(adjacent_periods.earlier, text) == before


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("period=today", None),
        ("period=30d", None),
        ("period=month", None),
        ("period=yesterday", "period=today"),
        ("from=2026-11-07&to=2026-11-13", "period=7d"),
        ("from=2026-09-01&to=2026-09-30", "period=last_month"),
        ("period=last_month", "period=month"),
        ("from=2025-01-01&to=2025-12-31", "period=year"),
        ("from=2026-11-11&to=2026-11-18", "from=2026-11-19&to=2026-11-20"),
        ("from=2026-11-20T08:00&to=2026-11-20T14:00", None),
    ],
)
def test_the_period_after_ends_today_at_the_latest(text, after):
    assert moved(adjacent_periods.later, text) == after


@pytest.mark.django_db
def test_before_and_after_all_time_is_nothing():
    assert moved(adjacent_periods.earlier, "period=all") is None
    assert moved(adjacent_periods.later, "period=all") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "mode"), [("period=all", None), ("period=all&compare=year_over_year", "year_over_year")]
)
def test_all_time_is_compared_with_nothing_unless_one_says_so(text, mode):
    question = asked(text)
    assert (question.comparison.mode if question.comparison else None) == mode
    parts = period_address.parts_of_comparison(question.comparison, question.period)
    assert parts == ([("compare", mode)] if mode else [])
