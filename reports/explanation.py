"""What a number means and where it comes from, in words: for the API's `explain` and the dashboard's dialog."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from reports import comparison, condition_words, conditions, day_labels, periods
from reports.comparison import Comparison
from reports.goal_names import GoalNames
from reports.sources_in_words import sources_in_words
from tracking.storage import dimensions
from tracking.storage.spec import METRICS, Period, StatsQuery, StatsResult


@dataclass(frozen=True, slots=True)
class Explained:
    """A metric or dimension of the question."""

    name: str
    label: str
    definition: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """What asks the same over the API. `curl`: for a shell in which $KEY is a key with the scope `read`."""

    method: str
    path: str
    body: Mapping[str, Any]
    curl: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """filters, comparison: empty where there are none. sources: sentences. timed_ms: what the store took."""

    metrics: Sequence[Explained]
    dimensions: Sequence[Explained]
    period: str
    filters: str
    comparison: str
    sources: Sequence[str]
    timed_ms: float | None
    api_call: ApiCall

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def explain(
    query: StatsQuery,
    result: StatsResult,
    now: datetime,
    *,
    period_label: str = "",
    compared: Period | None = None,
    body: Mapping[str, Any] | None = None,
    base_url: str = "",
) -> Explanation:
    """Of a question and its answer. body: what asks it over the API, where it is not to be made of the query."""
    span = in_words(query.period)
    return Explanation(
        metrics=[_metric(name) for name in query.metrics],
        dimensions=[_dimension(name) for name in query.dimensions],
        period=f"{period_label}: {span}" if period_label and period_label not in span else span,
        filters=condition_words.sentence(query.filters, GoalNames(query.project.id)),
        comparison=in_words(compared) if compared else "",
        sources=sources_in_words(query, result, now),
        timed_ms=result.meta.get("timed_ms"),
        api_call=_api_call(query, body or body_of(query), base_url),
    )


def in_words(period: Period) -> str:
    """22 Oct – 20 Nov 2026 (Europe/Berlin); with times where it is not made of days."""
    return f"{day_labels.of_period(period)} ({period.zone.key})"


def body_of(query: StatsQuery, compared: Comparison | None = None) -> dict[str, Any]:
    """The body that asks the same, and compares it: days where the period is made of them."""
    body: dict[str, Any] = {"metrics": list(query.metrics), "date_range": _date_range(query.period)}
    time = [f"time:{query.interval}"] if query.interval else []
    if time or query.dimensions:
        body["dimensions"] = [*time, *query.dimensions]
    if query.filters:
        body["filters"] = conditions.as_json(query.filters)
    if query.order_by:
        body["order_by"] = [
            [time[0] if name == "interval" else name, "desc" if is_descending else "asc"]
            for name, is_descending in query.order_by
        ]
    if query.dimensions or query.interval:
        body["pagination"] = {"limit": query.limit, "offset": query.offset}
    if compared:
        body["include"] = {"comparisons": _comparisons(compared)}
    return body


def _comparisons(compared: Comparison) -> dict[str, Any]:
    found: dict[str, Any] = {"mode": compared.mode}
    if compared.match_weekday:
        found["match_day_of_week"] = True
    if compared.mode == comparison.CUSTOM:
        found["date_range"] = _date_range(compared.whole)
    return found


def _date_range(period: Period) -> list[str]:
    if periods.is_of_days(period):
        return [period.first_day.isoformat(), periods.last_day(period).isoformat()]
    return [moment.astimezone(period.zone).isoformat() for moment in (period.start, period.end)]


def _api_call(query: StatsQuery, body: Mapping[str, Any], base_url: str) -> ApiCall:
    path = f"/api/v1/projects/{query.project.id}/query"
    address = shlex.quote(base_url + path)
    data = shlex.quote(json.dumps(body, ensure_ascii=False))
    curl = f"curl {address} \\\n  -H \"X-API-Key: $KEY\" -H 'Content-Type: application/json' \\\n  -d {data}"
    return ApiCall("POST", path, body, curl)


def _metric(name: str) -> Explained:
    metric = METRICS[name]
    return Explained(name, _(metric.label), _(metric.definition), metric.unit)


def _dimension(name: str) -> Explained:
    dimension = dimensions.find(name)
    assert dimension is not None, name
    label = _("Property %(key)s") % {"key": dimension.key} if dimension.key else _(dimension.label)
    return Explained(name, label, _(dimension.definition))
