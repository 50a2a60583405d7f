"""The numbers of a funnel, step by step: what is withheld is None."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracking.storage.funnels import FunnelStep


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """entered: how many got here. continued, dropped: of these, to the next step, and not; None of the last step.

    rate: entered, in percent of those who entered the step before; rate_total: of those who entered the first one.
    None where nobody did. median_s: of those who continued, until the next step.
    """

    entered: int | None
    continued: int | None = None
    dropped: int | None = None
    rate: float | None = None
    rate_total: float | None = None
    median_s: float | None = None


NOTHING = StepNumbers(None)


def numbers(steps: Sequence[FunnelStep], shown: int | None = None) -> list[StepNumbers]:
    """Of each step. shown: only so many of the first ones, and of the last of these not how many continued."""
    shown = len(steps) if shown is None else shown
    return [_of_step(steps, at, shown) if at < shown else NOTHING for at in range(len(steps))]


def share(part: int, of: int) -> float | None:
    return part / of * 100 if of else None


def _of_step(steps: Sequence[FunnelStep], at: int, shown: int) -> StepNumbers:
    entered, has_next = steps[at].reached, at + 1 < shown
    return StepNumbers(
        entered,
        steps[at].continued if has_next else None,
        entered - steps[at].continued if has_next else None,
        share(entered, steps[at - 1].reached) if at else (100.0 if entered else None),
        share(entered, steps[0].reached),
        steps[at].median_s if has_next else None,
    )
