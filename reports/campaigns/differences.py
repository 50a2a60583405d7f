"""Which of some campaigns did best, and whether that is more than chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from reports import significance, two_samples
from reports.answer_cache import AnswerCache
from reports.fingerprint import fingerprint
from reports.headlines import LESS_IS_BETTER
from tracking.storage.spec import StatsQuery
from tracking.storage.visit_spread import Spread, visit_spread

# Shares and means of visits. A count says how many came, which nobody drew by lot.
TESTED = ("bounce_rate", "conversion_rate", "visit_duration", "views_per_visit")
# With fewer the means of what lies so far apart as visits do could not be told from each other.
LEAST_VISITS = 30
_spreads = AnswerCache("visit-spread", list[Spread])


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one metric between two campaigns. p_value: corrected by Holm for all that were looked at together; None: one
    of them has too few visits to tell."""

    metric: str
    campaigns: tuple[str, str]
    p_value: float | None

    @property
    def is_more_than_chance(self) -> bool | None:
        return None if self.p_value is None else self.p_value < significance.LEVEL


@dataclass(frozen=True, slots=True)
class Winner:
    """is_clear: better than each of the others by more than chance; None: a count, or too few visits to tell. closest:
    the difference of which that is least sure."""

    metric: str
    campaign: str
    is_clear: bool | None
    closest: Difference | None


def spreads(query: StatsQuery) -> dict[str, Spread]:
    """By campaign. Raises what the store raises."""
    period, asked = query.period, fingerprint(query)
    found = _spreads.get(query.project.id, period.start, period.end, asked, lambda: list(visit_spread(query)))
    return {each.value: each for each in found}


def with_converted(spreads: Mapping[str, Spread], converted: Mapping[str, float]) -> dict[str, Spread]:
    """The same, where only one goal is meant."""
    return {
        value: replace(each, converted=min(each.visits, round(converted.get(value, 0))))
        for value, each in spreads.items()
    }


def differences(spreads: Mapping[str, Spread], campaigns: Sequence[str]) -> list[Difference]:
    """Of every tested metric between every two of these campaigns."""
    looked = [(metric, pair) for metric in TESTED for pair in combinations(campaigns, 2)]
    p_values = significance.holm([_p_value(metric, *map(spreads.get, pair)) for metric, pair in looked])
    return [Difference(metric, pair, p) for (metric, pair), p in zip(looked, p_values, strict=True)]


def winner(metric: str, values: Mapping[str, float | int | None], differences: Sequence[Difference]) -> Winner | None:
    """The campaign that has most of it, or least where less is better; None where nobody is ahead of anybody."""
    known = {campaign: value for campaign, value in values.items() if value is not None}
    if len(known) < 2 or len(set(known.values())) == 1:
        return None
    best = (min if metric in LESS_IS_BETTER else max)(known.values())
    leading = [campaign for campaign, value in known.items() if value == best]
    if len(leading) > 1:
        return None
    against = [
        each
        for each in differences
        if each.metric == metric and leading[0] in each.campaigns and set(each.campaigns) <= known.keys()
    ]
    if not against:
        return Winner(metric, leading[0], None, None)
    closest = max(against, key=lambda each: 2 if each.p_value is None else each.p_value)
    return Winner(metric, leading[0], closest.is_more_than_chance, closest)


def _p_value(metric: str, first: Spread | None, second: Spread | None) -> float | None:
    if first is None or second is None or min(first.visits, second.visits) < LEAST_VISITS:
        return None
    if metric in ("bounce_rate", "conversion_rate"):
        (of_first, of_second) = (
            each.bounces if metric == "bounce_rate" else each.converted for each in (first, second)
        )
        return two_samples.proportions(of_first, first.visits, of_second, second.visits)
    is_time = metric == "visit_duration"
    one, other = (
        _mean(each.visits, *((each.seconds, each.seconds_squared) if is_time else (each.views, each.views_squared)))
        for each in (first, second)
    )
    return two_samples.means(*one, *other)


def _mean(count: int, total: float, of_squares: float) -> tuple[float, float, int]:
    """Mean, variance of the sample, count."""
    mean = total / count
    return mean, max(0.0, (of_squares - count * mean * mean) / (count - 1)), count
