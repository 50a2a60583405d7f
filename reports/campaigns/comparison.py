"""Campaigns: links that are tagged with UTM parameters, and some of them side by side."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from projects.access import Principal
from projects.models import Project
from reports import conditions, date_ranges, names, params, patterns, periods, segments
from reports.campaigns.choices import BY, DEFAULT_BY
from reports.faults import Faults, kind, one_of, shown, step
from reports.query_body import InvalidQuery
from tracking.storage import get_store
from tracking.storage.spec import METRICS, Filter, StatsQuery

CAMPAIGN_METRICS = (
    "visitors",
    "visits",
    "pageviews",
    "bounce_rate",
    "visit_duration",
    "completions",
    "conversion_rate",
)
MAX_CAMPAIGNS = 50
MAX_NAME_CHARS = 255
MAX_TESTED = 10  # against each other
_KEYS = ("campaigns", "by", "metrics", "date_range", "filters", "include_significance")


@dataclass(frozen=True, slots=True)
class Comparison:
    """campaigns: in the order they were named, each once. include_significance: whether it is told what is chance."""

    campaigns: tuple[str, ...]
    query: StatsQuery
    include_significance: bool = False


def comparison(body: object, project: Project, who: Principal, now: datetime) -> Comparison:
    """The comparison that a JSON body asks for. Raises InvalidQuery with the place of every fault, and StaleSegment."""
    faults = Faults()
    if not isinstance(body, dict):
        raise InvalidQuery(errors=[{"pointer": "", "code": "not_an_object", "detail": f"an object, not {kind(body)}"}])
    for key in body:
        if key not in _KEYS:
            faults.add(step(key), "unknown_key", one_of(_KEYS))
    campaigns = _names(body.get("campaigns"), faults)
    by = _one(body.get("by", DEFAULT_BY), BY, "/by", "unknown_dimension", faults)
    metrics = _metrics(body.get("metrics", list(CAMPAIGN_METRICS)), faults)
    date_range = date_ranges.parse(
        body.get("date_range", periods.DEFAULT),
        "/date_range",
        faults,
        zone=project.zone,
        now=now,
        since=lambda: get_store().first_event_at(project.pk),
    )
    filters = conditions.parse(
        body.get("filters", []), "/filters", faults, segment=lambda found: segments.conditions_of(project, who, found)
    )
    is_tested = body.get("include_significance", False)
    if not isinstance(is_tested, bool):
        faults.add("/include_significance", "not_a_boolean", f"true or false, not {kind(is_tested)}")
    elif is_tested and len(campaigns) > MAX_TESTED:
        faults.add("/campaigns", "too_many", f"with include_significance at most {MAX_TESTED}")
    if faults or date_range is None or by is None:
        raise InvalidQuery(errors=faults.found)
    if refused := patterns.faults(filters, body, project.pk):
        raise InvalidQuery(errors=refused)
    asked = StatsQuery(params.ref(project), metrics, date_range.period, (BY[by],), filters, limit=len(campaigns))
    return Comparison(campaigns, replace(asked, filters=(*filters, Filter(BY[by], "is", campaigns))), is_tested)


def _names(value: object, faults: Faults) -> tuple[str, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_CAMPAIGNS:
        faults.add("/campaigns", "not_a_list", f"a list of 1 to {MAX_CAMPAIGNS} campaigns")
        return ()
    for index, each in enumerate(value):
        if not names.is_text(each) or not 1 <= len(each) <= MAX_NAME_CHARS:
            faults.add(f"/campaigns/{index}", "not_a_text", f"a text of 1 to {MAX_NAME_CHARS} characters")
    return tuple(dict.fromkeys(each for each in value if isinstance(each, str)))


def _metrics(value: Any, faults: Faults) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        faults.add("/metrics", "not_a_list", f"a list of metrics, not {kind(value)}")
        return ()
    found = (
        _one(each, METRICS, f"/metrics/{index}", "unknown_metric", faults)
        for index, each in enumerate(value[: len(METRICS)])
    )
    return tuple(dict.fromkeys(name for name in found if name))


def _one(value: object, possible: Iterable[str], pointer: str, code: str, faults: Faults) -> str | None:
    if isinstance(value, str) and value in possible:
        return value
    faults.add(pointer, code, f"“{shown(value)}”: {one_of(possible)}")
    return None
