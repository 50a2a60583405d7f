"""A small chart of a row of numbers, as paths of an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 240, 48
_ROOM = 2  # above and below, so that a thick line is not cut off


@dataclass(frozen=True, slots=True)
class Sparkline:
    """In a box of WIDTH by HEIGHT. line: the numbers; area: what lies below them."""

    line: str
    area: str


def sparkline(values: Sequence[float]) -> Sparkline:
    """At least two values, none below 0. From 0 up to the largest; all of them 0: a line at the bottom."""
    most = max(values) or 1
    step = WIDTH / (len(values) - 1)
    bottom = HEIGHT - _ROOM
    points = [
        f"{index * step:.4g} {bottom - value / most * (bottom - _ROOM):.4g}" for index, value in enumerate(values)
    ]
    line = "M" + "L".join(points)
    return Sparkline(line, f"{line}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z")
