"""The visits for which a question's conditions hold, for statements that want the visits themselves."""

from tracking.storage.conditions import Condition
from tracking.storage.parameters import Parameters
from tracking.storage.raw_sql import RawSql
from tracking.storage.spans import Span, within
from tracking.storage.spec import Period, ProjectRef, StatsQuery


class MatchingVisits:
    """Of one statement: those that started in the period. A condition on events holds for a visit that has one event
    in the period for which it holds. `params`: a statement adds its own values there."""

    def __init__(self, project: ProjectRef, period: Period, filters: tuple[Condition, ...]) -> None:
        self.params = Parameters()
        self._project = self.params.add(project.id)
        self._span = Span(period.start, period.end)
        self._sql = RawSql(StatsQuery(project, ("visits",), period, filters=filters), self.params)

    def source(self, *conditions: str) -> str:
        """What comes after FROM: the visits as `v`, with these conditions in SQL besides."""
        where = self._sql.where_of_visits()
        times = within("v.started_at", (self._span,), self.params)
        return f"visits v {' '.join(where.joins)} WHERE " + " AND ".join(
            [f"v.project_id = {self._project}", times, *conditions, *where.conditions]
        )

    def statement(self, sql: str, **parts: str) -> str:
        """The statement after a WITH of what the conditions need and of these parts."""
        return self.params.statement(sql, **parts)
