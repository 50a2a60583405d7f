"""The headline numbers, each with its change against the period before."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from reports import day_labels, figures, results
from reports.comparison import CUSTOM, PREVIOUS_PERIOD, Comparison
from reports.headlines import HEADLINES, tone
from reports.params import Question
from reports.revenue import REVENUE, in_words, only_currency, revenue
from tracking.storage.spec import METRICS


@dataclass(frozen=True, slots=True)
class Headline:
    """`exact`: the number in full. `change` in percent, None without anything before. `tone`: good, bad or none.
    `against`: what it is compared with, in words; "" with nothing. is_drawn: whether the chart can show it."""

    name: str
    label: str
    text: str
    exact: str
    against: str
    change: int | None
    tone: str
    is_drawn: bool = True

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


def overview(question: Question, metrics: Sequence[str] = HEADLINES, *, has_revenue: bool = False) -> Overview:
    """Two queries: this period, and what it is compared with. has_revenue: with that, for as many queries again."""
    now = results.totals(question, asked(metrics))
    before = results.totals(question, metrics, question.compared) if question.compared else dict.fromkeys(metrics)
    compared = question.comparison
    headlines = [_headline(name, now[name], before[name], compared) for name in metrics]
    if has_revenue:
        headlines.append(_revenue(question))
    return Overview(headlines, now["events"] or 0)


def _headline(name: str, now: float | None, before: float | None, compared: Comparison | None) -> Headline:
    metric = METRICS[name]
    change = results.change(now, before)
    return Headline(
        name=name,
        label=gettext(metric.label),
        text=figures.figure(now, metric.unit),
        exact=figures.decimal(now) if metric.unit == "count" and now is not None else "",
        against=_against(figures.figure(before, metric.unit), compared) if compared else "",
        change=change,
        tone=tone(change, name),
    )


def _revenue(question: Question) -> Headline:
    """Amounts in several currencies are neither compared nor drawn: together they are nothing."""
    now = revenue(question)
    before = revenue(question, question.compared) if question.compared else {}
    currency = only_currency(now, before)
    change = results.change(now.get(currency), before.get(currency)) if currency else None
    return Headline(
        name=REVENUE,
        label=gettext(METRICS[REVENUE].label),
        text=in_words(now),
        exact="",
        against=_against(in_words(before), question.comparison) if question.comparison else "",
        change=change,
        tone=tone(change),
        is_drawn=bool(currency),
    )


def _against(before: str, compared: Comparison) -> str:
    if compared.mode == PREVIOUS_PERIOD:
        return gettext("against %(number)s in the period before") % {"number": before}
    if compared.mode == CUSTOM:
        period = day_labels.of_period(compared.whole)
        return gettext("against %(number)s in %(period)s") % {"number": before, "period": period}
    return gettext("against %(number)s a year earlier") % {"number": before}
