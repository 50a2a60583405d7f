"""A property is the same text on its way in and as it is stored."""

import json
from typing import Any

import msgspec
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals.properties import Texts, number_of

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=values)
def test_a_value_is_what_the_database_says(db: None, value: Any) -> None:
    stored = msgspec.json.encode({"key": value}).decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(%s::jsonb ->> 'key', '')", [stored])
        (said,) = cursor.fetchone()
    assert Texts({"key": value}).of("key") == said
    assert Texts(msgspec.Raw(json.dumps({"key": value}).encode())).of("key") == said


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7), (" -0.5 ", -0.5), ("1e3", 1000), (".5", 0.5), ("5.", 5),
        ("", None), ("nan", None), ("inf", None), ("1e999", None), ("1_000", None), ("0x10", None), ("٣", None),
        ("7 €", None),
    ],
)  # fmt: skip
def test_a_number_is_one_that_people_would_write(text: str, number: float | None) -> None:
    assert number_of(text) == number
