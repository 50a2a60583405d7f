"""Lines of several rows of numbers over the same days, as paths of an SVG that share a scale."""

from collections.abc import Sequence

WIDTH, HEIGHT = 600, 120
_ROOM = 3  # above and below, so that a thick line is not cut off


def curves(rows: Sequence[Sequence[float]]) -> list[str]:
    """A path for each row, from 0 up to the largest of all. A single number is a line across."""
    most = max((value for row in rows for value in row), default=0) or 1
    return [_path([*row, row[-1]] if len(row) == 1 else row, most) for row in rows if row]


def _path(values: Sequence[float], most: float) -> str:
    step, bottom = WIDTH / (len(values) - 1), HEIGHT - _ROOM
    points = (
        f"{index * step:.4g} {bottom - value / most * (bottom - _ROOM):.4g}" for index, value in enumerate(values)
    )
    return "M" + "L".join(points)
