"""A funnel as pages show it: its steps with their numbers, what these were before, and its groups."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import figures, labels, results
from reports.funnels import answers, folding
from reports.funnels.definition import Definition, words
from reports.funnels.numbers import StepNumbers, numbers
from reports.headlines import tone
from reports.links import DashboardLinks
from reports.params import Question
from tracking.storage.funnels import FunnelGroup, FunnelQuery
from tracking.storage.spec import Period

NOT_KNOWN = "–"


@dataclass(frozen=True, slots=True)
class ShownStep:
    """Figures as texts. level, next_level: of the first step, 0 to 100, for the drawing. drop_share: of those who
    entered it. change: of `entered`, None where there is nothing to compare with."""

    number: int
    name: str
    entered: str
    rate: str
    rate_total: str
    continued: str
    dropped: str
    drop_share: str
    median: str
    level: str
    next_level: str
    before: str
    change: int | None
    change_text: str
    tone: str
    is_withheld: bool
    has_next: bool
    has_median: bool
    has_drops: bool


@dataclass(frozen=True, slots=True)
class FunnelReport:
    """rate: of those who entered the first step, how many got to the last one. counted: how, in phrases. compared:
    whether there is another period to compare with."""

    steps: list[ShownStep]
    rate: str
    outcome: str
    change: int | None
    change_text: str
    tone: str
    counted: list[str]
    is_compared: bool
    is_empty: bool
    is_by_day: bool


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """rates: for each step after the first, its share of the first one, how many that is, and the same to draw.
    url: the page with this as a filter, or without it."""

    label: str
    entered: str
    rates: list[tuple[str, str, str]]
    rate: str
    url: str
    is_filter: bool


def report(found: Definition, question: Question) -> FunnelReport:
    """One query, two with a comparison. Raises BrokenFunnel and what answers.run() does."""
    least = question.least_visitors
    query = folding.folded_query(found.query(question), least)
    steps = _numbers(query, least)
    before = _numbers(_of(query, question.compared), least) if question.compared else None
    rate, earlier = steps[-1].rate_total, before[-1].rate_total if before else None
    change = results.change(rate, earlier)
    return FunnelReport(
        [_shown(found, steps, before, at, least) for at in range(len(steps))],
        figures.figure(rate, "percent"),
        _outcome(steps, query.by, least),
        change,
        "" if change is None else figures.signed_percent(change),
        tone(change),
        words(found) if least <= 1 else [_("by visitor"), *words(found)[1:]],
        is_compared=before is not None,
        is_empty=steps[0].entered == 0,
        is_by_day=query.by == "visitor" and question.project.is_cookieless,
    )


def groups(found: Definition, question: Question, breakdown: str, links: DashboardLinks) -> list[ShownGroup]:
    """By the values of a dimension, those that most entered first. Raises as report() does."""
    least = question.least_visitors
    query = folding.folded_query(found.query(question, breakdown=breakdown), least)
    listed, shown = folding.folded_groups(answers.run(query).answer, least)
    return [_group(each, shown, breakdown, links) for each in listed]


def _numbers(query: FunnelQuery, least: int) -> list[StepNumbers]:
    steps = answers.run(query).answer.steps
    return numbers(steps, folding.shown_steps(steps, least))


def _of(query: FunnelQuery, period: Period) -> FunnelQuery:
    return replace(query, period=period)


def _shown(
    found: Definition, steps: Sequence[StepNumbers], before: Sequence[StepNumbers] | None, at: int, least: int
) -> ShownStep:
    step, is_last = steps[at], at + 1 == len(steps)
    then = before[at].entered if before else None
    change = results.change(step.entered, then)
    few = few_text(least)
    return ShownStep(
        number=at + 1,
        name=found.steps[at].called,
        entered=few if step.entered is None else figures.count(step.entered),
        rate=figures.figure(step.rate, "percent"),
        rate_total=figures.figure(step.rate_total, "percent"),
        continued=_count(step.continued),
        dropped=_count(step.dropped),
        drop_share=figures.figure(_drop_share(step), "percent"),
        median=NOT_KNOWN if step.median_s is None else figures.duration(step.median_s),
        level=_level(step),
        next_level="0.00" if is_last else _level(steps[at + 1]),
        before=_count(then),
        change=change,
        change_text="" if change is None else figures.signed_percent(change),
        tone=tone(change),
        is_withheld=step.entered is None,
        has_next=step.continued is not None,
        has_median=step.median_s is not None,
        has_drops=bool(step.dropped),
    )


def few_text(least: int) -> str:
    return f"<{least}"


def _count(value: int | None) -> str:
    return NOT_KNOWN if value is None else figures.count(value)


def _drop_share(step: StepNumbers) -> float | None:
    return step.dropped / step.entered * 100 if step.entered and step.dropped is not None else None


def _level(step: StepNumbers) -> str:
    return f"{step.rate_total or 0:.2f}"


def _outcome(steps: Sequence[StepNumbers], by: str, least: int) -> str:
    """12 of 340 visits."""
    entered, arrived = steps[0].entered, steps[-1].entered
    if entered is None:
        return _("Fewer than %(least)d visitors.") % {"least": least}
    done = few_text(least) if arrived is None else figures.count(arrived)
    if by == "visitor":
        said = ngettext("%(done)s of %(all)s visitor", "%(done)s of %(all)s visitors", entered)
    else:
        said = ngettext("%(done)s of %(all)s visit", "%(done)s of %(all)s visits", entered)
    return said % {"done": done, "all": figures.count(entered)}


def _group(group: FunnelGroup, shown: int, breakdown: str, links: DashboardLinks) -> ShownGroup:
    steps, value = numbers(group.steps, shown), group.value
    rates = [(figures.figure(each.rate_total, "percent"), _count(each.entered), _level(each)) for each in steps[1:]]
    return ShownGroup(
        labels.label(breakdown, value) if value is not None else _("All others"),
        _count(steps[0].entered),
        rates,
        rates[-1][0],
        "" if value is None else links.toggled({breakdown: value}),
        is_filter=value is not None and links.holds({breakdown: value}),
    )
