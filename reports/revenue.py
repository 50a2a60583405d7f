"""What the events of a period brought in, by currency: amounts in several currencies are never added up."""

from collections.abc import Mapping
from dataclasses import replace

from reports import figures, results
from reports.folding import FOLDED
from reports.params import Question
from tracking.storage.spec import Period

REVENUE = "revenue"  # the metric


def revenue(question: Question, period: Period | None = None) -> Mapping[str, float]:
    """By the currency's three letters, the largest first; nothing where no event carries an amount. One query where
    the project has no revenue in the period at all, which is read from sums of whole days; else two."""
    everything = replace(question, filters=(), segments=(), fixed=(), least_visitors=0)
    return _asked(question, period) if _asked(everything, period) else {}


def only_currency(*amounts: Mapping[str, float]) -> str:
    """The one that all of these are in; "" where there are several, or none."""
    currencies = {currency for each in amounts for currency in each}
    return currencies.pop() if len(currencies) == 1 else ""


def in_words(amounts: Mapping[str, float]) -> str:
    """€1,234 · $56; a dash where there is nothing."""
    return " · ".join(figures.money(amount, currency) for currency, amount in amounts.items()) or "–"


def _asked(question: Question, period: Period | None) -> dict[str, float]:
    rows = results.run(question.query((REVENUE,), dimensions=("currency",), period=period)).rows
    return {
        row.dimensions[0]: row.metrics[0]
        for row in rows
        if row.metrics[0] is not None and row.dimensions[0] not in ("", FOLDED)
    }
