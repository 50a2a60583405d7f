"""The time series as a chart and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports import day_labels, figures, results
from reports.headlines import HEADLINES, LESS_IS_BETTER
from reports.params import Question
from reports.period_address import ends_of
from reports.periods import ReportPeriod
from reports.results import Series
from reports.revenue import REVENUE, only_currency, revenue
from tracking.storage.spec import METRICS, Filter, Period

HOURS_IN_SIGHT = 50
INTERVALS = {
    "minute": _("Minute"),
    "hour": _("Hour"),
    "day": _("Day"),
    "week": _("Week"),
    "month": _("Month"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A bucket and the one that it is compared with, "" without; a figure for each metric, and what it was before."""

    label: str
    before: str
    figures: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chart:
    """`data`: what js/chart.js draws. `rows`: the same for people who read a table, the newest first."""

    data: dict[str, Any]
    heads: list[str]
    rows: list[Row]


def chart(
    question: Question,
    interval: str,
    now: datetime,
    metrics: Sequence[str] = HEADLINES,
    *,
    has_revenue: bool = False,
) -> Chart:
    """Two queries: this period's buckets up to now, and those of the one that it is compared with, if any. has_revenue:
    with that where it is all in one currency, for as many queries again."""
    series = results.series(question, metrics, interval)
    compared = question.comparison
    before = results.series(question, metrics, interval, compared.whole) if compared else None
    currency = _currency(question) if has_revenue else ""
    if currency:
        metrics = (*metrics, REVENUE)
        series = _with_revenue(series, question, currency)
        before = _with_revenue(before, question, currency) if before else None
    begun = sum(1 for start in series.starts if start.astimezone(UTC) <= now)
    labels = [day_labels.bucket(start, interval) for start in series.starts]
    labels_before = [day_labels.bucket(start, interval) for start in before.starts] if before else []
    # Of many hours the axis tells the days.
    tick = "day" if interval == "hour" and len(series.starts) > HOURS_IN_SIGHT else interval
    data = {
        "interval": interval,
        "ticks": [day_labels.tick(start, tick) for start in series.starts],
        "labels": labels,
        "previousLabels": labels_before,
        "ranges": _ranges(question.period, series),
        # The bucket that is still filling is drawn as a dashed line.
        "filling": begun - 1 if begun > 0 and question.period.includes_now else None,
        "metrics": {
            name: {
                "label": gettext(METRICS[name].label),
                "unit": METRICS[name].unit,
                "currency": currency,
                "lessIsBetter": name in LESS_IS_BETTER,
                "values": _rounded(series.values[name][:begun]),
                "previous": _rounded(before.values[name]) if before else [],
            }
            for name in metrics
        },
    }
    rows = [
        Row(
            labels[index],
            labels_before[index] if index < len(labels_before) else "",
            [(_figure(series, name, index, currency), _figure(before, name, index, currency)) for name in metrics],
        )
        for index in reversed(range(begun))
    ]
    return Chart(data, [gettext(METRICS[name].label) for name in metrics], rows)


def _currency(question: Question) -> str:
    """Of all the revenue that a chart of this has, "" where there is none, or in several."""
    before = revenue(question, question.comparison.whole) if question.comparison else {}
    return only_currency(revenue(question), before)


def _with_revenue(series: Series, question: Question, currency: str) -> Series:
    """A bucket without any has 0, where it is not one that a shared link does not show: of too few who paid."""
    if question.least_visitors > 1:
        question = replace(question, filters=(*question.filters, Filter("currency", "is", (currency,))))
    found = results.series(question, (REVENUE,), series.interval, series.query.period).values[REVENUE]
    nothing = 0 if question.least_visitors <= 1 else None
    amounts = [nothing if value is None else value for value in found]
    return replace(series, values={**series.values, REVENUE: amounts})


def _figure(series: Series | None, name: str, index: int, currency: str) -> str:
    if series is None or index >= len(series.starts):
        return ""
    if name == REVENUE and (value := series.values[name][index]) is not None:
        return figures.money(value, currency)
    return figures.figure(series.values[name][index], METRICS[name].unit)


def _rounded(values: Sequence[float | int | None]) -> list[float | int | None]:
    return [round(value, 2) if isinstance(value, float) else value for value in values]


def _ranges(asked: ReportPeriod, series: Series) -> list[list[str]]:
    """What an address calls each bucket, `from` and `to`, for zooming into some of them."""
    whole = asked.period
    is_of_days = asked.is_of_days and series.interval not in ("minute", "hour")
    edges = [start.astimezone(UTC) for start in (*series.starts, whole.end)]
    edges[0] = max(edges[0], whole.start.astimezone(UTC))  # a week or month may have begun before
    buckets = (Period(start, end, whole.zone) for start, end in pairwise(edges))
    return [[value for _name, value in ends_of(bucket, is_of_days=is_of_days)] for bucket in buckets]
