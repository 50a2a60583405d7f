"""What the answers of the stats API have in common."""

from collections.abc import Sequence
from typing import Any

from reports import conditions
from reports.params import Question
from reports.period_address import ends_of
from reports.periods import ReportPeriod
from tracking.storage.spec import StatsQuery


def period(period: ReportPeriod) -> dict[str, str]:
    """Days, both included; or moments, of which the second is not."""
    return dict(ends_of(period.period, is_of_days=period.is_of_days)) | {"timezone": period.period.zone.key}


def query(query: StatsQuery) -> dict[str, Any]:
    """The question as it was understood. `date_range` is [start, end)."""
    return {
        "metrics": list(query.metrics),
        "date_range": [query.period.start.isoformat(), query.period.end.isoformat()],
        "dimensions": list(query.dimensions),
        "filters": conditions.as_json(query.filters),
        "interval": query.interval,
        "limit": query.limit,
        "offset": query.offset,
    }


def head(question: Question) -> dict[str, Any]:
    return {"project_id": str(question.project.id), "period": period(question.period)}


def numbers(names: Sequence[str], values: Sequence[float | int | None]) -> dict[str, float | int | None]:
    """Ratios to two digits: more would promise what the numbers do not hold."""
    return {
        name: round(value, 2) if isinstance(value, float) else value for name, value in zip(names, values, strict=True)
    }
