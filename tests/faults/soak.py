"""Random faults at random moments, again and again, for some minutes: `make soak` (SOAK_MINUTES=5, SOAK_SEED).

Prints a line a trial and a table at the end. Exit code 1 when anything was lost, doubled, or does not add up.
"""

import os
import random
import sys
import time
from collections import defaultdict
from statistics import median

from analytics_pulse.supervisor.stack import Stack
from tests.faults.faults import FAULTS
from tests.faults.load import Promises
from tests.faults.trial import ENVIRONMENT, Outcome, create_keys, try_fault

COLUMNS = (
    f"{'fault':<24}{'times':>6}{'accepted':>10}{'no answer':>11}{'refused':>9}{'silent s':>10}{'stored again s':>16}"
    f"{'drained s':>11}"
)


def run(minutes: float, seed: int, faults: list[str]) -> bool:
    """Whether every promise was kept."""
    chance, past, outcomes = random.Random(seed), Promises(), defaultdict[str, list[Outcome]](list)
    ends_at = time.monotonic() + minutes * 60
    print(f"{minutes:g} minutes, seed {seed}", flush=True)
    with Stack(ENVIRONMENT) as stack:
        keys = create_keys(stack)
        waiting: list[str] = []
        while time.monotonic() < ends_at:
            if not waiting:  # each once, in random order, before any comes again
                waiting = chance.sample(faults, len(faults))
            fault = waiting.pop()
            outcome = try_fault(stack, keys, fault, chance, past)
            outcomes[fault].append(outcome)
            print(_line(fault, [outcome]), flush=True)
            if not outcome.verdict.is_clean:
                print(outcome.verdict, stack.output[-5000:], sep="\n")
                return False
    verdict = outcome.verdict
    print(f"\n{COLUMNS}")
    for fault in faults:
        if outcomes[fault]:
            print(_line(fault, outcomes[fault]))
    unpromised = verdict.stored + verdict.quarantined - verdict.accepted  # the answer was lost, the events were not
    print(
        f"\naccepted {verdict.accepted:,} (of {len(past.sent):,} sent) = stored {verdict.stored:,}"
        f" + quarantined {verdict.quarantined:,} - not promised {unpromised:,};"
        f" duplicates recognised {verdict.duplicates:,}; lost {len(verdict.lost)}; doubled {len(verdict.doubled)}"
    )
    return True


def _line(fault: str, outcomes: list[Outcome]) -> str:
    """Sums, and for the times: median and maximum."""
    accepted, broken, refused = (
        sum(counts)
        for counts in zip(
            *((len(each.promises.accepted), each.promises.broken, each.promises.refused) for each in outcomes),
            strict=True,
        )
    )
    times = [
        _spread([getattr(each, name) for each in outcomes]) for name in ("silent_s", "stored_again_s", "drained_s")
    ]
    return (
        f"{fault:<24}{len(outcomes):>6}{accepted:>10,}{broken:>11,}{refused:>9,}"
        f"{times[0]:>10}{times[1]:>16}{times[2]:>11}"
    )


def _spread(values: list[float]) -> str:
    return f"{values[0]:.1f}" if len(values) == 1 else f"{median(values):.1f}-{max(values):.1f}"


if __name__ == "__main__":
    seed = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(1 << 30))
    minutes = float(os.environ.get("SOAK_MINUTES") or 5)
    sys.exit(0 if run(minutes, seed, sys.argv[1:] or list(FAULTS)) else 1)
