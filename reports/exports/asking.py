"""Reading what somebody asks to have exported: from a query string, or from a body with the same words."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict

from analytics_pulse.problems import Invalid
from projects.access import Principal
from projects.models import Project
from reports import names, params
from reports.campaigns.comparison import CAMPAIGN_METRICS
from reports.exports.asked import AskedExport
from reports.faults import shown, step
from reports.headlines import HEADLINES
from reports.models import ExportFormat, ExportKind
from reports.params import InvalidParams, Question, fault
from tracking.storage import possible
from tracking.storage.conditions import Filter
from tracking.storage.dimensions import find

FORMATS = (ExportFormat.CSV, ExportFormat.JSON, ExportFormat.JSONL)
BREAKDOWN_METRICS = ("visitors", "visits", "pageviews")
CAMPAIGN_DIMENSIONS = ("utm_campaign", "utm_source", "utm_medium")
HAS_CAMPAIGN = Filter("utm_campaign", "is_not", ("",))
MAX_DIMENSIONS = 5
# The words of a body; those of a query string are these without the first and the last.
WORDS = ("kind", "format", "period", "from", "to", "startDate", "endDate", "f", "filters", "segment", "metrics",
         "dimension", "interval", "granularity", "bom", "email")  # fmt: skip


def asked(kind: ExportKind, query: QueryDict, project: Project, who: Principal, now: datetime) -> AskedExport:
    """What a query string asks for. Raises InvalidParams and StaleSegment."""
    question = params.question(query, project, now, who=who)
    faults: list[dict[str, str]] = []
    of_kind = (
        _of_events(query, question, faults)
        if kind == ExportKind.EVENTS
        else _of_statistics(kind, query, question, faults)
    )
    if not question.period.is_of_days:
        faults.append(fault("period", "not_whole_days", "an export is of whole days"))
    found = AskedExport(
        kind=kind,
        format=_format(query, faults),
        first=question.period.first,
        last=question.period.last,
        asked_at=now,
        period_name=question.period.name,
        with_bom=_flag(query, "bom", faults),
        **of_kind,
    )
    if faults:
        raise InvalidParams(errors=faults)
    if kind != ExportKind.EVENTS:
        _check_possible(found, project)
    return found


def asked_by_body(body: object, project: Project, who: Principal, now: datetime) -> AskedExport:
    """What a body asks for. `kind` is not `project`. Raises Invalid with pointers, and StaleSegment."""
    assert isinstance(body, Mapping)
    try:
        return asked(ExportKind(body["kind"]), _as_query(body), project, who, now)
    except InvalidParams as error:
        raise Invalid(errors=[_in_body(each) for each in error.errors]) from error


def kind_of_body(body: object) -> ExportKind:
    """Which kind a body asks for. Raises Invalid, also for words that nobody knows."""
    if not isinstance(body, Mapping):
        raise _invalid("", "not_an_object", 'an object such as {"kind": "events", "format": "csv"}')
    for name in body:
        if name not in WORDS:
            raise _invalid(step(name), "unknown_key", f"one of {', '.join(WORDS)}")
    kind = body.get("kind")
    if kind not in ExportKind.values:
        raise _invalid("/kind", "unknown_kind", f"one of {', '.join(ExportKind.values)}")
    if not isinstance(body.get("email", False), bool):
        raise _invalid("/email", "not_a_boolean", "true or false")
    return ExportKind(kind)


def _of_statistics(
    kind: ExportKind, query: QueryDict, question: Question, faults: list[dict[str, str]]
) -> dict[str, Any]:
    is_campaigns = kind == ExportKind.CAMPAIGNS
    dimensions = _dimensions(query, faults) or (CAMPAIGN_DIMENSIONS if is_campaigns else ())
    has_interval = bool(query.get("interval") or query.get("granularity"))
    interval = params.interval(query, question.period) if has_interval else None
    if not dimensions and interval is None:
        interval = "day" if "day" in question.period.intervals else question.period.interval
    default = CAMPAIGN_METRICS if is_campaigns else BREAKDOWN_METRICS if dimensions else HEADLINES
    metrics = params.metrics(query, default, without=() if dimensions else ("percentage",))
    conditions = (*question.conditions, HAS_CAMPAIGN) if is_campaigns else question.conditions
    return {"metrics": metrics, "dimensions": dimensions, "interval": interval, "conditions": conditions}


def _of_events(query: QueryDict, question: Question, faults: list[dict[str, str]]) -> dict[str, Any]:
    for name in ("metrics", "dimension", "interval", "granularity"):
        if query.get(name):
            faults.append(fault(name, "not_possible", "not of single events: export analytics"))
    return {"conditions": question.conditions}


def _dimensions(query: QueryDict, faults: list[dict[str, str]]) -> tuple[str, ...]:
    """Of `dimension`, repeated or with commas; a property's key may have commas of its own."""
    found: list[str] = []
    for text in query.getlist("dimension"):
        parts = [text] if text.startswith("prop:") else text.split(",")
        found += [name.strip() for name in parts if name.strip()]
    for name in found:
        if find(name) is None:
            faults.append(fault("dimension", "unknown_dimension", f"“{shown(name)}”: {names.POSSIBLE}"))
    if len(found) > MAX_DIMENSIONS:
        faults.append(fault("dimension", "too_many", f"at most {MAX_DIMENSIONS}"))
    return tuple(dict.fromkeys(found))


def _format(query: QueryDict, faults: list[dict[str, str]]) -> ExportFormat:
    name = query.get("format", ExportFormat.CSV)
    if name not in FORMATS:
        faults.append(fault("format", "unknown_format", f"one of {', '.join(FORMATS)}"))
        return ExportFormat.CSV
    return ExportFormat(name)


def _flag(query: QueryDict, name: str, faults: list[dict[str, str]]) -> bool:
    value = str(query.get(name, "0")).lower()
    if value not in ("0", "1", "false", "true"):
        faults.append(fault(name, "not_a_boolean", "0 or 1"))
    return value in ("1", "true")


def _check_possible(found: AskedExport, project: Project) -> None:
    parameters = {"dimensions": "dimension", "order_by": "metrics"}
    faults = [
        fault(parameters.get(each.part, each.part), each.code, f"“{shown(each.what)}”: {each.why}")
        for each in possible.impossible(found.query(project, limit=1))
    ]
    if faults:
        raise InvalidParams(errors=faults)


def _as_query(body: Mapping[str, Any]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in body.items():
        if name in ("kind", "email") or value is None:
            continue
        if name == "filters":
            query[name] = json.dumps(value)
        elif isinstance(value, bool):
            query[name] = str(int(value))
        elif isinstance(value, list) and name == "metrics":
            query[name] = ",".join(map(_text(name), value))
        elif isinstance(value, list) and name in ("f", "segment", "dimension"):
            query.setlist(name, list(map(_text(name), value)))
        else:
            query[name] = _text(name)(value)
    return query


def _text(name: str):  # type: ignore[no-untyped-def]
    def text(value: object) -> str:
        if not isinstance(value, str):
            raise _invalid(f"/{name}", "not_a_text", "a text, or a list of texts where there may be several")
        return value

    return text


def _in_body(error: Mapping[str, str]) -> dict[str, str]:
    """A fault of a parameter as a place in the body."""
    rest = {name: value for name, value in error.items() if name not in ("parameter", "pointer")}
    return {"pointer": f"/{error['parameter']}{error.get('pointer', '')}"} | rest


def _invalid(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(errors=[{"pointer": pointer, "code": code, "detail": detail}])
