"""Explain this number: what one of the dashboard's numbers means, and where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from projects.templatetags.wording import within_a_sentence
from reports import caveats, conversions, explanation, figures, panels, periods, results
from reports.details import PAGE_ROWS
from reports.excluded import excluded
from reports.explanation import Explanation
from reports.listing import panel_query
from reports.overview import asked
from reports.panels import Breakdown
from reports.params import Question
from reports.revenue import REVENUE, in_words, revenue
from tracking.reasons import Reason
from tracking.storage.spec import METRICS, StatsQuery, StatsResult


@dataclass(frozen=True, slots=True)
class ExplainedNumber:
    """title: whose explanation it is. figure: the number as the dashboard shows it, exact: in full; "" of a list.

    took: "12 ms", or "" when it is not known. excluded: events in quarantine, None when they were not counted;
    reasons: in words, with how many.
    """

    title: str
    figure: str
    exact: str
    explanation: Explanation
    includes_now: bool
    took: str
    excluded: int | None
    reasons: Sequence[tuple[str, int]]
    caveats: Sequence[dict[str, str]]


def explained_number(
    question: Question,
    metric: str,
    dimension: str,
    headlines: Sequence[str],
    *,
    now: datetime,
    base_url: str,
    first_event_at: datetime | None,
) -> ExplainedNumber | None:
    """Of one of the headlines, or of the panel that lists this dimension; None when the dashboard has no such number.

    It explains the very answer that is shown, which is mostly still in the cache: at most one query, and a count of
    the quarantine. Raises what the store raises.
    """
    breakdown = panels.of_dimension(dimension)
    if breakdown is not None:
        breakdown = conversions.listed(breakdown, question)
    if metric not in (breakdown.metrics if breakdown else headlines) or bool(breakdown) != bool(dimension):
        return None
    shown, described = _queries(question, metric, breakdown, headlines)
    result = results.run(shown)
    compared = None if breakdown else question.compared
    left_out = excluded(shown.project.id, shown.period)
    timed_ms = result.meta.get("timed_ms")
    return ExplainedNumber(
        title=_title(metric, breakdown),
        **_figure(question, shown, result, metric, breakdown),
        explanation=explanation.explain(
            described,
            result,
            now,
            period_label=question.period.label,
            compared=compared,
            body=_body(question, described, breakdown),
            base_url=base_url,
        ),
        includes_now=question.period.includes_now,
        took=_took(timed_ms),
        excluded=left_out["quarantined"] if left_out else None,
        reasons=[(_reason(name), count) for name, count in (left_out or {}).get("by_reason", {}).items()],
        caveats=caveats.caveats(described, result, now, first_event_at=first_event_at, compared=compared),
    )


def _body(question: Question, described: StatsQuery, breakdown: Breakdown | None) -> dict[str, Any]:
    """By the name of the period where it has one: what a month is compared with is a month."""
    body = explanation.body_of(described, None if breakdown else question.comparison)
    return body if question.period.name == periods.CUSTOM else body | {"date_range": question.period.name}


def _title(metric: str, breakdown: Breakdown | None) -> str:
    label = _(METRICS[metric].label)
    if breakdown is None:
        return label
    return _("%(metric)s by %(dimension)s") % {"metric": label, "dimension": within_a_sentence(breakdown.label)}


def _took(timed_ms: float | None) -> str:
    if timed_ms is None:
        return ""
    if timed_ms < 1:
        return _("less than 1 ms")
    return _("%(number)s ms") % {"number": figures.count(timed_ms)}


def _reason(name: str) -> str:
    return within_a_sentence(Reason(name).label) if name in set(Reason) else name


def _queries(
    question: Question, metric: str, breakdown: Breakdown | None, headlines: Sequence[str]
) -> tuple[StatsQuery, StatsQuery]:
    """What the dashboard asked, with the same words so that the cache knows it; and the part of it that is meant."""
    if breakdown is None:
        shown = question.query(asked(headlines))
        return shown, replace(shown, metrics=(metric,))
    shown = panel_query(question, breakdown)
    return shown, replace(shown, limit=PAGE_ROWS)


def _figure(
    question: Question, query: StatsQuery, result: StatsResult, metric: str, breakdown: Breakdown | None
) -> dict[str, str]:
    if breakdown is not None:
        return {"figure": "", "exact": ""}
    if metric == REVENUE:
        return {"figure": in_words(revenue(question)), "exact": ""}
    values = result.rows[0].metrics if result.rows else results.nothing(query.metrics)
    value, unit = values[query.metrics.index(metric)], METRICS[metric].unit
    return {
        "figure": figures.figure(value, unit),
        "exact": figures.decimal(value) if unit == "count" and value is not None and value >= 1_000_000 else "",
    }
