"""The rows of a breakdown, for every route that lists the values of a dimension."""

from dataclasses import dataclass, replace
from typing import Any

from reports import results
from reports.api import answers
from reports.params import InvalidParams, Question, fault
from tracking.storage.possible import impossible
from tracking.storage.spec import Filter, StatsQuery, StatsResult

# What a part of a question is called in a query string.
_PARAMETERS = {"metrics": "metrics", "dimensions": "dimension", "filters": "f"}


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The values of a dimension by the first metric, the largest first.

    has_none: whether the row without a value (no referrer, no campaign) says something. It is left out otherwise.
    """

    dimension: str
    metrics: tuple[str, ...] = ("visitors", "visits", "pageviews", "percentage")
    has_none: bool = True


@dataclass(frozen=True, slots=True)
class Rows:
    """`result.meta["total_rows"]` is how many there are without limit and offset."""

    asked: StatsQuery
    result: StatsResult

    @property
    def total(self) -> int:
        return self.result.meta["total_rows"]

    def as_json(self) -> list[dict[str, Any]]:
        """The value under the dimension's name, and a number per metric."""
        return [
            {self.asked.dimensions[0]: row.dimensions[0]} | answers.numbers(self.asked.metrics, row.metrics)
            for row in self.result.rows
        ]


def rows(
    question: Question, breakdown: Breakdown, metrics: tuple[str, ...] = (), *, limit: int, offset: int = 0
) -> Rows:
    """One query; up to two more for a list without its nameless row. Raises InvalidParams and what results.run does."""
    asked = question.query(metrics or breakdown.metrics, dimensions=(breakdown.dimension,), limit=limit, offset=offset)
    if faults := impossible(asked):
        raise InvalidParams(
            errors=[fault(_PARAMETERS.get(each.part, each.part), each.code, each.why) for each in faults]
        )
    return Rows(asked, results.run(asked) if breakdown.has_none else _without_none(asked))


def _without_none(asked: StatsQuery) -> StatsResult:
    """The answer as if there were no row without a value: it counts in the shares of others, and not as a row.

    Not by a filter, which would change what `percentage` is a part of and be slower to answer. So where that row
    stands must be known to know where a page begins: it is read from the start, as far as the page goes.
    """
    end = asked.offset + asked.limit
    result = results.run(replace(asked, offset=0, limit=end + 1))
    named = [row for row in result.rows if row.dimensions[0]]
    total = result.meta["total_rows"]
    if len(named) < len(result.rows) or (total > len(result.rows) and _has_none(asked)):
        total -= 1
    return StatsResult(named[asked.offset : end], dict(result.meta) | {"total_rows": total})


def _has_none(asked: StatsQuery) -> bool:
    nameless = Filter(asked.dimensions[0], "is", ("",))
    return bool(results.run(replace(asked, filters=(*asked.filters, nameless), offset=0, limit=1)).rows)
