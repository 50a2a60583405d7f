"""The answer to a question in JSON: rows, what is to be known about them, and the question as it was understood."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from reports import conditions, explanation, periods, results
from reports.account import account
from reports.compared_rows import RowBefore, buckets_in_full, is_whole_series, with_comparison
from reports.goal_names import GOAL, GoalNames
from reports.periods import Since
from reports.query_body import MAX_LIMIT, Asked
from tracking.storage.spec import Period, Row, StatsResult

Value = float | int | None


def answer(asked: Asked, now: datetime, *, since: Since = lambda: None, base_url: str = "") -> dict[str, Any]:
    """{"results", "meta", "query"}, and "explanation" when it was asked for. Raises what the store raises."""
    query = asked.query
    if is_whole_series(asked):
        result = results.run(replace(query, limit=MAX_LIMIT, offset=0))
        buckets = buckets_in_full(query, result.rows)
        rows, total_rows = buckets[query.offset : query.offset + query.limit], len(buckets)
    else:
        result = results.run(query)
        rows, total_rows = list(result.rows), _total_rows(asked, result)
    if asked.compared is None:
        listed = [_listed(asked, row) for row in rows]
    else:
        listed = [_listed(asked, row) | _before(asked, row_before)
                  for row, row_before in with_comparison(asked, asked.compared, rows)]  # fmt: skip
    document = {
        "results": listed,
        "meta": _meta(asked, result, now, since, total_rows, rows),
        "query": normalised(asked),
    }
    if asked.explain:
        document["explanation"] = explain(asked, result, now, base_url).as_json()
    return document


def explain(asked: Asked, result: StatsResult, now: datetime, base_url: str = "") -> explanation.Explanation:
    return explanation.explain(
        asked.query,
        result,
        now,
        period_label=str(periods.NAMES.get(asked.range.name, "")),
        compared=asked.compared.period if asked.compared else None,
        body=_body(asked),
        base_url=base_url,
    )


def _body(asked: Asked) -> dict[str, Any]:
    """What to send for this: the names of periods as they are, and nothing that goes without saying."""
    include = {key: value for key, value in normalised(asked)["include"].items() if value and key != "explain"}
    body = explanation.body_of(asked.query)
    if asked.range.name != periods.CUSTOM:
        body["date_range"] = asked.range.name
    if asked.dimensions:
        body["dimensions"] = list(asked.dimensions)
    return body | ({"include": include} if include else {})


def normalised(asked: Asked) -> dict[str, Any]:
    """The question as it was understood, in the language it was asked in. Asked again it is the same, of the same time
    even when that has a name."""
    query, compared = asked.query, asked.compared
    time = asked.dimensions[asked.time_at] if asked.time_at is not None else ""
    include: dict[str, Any] = {
        "time_labels": asked.time_labels,
        "total_rows": asked.total_rows,
        "comparisons": None,
        "explain": asked.explain,
    }
    if compared is not None:
        include["comparisons"] = {"mode": compared.mode, "match_day_of_week": compared.match_day_of_week}
        if compared.mode == "custom":
            include["comparisons"] |= {"date_range": _moments(compared.period)}
    return {
        "metrics": list(query.metrics),
        "date_range": _moments(query.period),
        "dimensions": list(asked.dimensions),
        "filters": conditions.as_json(query.filters),
        "order_by": [
            [time if name == "interval" else name, "desc" if is_descending else "asc"]
            for name, is_descending in query.order
        ],
        "include": include,
        "pagination": {"limit": query.limit, "offset": query.offset},
    }


def _meta(
    asked: Asked, result: StatsResult, now: datetime, since: Since, total_rows: int, rows: Sequence[Row]
) -> dict[str, Any]:
    query, compared = asked.query, asked.compared
    meta = account(
        query,
        result,
        now,
        includes_now=asked.range.includes_now,
        since=since,
        compared=compared.period if compared else None,
    )
    if compared is not None:
        meta["comparison_date_range"] = _moments(compared.period)
    if asked.time_labels and query.interval:
        meta["time_labels"] = _labels(asked, query.period)
    if asked.total_rows:
        meta["total_rows"] = total_rows
    if GOAL in query.dimensions:
        names, at = GoalNames(query.project.id), asked.dimensions.index(GOAL)
        meta["goals"] = {each: names.name_of(each) for each in (_as_asked(asked, row.dimensions)[at] for row in rows)}
    return meta


def _total_rows(asked: Asked, result: StatsResult) -> int:
    """Behind the last row the store has none to say it with."""
    if asked.total_rows and not result.rows and asked.query.offset:
        result = results.run(replace(asked.query, limit=1, offset=0))
    return int(result.meta.get("total_rows", len(result.rows)))


def _listed(asked: Asked, row: Row) -> dict[str, Any]:
    return {"dimensions": _as_asked(asked, row.dimensions), "metrics": _rounded(row.metrics)}


def _before(asked: Asked, row: RowBefore | None) -> dict[str, Any]:
    if row is None:
        return {"comparison": None}
    found = {"dimensions": _as_asked(asked, row.dimensions), "metrics": _rounded(row.metrics), "change": row.change}
    return {"comparison": found}


def _as_asked(asked: Asked, dimensions: Sequence[str]) -> list[str]:
    """The store has the bucket first."""
    found = list(dimensions)
    if asked.time_at:
        found.insert(asked.time_at, found.pop(0))
    return found


def _rounded(values: Sequence[Value]) -> list[Value]:
    return [round(value, 2) if isinstance(value, float) else value for value in values]


def _labels(asked: Asked, period: Period) -> list[str]:
    interval = asked.query.interval
    assert interval is not None
    return [periods.label(start, interval) for start in periods.buckets(period, interval)]


def _moments(period: Period) -> list[str]:
    return [period.start.isoformat(), period.end.isoformat()]
