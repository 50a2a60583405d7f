"""The shades of the map."""

from hypothesis import given
from hypothesis import strategies as st

from reports.shades import LEVELS, Shades

NUMBERS = st.lists(st.integers(1, 20) | st.integers(1, 10**9), min_size=1)


@given(NUMBERS)
def test_each_number_has_a_shade_of_the_legend_and_a_larger_one_no_weaker(numbers):
    shades = Shades.of(numbers)
    levels = [shades.level(each) for each in sorted(numbers)]
    assert levels == sorted(levels)
    assert levels[-1] == LEVELS
    assert {*levels} <= {level for level, _text in shades.legend()} <= {*range(1, LEVELS + 1)}


def test_each_shade_goes_as_many_times_as_far_as_the_one_before():
    found = Shades.of([1, 100_000]).legend()
    assert found == [(1, "1 – 10"), (2, "11 – 100"), (3, "101 – 1k"), (4, "1k – 10k"), (5, "10k – 100k")]


def test_where_all_have_as_many_there_is_one_shade():
    assert Shades.of([7, 7]).legend() == [(5, "7")]
