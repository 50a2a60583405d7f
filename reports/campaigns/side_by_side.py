"""Some campaigns side by side, as people see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _

from reports import figures, labels, names, results
from reports.campaigns.chance_words import sentence
from reports.campaigns.choices import Wanted
from reports.campaigns.differences import TESTED, Difference, differences, spreads, winner, with_converted
from reports.campaigns.table import head
from reports.goal_names import GOAL
from reports.params import MAX_VALUE_CHARS, InvalidParams, Question, fault
from tracking.storage.spec import METRICS, Filter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LEAST, MOST = 2, 5
_VISITS = ("visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration")
_OUTCOMES = ("completions", "conversion_rate")


@dataclass(frozen=True, slots=True)
class ComparedCell:
    text: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class ComparedMetric:
    """is_clear: the best is so by more than chance; None where that is not known, or there is no best. words: a
    sentence about it; "" of a count."""

    title: "StrOrPromise"
    cells: Sequence[ComparedCell]
    is_clear: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class SideBySide:
    campaigns: Sequence[str]
    metrics: Sequence[ComparedMetric]


def chosen(params: QueryDict) -> tuple[str, ...]:
    """The campaigns that are ticked. Raises InvalidParams."""
    found = tuple(dict.fromkeys(params.getlist("campaign")))
    if not LEAST <= len(found) <= MOST:
        raise InvalidParams(errors=[fault("campaign", "out_of_range", f"{LEAST} to {MOST} campaigns")])
    if not all(names.is_text(each) and 0 < len(each) <= MAX_VALUE_CHARS for each in found):
        raise InvalidParams(errors=[fault("campaign", "invalid_value", "the name of a campaign")])
    return found


def side_by_side(question: Question, wanted: Wanted, campaigns: Sequence[str], *, has_goals: bool) -> SideBySide:
    """Two queries, with a goal three. Whose visits count as converted is told by last touch."""
    asked = replace(question, filters=(*question.filters, Filter(wanted.dimension, "is", tuple(campaigns))))
    numbers = _numbers(asked, wanted, (*_VISITS, *_OUTCOMES), campaigns)
    spread = spreads(asked.query(("visits",), dimensions=(wanted.dimension,)))
    if wanted.goal:
        of_goal = replace(asked, filters=(*asked.filters, Filter(GOAL, "is", (wanted.goal,))))
        reached = _numbers(of_goal, wanted, (*_OUTCOMES, "visits"), campaigns)
        spread = with_converted(spread, {name: value or 0 for name, value in reached["visits"].items()})
        nobody = {name: 0 for name in campaigns if numbers["visits"][name]}
        numbers |= {each: nobody | _known(reached[each]) for each in _OUTCOMES}
    found = differences(spread, campaigns)
    shown = (*_VISITS, *(_OUTCOMES if has_goals else ()))
    metrics = [_compared(metric, numbers[metric], campaigns, found, wanted) for metric in shown]
    return SideBySide([labels.label(wanted.dimension, each) for each in campaigns], metrics)


def _compared(
    metric: str,
    values: Mapping[str, float | int | None],
    campaigns: Sequence[str],
    found: Sequence[Difference],
    wanted: Wanted,
) -> ComparedMetric:
    best = winner(metric, {each: values.get(each) for each in campaigns}, found)
    unit = METRICS[metric].unit
    cells = [
        ComparedCell(figures.figure(values.get(each), unit), best is not None and best.campaign == each)
        for each in campaigns
    ]
    if best is None:
        return ComparedMetric(head(metric), cells, None, _("No difference.") if metric in TESTED else "")
    return ComparedMetric(head(metric), cells, best.is_clear, sentence(best, values, wanted.dimension))


Numbers = dict[str, dict[str, float | int | None]]


def _numbers(asked: Question, wanted: Wanted, metrics: Sequence[str], campaigns: Sequence[str]) -> Numbers:
    """By metric and campaign; of one without visits nothing."""
    query = asked.query(metrics, dimensions=(wanted.dimension,), limit=len(campaigns))
    found = {row.dimensions[0]: row.metrics for row in results.run(query).rows}
    nothing = results.nothing(metrics)
    return {metric: {each: found.get(each, nothing)[at] for each in campaigns} for at, metric in enumerate(metrics)}


def _known(values: Mapping[str, float | int | None]) -> dict[str, float | int | None]:
    return {name: value for name, value in values.items() if value is not None}
