"""The exact test for pairs, against counting every way by hand."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.significance import LEAST_PAIRS, holm, sign_flip

DIFFERENCES = st.lists(st.integers(-50, 50), min_size=LEAST_PAIRS, max_size=10)


def by_hand(differences):
    ways = [
        abs(sum(each * sign for each, sign in zip(differences, signs, strict=True)))
        for signs in product((1, -1), repeat=len(differences))
    ]
    return sum(way >= abs(sum(differences)) for way in ways) / len(ways)


@given(DIFFERENCES)
def test_it_is_the_share_of_all_ways_that_are_as_extreme(differences):
    # A sum of nothing is as extreme as any: both ends of it are the same then, and are counted once.
    assert sign_flip(differences) == pytest.approx(by_hand(differences))


@given(DIFFERENCES, st.floats(0.001, 1000))
def test_neither_the_order_nor_the_direction_nor_the_unit_matters(differences, unit):
    p = sign_flip(differences)
    assert sign_flip(differences[::-1]) == p
    assert sign_flip([-each for each in differences]) == p
    assert sign_flip([each * unit for each in differences]) == pytest.approx(p)


@given(st.lists(st.floats(-1e9, 1e9), min_size=LEAST_PAIRS, max_size=28))
def test_it_is_a_probability(differences):
    assert 0 < sign_flip(differences) <= 1


def test_a_rise_on_each_of_fourteen_days_is_no_noise():
    assert sign_flip([3.0] * 14) == 2 / 2**14


def test_no_difference_is_all_noise():
    assert sign_flip([0] * 14) == 1


def test_a_few_days_say_nothing():
    assert sign_flip([100] * (LEAST_PAIRS - 1)) is None


def test_under_noise_alone_it_finds_something_as_seldom_as_it_says():
    """Of all signs that twelve sizes may have, those found at 5 % are at most 5 %."""
    sizes = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233]
    found = [sign_flip([size * sign for size, sign in zip(sizes, signs, strict=True)]) < 0.05
             for signs in product((1, -1), repeat=len(sizes))]  # fmt: skip
    assert 0.03 < sum(found) / len(found) <= 0.05


def test_several_looks_are_corrected_for():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.01, None, 0.5]) == pytest.approx([0.02, None, 0.5])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([None]) == [None]
