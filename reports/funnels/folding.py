"""k-anonymity of funnels on shared links: what fewer than N visitors did is not told, nor can it be subtracted.

A funnel on such a link counts visitors. It ends before the first step that fewer than N reached, or before which fewer
than N dropped out, none among them: the difference of two steps is as good as a number. Of a breakdown all rows end at
the same step, since the rows add up to the whole; those of fewer than N are added to one without a name.
"""

from collections.abc import Sequence
from dataclasses import replace

from tracking.storage.funnels import FunnelAnswer, FunnelGroup, FunnelQuery, FunnelStep


def folded_query(query: FunnelQuery, least: int) -> FunnelQuery:
    """What is asked instead: as many visits may be of one visitor."""
    return replace(query, by="visitor") if least > 1 else query


def shown_steps(steps: Sequence[FunnelStep], least: int) -> int:
    """How many of the first steps may be told."""
    if least <= 1:
        return len(steps)
    shown, before = 0, None
    for each in steps:
        if each.reached < least or (before is not None and before - each.reached < least):
            break
        shown, before = shown + 1, each.reached
    return shown


def folded_groups(answer: FunnelAnswer, least: int) -> tuple[list[FunnelGroup], int]:
    """The groups that may be told, and how many of their first steps. None where no value stands alone, or too few
    of one got anywhere."""
    if least <= 1:
        return list(answer.groups), len(answer.steps)
    named = [each for each in answer.groups if each.value is not None and _entered(each) >= least]
    rest = [each for each in answer.groups if each not in named]
    if 0 < sum(map(_entered, rest)) < least and named:
        smallest = min(named, key=_entered)
        named.remove(smallest)
        rest.append(smallest)
    groups = [*named, *([_together(rest)] if any(map(_entered, rest)) else [])]
    shown = min((shown_steps(each.steps, least) for each in groups), default=0)
    return (groups, shown) if named and shown else ([], 0)


def _entered(group: FunnelGroup) -> int:
    return group.steps[0].reached


def _together(groups: Sequence[FunnelGroup]) -> FunnelGroup:
    """As one, without medians: those of the parts do not say it."""
    steps = [
        FunnelStep(sum(each.reached for each in column), sum(each.continued for each in column), None)
        for column in zip(*(group.steps for group in groups), strict=True)
    ]
    return FunnelGroup(None, steps)
