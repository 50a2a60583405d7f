"""Whether a difference between two times is more than noise: an exact test, which assumes no shape of the noise."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

# With fewer pairs no difference, however large, could be told from noise at 5 %.
LEAST_PAIRS = 6
# Each half of the pairs has 2 ** 14 ways to fall.
MOST_PAIRS = 28
LEVEL = 0.05


def sign_flip(differences: Sequence[float]) -> float | None:
    """The exact two-sided p-value of Fisher's randomisation test for pairs: how often differences of these sizes would
    sum to at least as much, up or down, if each were as likely to be up as down. None with too few pairs.

    Halves of the pairs are counted against each other, so that 28 pairs take 2 * 2 ** 14 sums and not 2 ** 28.
    """
    sizes = [abs(each) for each in differences]
    if not LEAST_PAIRS <= len(sizes) <= MOST_PAIRS:
        return None
    # Sums of the same numbers in another order differ in their last digits.
    least = abs(sum(differences)) - 1e-9 * (1 + sum(sizes))
    half = len(sizes) // 2
    left, right = _sums(sizes[:half]), sorted(_sums(sizes[half:]))
    # Sums lie around zero alike on both sides, so those below -least are as many as those above least.
    above = sum(len(right) - bisect_left(right, least - each) for each in left)
    total = len(left) * len(right)
    return min(1.0, 2 * above / total)


def _sums(sizes: Sequence[float]) -> list[float]:
    """What these sizes sum to with each way to give them signs."""
    sums = [0.0]
    for size in sizes:
        sums = [each + size for each in sums] + [each - size for each in sums]
    return sums


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """The p-values corrected by Holm's method for as many looks as there are, so that one of several numbers does not
    stand out by chance. None stays None, and counts as no look."""
    order = sorted((index for index, p in enumerate(p_values) if p is not None), key=lambda index: p_values[index] or 0)
    corrected: list[float | None] = [None] * len(p_values)
    for rank, index in enumerate(order):
        p = p_values[index]
        assert p is not None
        corrected[index] = min(1.0, p * (len(order) - rank))
    for before, after in pairwise(order):
        corrected[after] = max(corrected[before] or 0, corrected[after] or 0)
    return corrected
