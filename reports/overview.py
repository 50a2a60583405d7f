"""The headline numbers, each with its change against the period before."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from reports import figures, results
from reports.headlines import HEADLINES, LESS_IS_BETTER
from reports.params import Question
from tracking.storage.spec import METRICS


@dataclass(frozen=True, slots=True)
class Headline:
    """`exact`: the number in full. `change` in percent, None without anything before. `tone`: good, bad or none."""

    name: str
    label: str
    text: str
    exact: str
    before: str
    change: int | None
    tone: str

    @property
    def change_text(self) -> str:
        return "" if self.change is None else figures.signed_percent(self.change)


@dataclass(frozen=True, slots=True)
class Overview:
    headlines: list[Headline]
    events: int


def asked(metrics: Sequence[str] = HEADLINES) -> tuple[str, ...]:
    """What the store is asked for these headlines: the events too, since the page wants to know whether any came in."""
    return tuple(dict.fromkeys((*metrics, "events")))


def overview(question: Question, metrics: Sequence[str] = HEADLINES) -> Overview:
    """Two queries: this period, and what it is compared with."""
    now = results.totals(question, asked(metrics))
    before = results.totals(question, metrics, question.compared) if question.compared else dict.fromkeys(metrics)
    return Overview([_headline(name, now[name], before[name]) for name in metrics], now["events"] or 0)


def _headline(name: str, now: float | None, before: float | None) -> Headline:
    metric = METRICS[name]
    change = results.change(now, before)
    tone = ""
    if change:
        tone = "bad" if (change > 0) == (name in LESS_IS_BETTER) else "good"
    return Headline(
        name=name,
        label=gettext(metric.label),
        text=figures.figure(now, metric.unit),
        exact=figures.decimal(now) if metric.unit == "count" and now is not None else "",
        before=figures.figure(before, metric.unit),
        change=change,
        tone=tone,
    )
