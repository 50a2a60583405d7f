"""Making a file in steps, so that whoever makes it can stop after any of them, also by being killed."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Step:
    """data: what follows in the file. position: where the next step goes on; None when the file is whole.

    rows: how many it added. percent: how far the file is, about.
    """

    data: bytes
    position: dict[str, Any] | None
    rows: int
    percent: int


class Steps(Protocol):
    def step(self, position: dict[str, Any] | None) -> Step:
        """From the place that the step before gave, or from the start. The same place gives the same again, but for
        what was erased meanwhile. Raises QueryTooLarge, InvalidPattern and StoreUnavailable."""
