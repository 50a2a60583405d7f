"""The events for which a question's conditions hold, for statements that want the events themselves."""

from tracking.storage.conditions import Condition
from tracking.storage.conditions_sql import ConditionsSql
from tracking.storage.parameters import Parameters
from tracking.storage.shape import own_dimensions
from tracking.storage.spans import Span, within
from tracking.storage.spec import Period, ProjectRef, StatsQuery


class MatchingEvents:
    """Of one statement. `params`: of the conditions; a statement adds its own values there. A statement that wants
    several kinds of events gives the same to each."""

    def __init__(
        self,
        project: ProjectRef,
        period: Period,
        filters: tuple[Condition, ...],
        params: Parameters | None = None,
    ) -> None:
        self.params = params or Parameters()
        self._project = self.params.add(project.id)
        self._filters = filters
        self._sql = ConditionsSql(StatsQuery(project, ("visitors",), period, filters=filters), self.params)

    def source(self, span: Span, *conditions: str) -> str:
        """What comes after FROM: the events of the span as `e`, with these conditions in SQL besides."""
        where = self._sql.where(self._filters, "e")
        joins = where.joins
        if any(not dimension.in_events for dimension in own_dimensions(self._filters)):
            joins = [self._sql.join_visits((span,)), *joins]
        times = within("e.occurred_at", (span,), self.params)
        return f"events e {' '.join(joins)} WHERE " + " AND ".join(
            [f"e.project_id = {self._project}", times, *conditions, *where.conditions]
        )

    def statement(self, sql: str, **parts: str) -> str:
        """The statement after a WITH of what the conditions need and of these parts."""
        return self.params.statement(sql, **parts)
