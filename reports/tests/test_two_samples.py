"""Two groups against chance: published values, and what must hold of any."""

from itertools import product
from math import comb

import pytest

from reports import two_samples


@pytest.mark.parametrize(
    ("table", "p"),
    [
        ((3, 4, 1, 4), 0.485714),  # Fisher's lady tasting tea
        ((8, 10, 1, 6), 0.034965),
        ((1, 10, 11, 14), 0.002759),
        ((0, 10, 0, 10), 1.0),
        ((5, 5, 5, 5), 1.0),
        ((10, 10, 0, 10), 1.08251e-05),
    ],
)
def test_shares_have_the_known_p_values_of_fishers_test(table, p):
    assert two_samples.proportions(*table) == pytest.approx(p, rel=1e-3)


def test_it_is_the_sum_over_all_tables_that_are_not_more_likely():
    for first, second in product(range(7), range(5)):
        total = first + second
        ways = {k: comb(6, k) * comb(4, total - k) for k in range(max(0, total - 4), min(total, 6) + 1)}
        expected = sum(each for each in ways.values() if each <= ways[first]) / sum(ways.values())
        assert two_samples.proportions(first, 6, second, 4) == pytest.approx(expected)


def test_large_groups_are_compared_by_the_normal_approximation():
    # 10,000 of 100,000 against 10,300: z = 2.2214
    assert two_samples.proportions(10_000, 100_000, 10_300, 100_000) == pytest.approx(0.02632, abs=0.00002)


def test_shares_of_very_large_groups_that_could_not_differ_more_are_told_apart():
    assert two_samples.proportions(4000, 4000, 0, 1_000_000) < 1e-9


@pytest.mark.parametrize(
    ("groups", "p"),
    [
        ((20.0, 4.0, 10, 25.0, 30.0, 11), 0.014406139),
        ((63.2, 80.1**2, 412, 50.3, 61.7**2, 389), 0.010606935),
        ((5.0, 1.0, 30, 5.0, 9.0, 80), 1.0),
        ((2.228, 3.0, 6, 0.0, 3.0, 6), 0.05),  # Student's t with 10 degrees of freedom
    ],
)
def test_means_have_the_known_p_values_of_welchs_test(groups, p):
    assert two_samples.means(*groups) == pytest.approx(p, rel=1e-3)


def test_means_of_groups_in_which_all_are_alike():
    assert two_samples.means(3.0, 0.0, 40, 3.0, 0.0, 50) == 1.0
    assert two_samples.means(3.0, 0.0, 40, 4.0, 0.0, 50) == 0.0
