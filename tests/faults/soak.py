"""Random faults at random moments, again and again, for some minutes: `make soak` (SOAK_MINUTES=5, SOAK_SEED).

Prints a line a trial and a table at the end. Exit code 1 when anything was lost, doubled, or does not add up.
"""

import os
import random
import sys
import time
from dataclasses import dataclass
from statistics import median

from analytics_pulse.supervisor.stack import Stack
from tests.faults.faults import FAULTS
from tests.faults.load import Promises
from tests.faults.trial import ENVIRONMENT, Outcome, create_keys, try_fault

# kept: stored or quarantined, also of requests whose answer was lost. Times: median-maximum, see Outcome.
TITLES = (
    "fault", "times", "accepted", "kept", "duplicates", "no answer", "refused", "lost", "doubled",
    "silent s", "stored again s", "drained s",
)  # fmt: skip
WIDTHS = (23, 6, 10, 9, 11, 10, 8, 5, 8, 9, 15, 10)


@dataclass(frozen=True)
class Trial:
    """An outcome, and what this trial added to the product's tables."""

    outcome: Outcome
    kept: int
    duplicates: int


def run(minutes: float, seed: int, faults: list[str]) -> bool:
    """Whether every promise was kept."""
    chance, past = random.Random(seed), Promises()
    trials: list[Trial] = []
    ends_at = time.monotonic() + minutes * 60
    print(f"{minutes:g} minutes, seed {seed}\n{_row(TITLES)}", flush=True)
    with Stack(ENVIRONMENT) as stack:
        keys = create_keys(stack)
        waiting: list[str] = []
        kept = duplicates = 0
        while time.monotonic() < ends_at:
            if not waiting:  # each once, in random order, before any comes again
                waiting = chance.sample(faults, len(faults))
            outcome = try_fault(stack, keys, waiting.pop(), chance, past)
            verdict = outcome.verdict
            trials.append(Trial(outcome, verdict.kept - kept, verdict.duplicates - duplicates))
            kept, duplicates = verdict.kept, verdict.duplicates
            print(_line(trials[-1:]), flush=True)
            if not verdict.is_clean:
                print(verdict, stack.output[-5000:], sep="\n")
                return False
    print(f"\n{_row(TITLES)}")
    for fault in faults:
        if of_fault := [trial for trial in trials if trial.outcome.fault == fault]:
            print(_line(of_fault))
    print(_line(trials, "all"))
    return True


def _line(trials: list[Trial], name: str = "") -> str:
    outcomes = [trial.outcome for trial in trials]
    promises = [outcome.promises for outcome in outcomes]
    sums = (
        len(trials),
        sum(len(each.accepted) for each in promises),
        sum(trial.kept for trial in trials),
        sum(trial.duplicates for trial in trials),
        sum(each.broken for each in promises),
        sum(each.refused for each in promises),
        len(outcomes[-1].verdict.lost),
        len(outcomes[-1].verdict.doubled),
    )
    times = ([getattr(outcome, field) for outcome in outcomes] for field in ("silent_s", "stored_again_s", "drained_s"))
    return _row([name or outcomes[0].fault, *(f"{number:,}" for number in sums), *map(_spread, times)])


def _row(cells: tuple[str, ...] | list[str]) -> str:
    first, *others = (cell.ljust(w) if w == WIDTHS[0] else cell.rjust(w) for cell, w in zip(cells, WIDTHS, strict=True))
    return "".join((first, *others))


def _spread(values: list[float]) -> str:
    return f"{values[0]:.1f}" if len(values) == 1 else f"{median(values):.1f}-{max(values):.1f}"


if __name__ == "__main__":
    seed = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(1 << 30))
    minutes = float(os.environ.get("SOAK_MINUTES") or 5)
    sys.exit(0 if run(minutes, seed, sys.argv[1:] or list(FAULTS)) else 1)
