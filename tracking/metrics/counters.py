"""The counts of this process that Redis does not have yet.

Names are "kind" or "kind:label": see exposition.py for all of them.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping

TOTALS = "ap:metrics:totals"  # hash: name -> count, of all processes

# Upper bounds of the buckets of every histogram, in seconds; the last bucket has none.
BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)

_pending: defaultdict[str, int] = defaultdict(int)


def count(name: str, amount: int = 1) -> None:
    """About 0.1 us."""
    # Threads share it without a lock: CPython does not switch between the reading and the writing of this line.
    _pending[name] += amount


def observe(name: str, duration_s: float) -> None:
    """One observation of a histogram."""
    _pending[f"{name}:{bisect_left(BOUNDS_S, duration_s)}"] += 1
    _pending[f"{name}:us"] += round(duration_s * 1e6)


def take() -> Mapping[str, int]:
    """The counts, for whoever sends them; `give_back` when that fails."""
    global _pending
    taken, _pending = _pending, defaultdict(int)
    return taken


def give_back(taken: Mapping[str, int]) -> None:
    for name, amount in taken.items():
        _pending[name] += amount
