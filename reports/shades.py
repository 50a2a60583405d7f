"""The shades of a map: which numbers have the same one."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from reports import figures

LEVELS = 5


@dataclass(frozen=True, slots=True)
class Shades:
    """least: the smallest number; bounds: the largest of each shade, in order."""

    least: int
    bounds: tuple[int, ...]

    @classmethod
    def of(cls, numbers: Sequence[int]) -> "Shades":
        """Each shade goes as many times as far as the one before, since one country often has most of the visitors."""
        if not numbers:
            return cls(0, ())
        least, most = min(numbers), max(numbers)
        steps = {_rounded(least * (most / least) ** (step / LEVELS)) for step in range(1, LEVELS)}
        return cls(least, tuple(sorted({*(step for step in steps if least <= step < most), most})))

    def level(self, number: int) -> int:
        """1 to LEVELS. The largest number has the strongest, however few shades there are."""
        return LEVELS - len(self.bounds) + 1 + bisect_left(self.bounds, number)

    def legend(self) -> list[tuple[int, str]]:
        """The shades that there are, with the numbers that they stand for."""
        firsts = [self.least, *(bound + 1 for bound in self.bounds)]
        return [(self.level(last), _range(first, last)) for first, last in zip(firsts, self.bounds, strict=False)]


def _rounded(value: float) -> int:
    """To one digit below 100, else to two: 8; 40; 230."""
    whole = round(value)
    return round(whole, min(0, (1 if whole < 100 else 2) - len(str(whole))))


def _range(first: int, last: int) -> str:
    return figures.compact(first) if first == last else f"{figures.compact(first)} – {figures.compact(last)}"
