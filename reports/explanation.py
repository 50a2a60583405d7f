"""What a number means and where it comes from, in words: for the API's `explain` and the dashboard's dialog."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from reports import condition_words, conditions, periods
from reports.caveats import days_of
from tracking.storage import dimensions
from tracking.storage.spec import METRICS, Period, StatsQuery, StatsResult

# What the tables of the store are to a reader.
_TABLES = {
    "analytics_daily": "daily totals",
    "analytics_hourly": "hourly totals",
    "analytics_breakdown": "daily totals by value",
    "analytics_visits": "one row a visit",
    "events": "single events",
    "visits": "single visits",
}


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
        filters=condition_words.sentence(query.filters),
        comparison=in_words(compared) if compared else "",
        sources=sources(query, result, now),
        timed_ms=result.meta.get("timed_ms"),
        api_call=_api_call(query, body or body_of(query), base_url),
    )


def in_words(period: Period) -> str:
    """22 Oct – 20 Nov 2026 (Europe/Berlin); with times where it is not made of days."""
    first, after = period.start.astimezone(period.zone), period.end.astimezone(period.zone)
    if _is_of_days(period):
        return f"{periods.span_label(first.date(), _last_day(period))} ({period.zone.key})"
    days = periods.span_label(first.date(), first.date()), periods.span_label(after.date(), after.date())
    return f"{days[0]}, {first:%H:%M} – {days[1]}, {after:%H:%M} ({period.zone.key})"


def sources(query: StatsQuery, result: StatsResult, now: datetime) -> list[str]:
    """Which days were read from where, and why."""
    plan = result.meta.get("plan") or ()
    if not plan:
        return [f"Read from {' and '.join(str(result.meta.get('source', 'events')).split('+'))}."]
    parts: dict[str, set[date]] = {}
    for each in plan:
        parts.setdefault(str(each["table"]), set()).update(_days(each, query.period))
    asked = days_of(query.period)
    said = []
    for table, days in sorted(parts.items(), key=lambda part: (part[0] not in _ROLLED_UP, part[0])):
        count = f"{len(days)} of {asked} days" if asked > 1 else "The day"
        said.append(f"{count} from {_TABLES.get(table, table)} ({table}){_why(table, days, query, now)}.")
    if rolled_up_at := result.meta.get("rolled_up_at"):
        said.append(f"What was added up before was so at {rolled_up_at}.")
    return said


_ROLLED_UP = frozenset(name for name in _TABLES if name.startswith("analytics_"))


def _why(table: str, days: set[date], query: StatsQuery, now: datetime) -> str:
    if table in _ROLLED_UP or not days:
        return ", which are over and added up" if table in _ROLLED_UP else ""
    today = now.astimezone(query.project.zone).date()
    others = len(days - {today})
    if not others:
        return ": today, which is not over"
    reason = "not added up in the way that this question asks, or changed since"
    return f": today, and {others} that are {reason}" if today in days else f": {reason}"


def body_of(query: StatsQuery) -> dict[str, Any]:
    """The body that asks the same: days where the period is made of them."""
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
    return body


def _date_range(period: Period) -> list[str]:
    if _is_of_days(period):
        return [period.first_day.isoformat(), _last_day(period).isoformat()]
    return [moment.astimezone(period.zone).isoformat() for moment in (period.start, period.end)]


def _api_call(query: StatsQuery, body: Mapping[str, Any], base_url: str) -> ApiCall:
    path = f"/api/v1/projects/{query.project.id}/query"
    address = shlex.quote(base_url + path)
    data = shlex.quote(json.dumps(body, ensure_ascii=False))
    curl = f"curl {address} \\\n  -H \"X-API-Key: $KEY\" -H 'Content-Type: application/json' \\\n  -d {data}"
    return ApiCall("POST", path, body, curl)


def _metric(name: str) -> Explained:
    metric = METRICS[name]
    return Explained(name, metric.label, metric.definition, metric.unit)


def _dimension(name: str) -> Explained:
    dimension = dimensions.find(name)
    assert dimension is not None, name
    return Explained(name, dimension.label, dimension.definition)


def _days(part: Mapping[str, Any], period: Period) -> set[date]:
    """The days of the zone that a part of the plan touches."""
    start, end = (_moment(part[key], period) for key in ("from", "to"))
    if start >= end:
        return set()
    span = Period(start, end, period.zone)
    return {span.first_day + timedelta(days=index) for index in range(days_of(span))}


def _moment(value: object, period: Period) -> datetime:
    """A plan's bound: a moment, or a day, which begins at its midnight."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    assert isinstance(value, date)
    return periods.midnight(value, period.zone).astimezone(UTC)


def _is_of_days(period: Period) -> bool:
    ends = (moment.astimezone(period.zone) for moment in (period.start, period.end))
    return all(periods.midnight(end.date(), period.zone) == end for end in ends)


def _last_day(period: Period) -> date:
    return period.first_day + timedelta(days=days_of(period) - 1)
