"""All about one campaign: its numbers, the goals that were reached, and what it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from reports import figures, labels, results
from reports.campaigns.choices import BY, TITLES, Wanted
from reports.campaigns.table import head
from reports.folding import FOLDED
from reports.goal_names import GOAL, GoalNames
from reports.headlines import tone
from reports.params import Question
from tracking.storage.spec import METRICS, Filter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROWS = 5
_NUMBERS = ("visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration")
_OF_GOALS = ("completions", "conversion_rate")


@dataclass(frozen=True, slots=True)
class Number:
    """change: in percent; None without anything before."""

    title: "StrOrPromise"
    text: str
    change: int | None
    change_text: str
    tone: str


@dataclass(frozen=True, slots=True)
class ReachedGoal:
    name: str
    completions: str
    rate: str


@dataclass(frozen=True, slots=True)
class Part:
    """Values of another dimension within the campaign, each with its visitors and their share of the longest row."""

    title: "StrOrPromise"
    rows: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class CampaignDetail:
    numbers: Sequence[Number]
    goals: Sequence[ReachedGoal]
    parts: Sequence[Part]


def campaign_detail(question: Question, wanted: Wanted, campaign: str, *, has_goals: bool) -> CampaignDetail:
    """Some eight queries of one campaign. What is credited here is by last touch, as metrics are."""
    asked = replace(question, filters=(*question.filters, Filter(wanted.dimension, "is", (campaign,))))
    others = [(TITLES[name], dimension) for name, dimension in BY.items() if name != wanted.by]
    parts = [_part(asked, title, dimension) for title, dimension in (*others, (_("Entry pages"), "entry_page"))]
    return CampaignDetail(
        _numbers(asked, has_goals=has_goals),
        _goals(asked) if has_goals else [],
        [each for each in parts if each.rows],
    )


def _numbers(asked: Question, *, has_goals: bool) -> list[Number]:
    metrics = (*_NUMBERS, *(_OF_GOALS if has_goals else ()))
    now = results.totals(asked, metrics)
    before = results.totals(asked, metrics, asked.compared) if asked.compared else dict.fromkeys(metrics)
    return [_number(name, now[name], before[name]) for name in metrics]


def _number(name: str, now: float | None, before: float | None) -> Number:
    change = results.change(now, before)
    change_text = "" if change is None else figures.signed_percent(change)
    return Number(head(name), figures.figure(now, METRICS[name].unit), change, change_text, tone(change, name))


def _goals(asked: Question) -> list[ReachedGoal]:
    """Every goal that was reached, the most often first."""
    names = GoalNames(asked.project.id)
    found = results.run(asked.query(_OF_GOALS, dimensions=(GOAL,))).rows
    return [
        ReachedGoal(
            names.by_id[row.dimensions[0]],
            figures.figure(row.metrics[0], "count"),
            figures.figure(row.metrics[1], "percent"),
        )
        for row in found
        if row.dimensions[0] in names.by_id
    ]


def _part(asked: Question, title: "StrOrPromise", dimension: str) -> Part:
    found = results.run(asked.query(("visitors",), dimensions=(dimension,), limit=ROWS + 1)).rows
    named = [row for row in found if row.dimensions[0] and row.dimensions[0] != FOLDED and row.metrics[0]][:ROWS]
    longest = max((row.metrics[0] or 0 for row in named), default=0)
    return Part(title, [
        (labels.label(dimension, row.dimensions[0]), figures.compact(row.metrics[0] or 0),
         f"{(row.metrics[0] or 0) / longest * 100:.1f}%")
        for row in named
    ])  # fmt: skip
