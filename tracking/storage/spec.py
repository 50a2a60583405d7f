"""The vocabulary of questions. One value, StatsQuery, is the same for dashboard, API, exports and emails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tracking.storage.conditions import AllOf, AnyOf, Condition, Filter, HasDone, Not
from tracking.storage.dimensions import DIMENSIONS, Dimension
from tracking.storage.metrics import METRICS, Family, Metric

__all__ = [
    "DIMENSIONS",
    "INTERVALS",
    "METRICS",
    "AllOf",
    "AnyOf",
    "Condition",
    "Dimension",
    "Family",
    "Filter",
    "HasDone",
    "Metric",
    "Not",
    "Period",
    "ProjectRef",
    "Row",
    "StatsQuery",
    "StatsResult",
]
INTERVALS = ("minute", "hour", "day", "week", "month")


@dataclass(frozen=True, slots=True)
class Period:
    """[start, end) as aware datetimes that are midnights of `zone` when it is made of days."""

    start: datetime
    end: datetime
    zone: ZoneInfo

    @property
    def first_day(self) -> date:
        return self.start.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class ProjectRef:
    """What the store must know of a project: no model, so that tracking needs no look-up to answer."""

    id: UUID
    zone: ZoneInfo
    is_cookieless: bool = True


@dataclass(frozen=True, slots=True)
class StatsQuery:
    """One question. Every filter must hold. `interval` adds time buckets as the first dimension, empty ones left out.
    dimensions: names of dimensions.py, `prop:<key>` included.

    order_by: (metric or dimension, descending) pairs; empty: by interval, then by the first metric, descending.
    least_visitors: whoever hands on the answer folds what fewer visitors did; the store itself does not.
    """

    project: ProjectRef
    metrics: tuple[str, ...]
    period: Period
    dimensions: tuple[str, ...] = ()
    filters: tuple[Condition, ...] = ()
    interval: str | None = None
    order_by: tuple[tuple[str, bool], ...] = ()
    limit: int = 100
    offset: int = 0
    least_visitors: int = 0

    @property
    def order(self) -> tuple[tuple[str, bool], ...]:
        """What the rows are really ordered by, before their keys break the ties."""
        if self.order_by:
            return self.order_by
        in_time = (("interval", False),) if self.interval else ()
        is_settled = self.interval and not self.dimensions
        return in_time if is_settled else (*in_time, (self.metrics[0], True))


@dataclass(frozen=True, slots=True)
class Row:
    """dimensions: in the order of the query; with an interval the bucket's start as ISO text of the project's zone
    comes first. metrics: in the order of the query; None where a ratio has no base."""

    dimensions: tuple[str, ...]
    metrics: tuple[float | int | None, ...]


@dataclass(frozen=True, slots=True)
class StatsResult:
    rows: Sequence[Row]
    meta: Mapping[str, Any] = field(default_factory=dict)
