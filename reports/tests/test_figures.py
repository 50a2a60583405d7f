import pytest
from django.utils import translation

from reports import figures, labels


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (1234, "1.2k"),
        (99_940, "99.9k"),
        (99_960, "100k"),
        (123_456, "123k"),
        (999_500, "1M"),
        (1_234_567, "1.2M"),
        (2_000_000_000, "2B"),
    ],
)
def test_a_compact_number_has_three_digits_at_most(value, text):
    assert figures.compact(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "percent", "–"),
        (12_345, "count", "12,345"),
        (1_234_567, "count", "1.2M"),
        (0, "percent", "0%"),
        (0.04, "percent", "<0.1%"),
        (3.44, "percent", "3.4%"),
        (9.97, "percent", "10%"),
        (41.6, "percent", "42%"),
        (100.0, "percent", "100%"),
        (59.6, "seconds", "1m 00s"),
        (9, "seconds", "9s"),
        (185.2, "seconds", "3m 05s"),
        (3_725, "seconds", "1h 02m"),
        (2.5, "ratio", "2.5"),
        (2.0, "ratio", "2"),
        (2.456, "ratio", "2.46"),
    ],
)
def test_a_figure_is_told_in_its_unit(value, unit, text):
    assert figures.figure(value, unit) == text


@pytest.mark.parametrize(("value", "text"), [(12, "+12%"), (-3, "−3%"), (0, "0%"), (1200, "+1,200%")])
def test_a_change_has_its_sign(value, text):
    assert figures.signed_percent(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12_345, "count", "12.345"),
        (1_234_567, "count", "1,2 Mio."),
        (3.44, "percent", "3,4 %"),
        (0.04, "percent", "<0,1 %"),
        (185.2, "seconds", "3 min 05 s"),
        (2.456, "ratio", "2,46"),
    ],
)
def test_a_figure_is_told_as_germans_write_it(value, unit, text):
    with translation.override("de"):
        assert figures.figure(value, unit).replace("\xa0", " ") == text


@pytest.mark.parametrize(("value", "text"), [(999, "999"), (12_345, "12.345"), (999_600, "1 Mio."), (3e9, "3 Mrd.")])
def test_a_compact_number_is_as_compact_as_the_language_knows(value, text):
    with translation.override("de"):
        assert figures.compact(value).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("dimension", "value", "text"),
    [
        ("country", "DE", "Germany"),
        ("country", "ZZ", "ZZ"),
        ("country", "", "Unknown"),
        ("source", "", "Direct / none"),
        ("utm_campaign", "", "(none)"),
        ("device", "tv", "TV"),
        ("device", "desktop", "Desktop"),
        ("page", "/A", "/A"),
    ],
)
def test_a_value_of_a_dimension_is_told_as_people_read_it(dimension, value, text):
    assert labels.label(dimension, value) == text


@pytest.mark.parametrize(
    ("dimension", "typed", "value"),
    [
        ("country", "germany", "DE"),
        ("country", "de", "DE"),
        ("country", "Unknown", ""),
        ("device", "Mobile", "mobile"),
        ("source", "direct / none", ""),
        ("page", " /A ", "/A"),
    ],
)
def test_what_a_person_types_is_a_value(dimension, typed, value):
    assert labels.value(dimension, typed) == value


@pytest.mark.parametrize(
    ("dimension", "value", "text"),
    [("country", "DE", "Deutschland"), ("source", "", "Direkt / keine"), ("device", "mobile", "Mobil")],
)
def test_a_value_has_a_german_name_too(dimension, value, text):
    with translation.override("de"):
        assert labels.label(dimension, value) == text
        assert labels.value(dimension, text) == labels.value(dimension, text.upper()) == value


def test_what_is_typed_in_english_is_understood_on_a_german_page():
    with translation.override("de"):
        assert labels.value("country", "Germany") == "DE"
        assert labels.value("device", "Mobile") == "mobile"
        assert labels.value("source", "Direct / none") == ""


@pytest.mark.parametrize(
    ("value", "currency", "english", "german"),
    [
        (9.9, "EUR", "€9.90", "9,90 €"),
        (9, "USD", "$9", "9 $"),
        (12_345.4, "EUR", "€12,345", "12.345 €"),
        (-99.5, "EUR", "-€99.50", "-99,50 €"),
        (12_345, "JPY", "¥12,345", "12.345 ¥"),
        (2_345_678, "EUR", "€2.3M", "2,3 Mio. €"),
        (12.5, "", "12.5", "12,5"),
    ],
)
def test_an_amount_is_told_in_its_currency(value, currency, english, german):
    assert figures.money(value, currency) == english
    with translation.override("de"):
        assert figures.money(value, currency).replace("\N{NO-BREAK SPACE}", " ") == german
