"""How often chance alone would set two groups of visits as far apart as these: two-sided p-values."""

from math import erfc, exp, lgamma, log, sqrt

# With more ways than these for a table to turn out, the normal approximation is as good to many digits.
_MOST_TABLES = 5000
_STEPS, _CLOSE = 300, 1e-12


def proportions(first: int, of_first: int, second: int, of_second: int) -> float:
    """Whether `first` of `of_first` is another share than `second` of `of_second`: Fisher's exact test, for large
    numbers the z-test of two proportions. Both groups have somebody."""
    total, everyone = first + second, of_first + of_second
    least, most = max(0, total - of_second), min(total, of_first)
    if most - least > _MOST_TABLES:
        share = total / everyone
        error = sqrt(share * (1 - share) * (1 / of_first + 1 / of_second))
        return erfc(abs(first / of_first - second / of_second) / error / sqrt(2))
    # From the likeliest table on to both sides, each by its ratio to the one before: nothing overflows.
    middle = min(most, max(least, (total + 1) * (of_first + 1) // (everyone + 2)))
    found = {middle: 1.0}
    for count in range(middle, most):
        found[count + 1] = (
            found[count] * (total - count) * (of_first - count) / ((count + 1) * (of_second - total + count + 1))
        )
    for count in range(middle, least, -1):
        found[count - 1] = (
            found[count] * count * (of_second - total + count) / ((total - count + 1) * (of_first - count + 1))
        )
    ours = found[first] * (1 + 1e-7)  # tables that are as likely differ in their last digits
    return min(1.0, sum(each for each in found.values() if each <= ours) / sum(found.values()))


def means(mean_1: float, variance_1: float, count_1: int, mean_2: float, variance_2: float, count_2: int) -> float:
    """Whether two means differ: Welch's t-test, which does not ask that both vary alike. variance: of the sample; at
    least two in each group."""
    of_1, of_2 = variance_1 / count_1, variance_2 / count_2
    if of_1 + of_2 <= 0:  # all are the same in each of the groups
        return 1.0 if mean_1 == mean_2 else 0.0
    t_squared = (mean_1 - mean_2) ** 2 / (of_1 + of_2)
    freedom = (of_1 + of_2) ** 2 / (of_1**2 / (count_1 - 1) + of_2**2 / (count_2 - 1))
    return _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t_squared))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz's method)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, _STEPS):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            c, d = 1 + factor / c, 1 / (1 + factor * d)
            result *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return front * result
