"""How often goals were reached in a period, goal by goal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from reports import results
from reports.params import MAX_LIMIT, Question
from tracking.storage.spec import Filter, Period

# By goal. The visitors too, by whom a shared link's answers are folded.
METRICS = ("completions", "converted_visits", "visitors", "conversion_rate")
# Of some goals in some currencies each.
_MAX_AMOUNTS = 5 * MAX_LIMIT


@dataclass(frozen=True, slots=True)
class GoalNumbers:
    """conversion_rate: in percent of all visits that the filters leave; None without any. revenue: of the events that
    reached it, by currency. None are numbers that a shared link does not tell."""

    completions: float | None = 0
    converted_visits: float | None = 0
    visitors: float | None = 0
    conversion_rate: float | None = None
    revenue: Mapping[str, float] = field(default_factory=dict)


UNTOLD = GoalNumbers(None, None, None)


def numbers(question: Question, period: Period | None = None) -> dict[str, GoalNumbers]:
    """By the goals' ids; those that nobody reached are missing. Two queries. Raises what results.run() does."""
    asked = question.query(METRICS, dimensions=("goal",), period=period, limit=MAX_LIMIT)
    amounts = _amounts(question, period)
    return {
        row.dimensions[0]: GoalNumbers(
            row.metrics[0] or 0,
            row.metrics[1],
            row.metrics[2] or 0,
            row.metrics[3],
            amounts.get(row.dimensions[0], {}),
        )
        for row in results.run(asked).rows
    }


def nobody(question: Question, found: Mapping[str, GoalNumbers]) -> GoalNumbers:
    """The numbers of a goal that is not among those that were found: 0% where there are visits at all. With a shared
    link it may have been few as well."""
    if question.least_visitors > 1:
        return UNTOLD
    if (
        any(each.conversion_rate is not None for each in found.values())
        or results.totals(question, ("visits",))["visits"]
    ):
        return GoalNumbers(conversion_rate=0.0)
    return GoalNumbers()


def only(question: Question, goal_id: UUID) -> Question:
    """The same of what reached this goal alone."""
    return replace(question, filters=(*question.filters, Filter("goal", "is", (str(goal_id),))))


def _amounts(question: Question, period: Period | None) -> dict[str, dict[str, float]]:
    asked = question.query(("revenue",), dimensions=("goal", "currency"), period=period, limit=_MAX_AMOUNTS)
    found: dict[str, dict[str, float]] = {}
    for row in results.run(asked).rows:
        goal, currency = row.dimensions
        if row.metrics[0] is not None and currency:
            found.setdefault(goal, {})[currency] = row.metrics[0]
    return found
