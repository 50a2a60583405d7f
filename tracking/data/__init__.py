"""Small curated lists that ship with the product. Each file says in its first lines where it comes from."""

from collections.abc import Iterator
from pathlib import Path

_DIRECTORY = Path(__file__).parent


def lines(name: str) -> Iterator[str]:
    """The lines of a data file that say something: comments (#) and blank lines are dropped."""
    with (_DIRECTORY / name).open(encoding="utf-8") as file:
        for line in file:
            if (text := line.rstrip("\n")) and not text.startswith("#"):
                yield text
