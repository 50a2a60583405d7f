"""Weighted choices that follow from a seeded generator."""

from collections.abc import Iterable
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Choice(Generic[T]):
    """Values with weights of any scale."""

    def __init__(self, weighted: Iterable[tuple[float, T]]) -> None:
        pairs = list(weighted)
        self._values = [value for _, value in pairs]
        self._cumulated = list(accumulate(weight for weight, _ in pairs))

    def pick(self, rng: Random) -> T:
        return rng.choices(self._values, cum_weights=self._cumulated)[0]


def chance(rng: Random, probability: float) -> bool:
    return rng.random() < probability
