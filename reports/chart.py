"""The time series as a chart and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from reports import figures, results
from reports.headlines import HEADLINES
from reports.params import Question
from tracking.storage.spec import METRICS


@dataclass(frozen=True, slots=True)
class Chart:
    """`data`: what js/chart.js draws. `rows`: the same for people who read a table, the newest first."""

    data: dict[str, Any]
    heads: list[str]
    rows: list[tuple[str, list[str]]]


def chart(question: Question, interval: str, now: datetime, metrics: Sequence[str] = HEADLINES) -> Chart:
    """Two queries: this period's buckets up to now, and those of the period before."""
    series = results.series(question, metrics, interval)
    previous = results.series(
        question, metrics, interval, question.comparison.whole if question.comparison else question.period.previous
    )
    begun = sum(1 for start in series.starts if start.astimezone(UTC) <= now)
    data = {
        "interval": interval,
        "ticks": [_tick(start, interval) for start in series.starts],
        "labels": [_label(start, interval) for start in series.starts],
        "previousLabels": [_label(start, interval) for start in previous.starts],
        # The bucket that is still filling is drawn as a dashed line.
        "filling": begun - 1 if begun > 0 and question.period.includes_now else None,
        "metrics": {
            name: {
                "label": METRICS[name].label,
                "unit": METRICS[name].unit,
                "values": _rounded(series.values[name][:begun]),
                "previous": _rounded(previous.values[name]),
            }
            for name in metrics
        },
    }
    rows = [
        (
            _label(series.starts[index], interval),
            [figures.figure(series.values[name][index], METRICS[name].unit) for name in metrics],
        )
        for index in reversed(range(begun))
    ]
    return Chart(data, [METRICS[name].label for name in metrics], rows)


def _rounded(values: Sequence[float | int | None]) -> list[float | int | None]:
    return [round(value, 2) if isinstance(value, float) else value for value in values]


def _tick(start: datetime, interval: str) -> str:
    if interval == "hour":
        return f"{start:%H:%M}"
    if interval == "month":
        return f"{start:%b %Y}" if start.month == 1 else f"{start:%b}"
    return f"{start.day} {start:%b}"


def _label(start: datetime, interval: str) -> str:
    if interval == "hour":
        end = (start.astimezone(UTC) + timedelta(hours=1)).astimezone(start.tzinfo)
        return f"{start:%a} {start.day} {start:%b}, {start:%H:%M}–{end:%H:%M}"
    if interval == "month":
        return f"{start:%B %Y}"
    day = f"{start.day} {start:%b %Y}"
    return f"Week of {day}" if interval == "week" else f"{start:%a} {day}"
