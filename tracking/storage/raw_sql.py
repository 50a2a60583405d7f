"""Tallies of a question from the events and visits themselves."""

from collections.abc import Iterable

from tracking.event_types import COUNTS_VISITOR, REACHES_GOALS
from tracking.storage import tallies_sql
from tracking.storage.conditions_sql import ConditionsSql, Where
from tracking.storage.dimensions import find
from tracking.storage.parameters import Parameters
from tracking.storage.plan import is_within_a_day
from tracking.storage.shape import GOAL, Home, is_about_goals, is_of_visits, own_dimensions, shape
from tracking.storage.spans import Span, hull, within
from tracking.storage.spec import StatsQuery
from tracking.storage.tallies import TALLIES, Family
from tracking.storage.tallies_sql import Rows, group_by


class RawSql:
    """Of one question, by its keys or all together: also what has no key, having no event name or no goal."""

    def __init__(self, query: StatsQuery, params: Parameters, *, has_keys: bool = True) -> None:
        self.query, self.params = query, params
        self.conditions = ConditionsSql(query, params)
        self.dimensions = [found for name in query.dimensions if (found := find(name))]
        self.shape = shape(query)
        self.project = params.add(query.project.id)
        self.zone = params.add(query.project.zone.key)
        self.has_keys = has_keys
        self.filters = tuple(query.filters)

    def rows(self, tallies: Iterable[str], *, events: tuple[Span, ...], visits: tuple[Span, ...]) -> list[Rows]:
        """What is to be added up for these tallies: of the events and of the visits of these spans."""
        wanted = set(tallies)
        if self.shape.home is Home.VISITS:
            return [self._visits(wanted, visits)] if visits else []
        of_visits = {name for name in wanted if TALLIES[name].family is Family.VISITS}
        of_pages = wanted & tallies_sql.OF_PAGE_VISITS.keys()
        of_events = wanted - of_visits - of_pages
        found = []
        if of_events and events:
            found.append(self._events(of_events, events))
        if of_pages and events:
            found.append(self._pages(of_pages, events))
        if of_visits and visits:
            is_of_events = self.shape.home is Home.EVENTS
            found.append(self._visits_of_events(of_visits, visits) if is_of_events else self._visits(of_visits, visits))
        return found

    # --- Events -----------------------------------------------------------------------------------------------------
    def _events(self, wanted: set[str], spans: tuple[Span, ...]) -> Rows:
        is_of_all = bool(wanted & tallies_sql.OF_ALL_TYPES)
        joins = [self._completions_of_events(spans)] if "completions" in wanted and not self._is_by_goal() else []
        aggregates = {name: sql for name, sql in tallies_sql.OF_EVENTS.items() if name in wanted}
        if "completions" in aggregates and self._is_by_goal():
            aggregates["completions"] = "count(*)"
        counts = self._counted()
        return Rows(
            source=self._events_from(spans, "e.session_id <> 0" if is_of_all else counts, joins),
            keys=self._keys("e", "e.occurred_at"),
            tallies=aggregates,
            visitor="e.visitor_id" if "visitors" in wanted else "",
            day=self._visitor_day("e.occurred_at"),
            counts=counts if is_of_all else "",
        )

    def _pages(self, wanted: set[str], spans: tuple[Span, ...]) -> Rows:
        """Engagement by page: how long and how deep each was seen, in each visit and on each day."""
        keys = self._keys("e", "e.occurred_at")
        by = {"of_day": self._day("e.occurred_at"), "of_visit": "e.session_id", "of_page": "e.path"}
        selected = [f"{sql} AS {key}" for key, sql in (keys | by).items()]
        source = self._events_from(spans, "e.event_type = 'engagement' AND e.session_id <> 0", [])
        inner = f"SELECT {', '.join([*selected, tallies_sql.PAGE_VISIT])} FROM {source}{group_by([*keys, *by])}"
        aggregates = {name: sql for name, sql in tallies_sql.OF_PAGE_VISITS.items() if name in wanted}
        return Rows(f"({inner}) page", {key: key for key in keys}, aggregates)

    def _visits_of_events(self, wanted: set[str], spans: tuple[Span, ...]) -> Rows:
        """The visits of the matching events, each once a key."""
        keys = self._keys("e", "e.occurred_at")
        selected = [f"{sql} AS {key}" for key, sql in keys.items()]
        source = self._events_from(spans, self._counted(), [])
        sessions = f"SELECT {', '.join([*selected, 'e.session_id'])} FROM {source}{group_by([*keys, 'e.session_id'])}"
        joins = [self.conditions.join_visits(spans, session="s.session_id", kind="LEFT JOIN")]
        if "converted" in wanted:
            joins.append(self._completions_of_visits(spans))
        aggregates = {name: sql for name, sql in tallies_sql.OF_VISITS.items() if name in wanted}
        return Rows(f"({sessions}) s {' '.join(joins)}", {key: key for key in keys}, aggregates)

    def _events_from(self, spans: tuple[Span, ...], types: str, joins: list[str]) -> str:
        where = self.conditions.where(self.filters, "e")
        conditions = [f"e.project_id = {self.project}", within("e.occurred_at", spans, self.params), types]
        if self.has_keys and "event_name" in self.query.dimensions:
            conditions.append("e.event_name <> ''")
        joins = [*joins, *where.joins]
        if self._is_by_goal():
            joins.insert(0, self._reached(spans))
        if self.shape.has_visits_of_events:
            joins.insert(0, self.conditions.join_visits(spans))
        return f"events e {' '.join(joins)} WHERE {' AND '.join([*conditions, *where.conditions])}"

    def _is_by_goal(self) -> bool:
        return self.has_keys and GOAL in self.query.dimensions

    def _reached(self, spans: tuple[Span, ...]) -> str:
        return (
            f"JOIN goal_completions c ON c.project_id = {self.project}"
            f" AND {within('c.occurred_at', spans, self.params)}"
            f" AND {self.conditions.is_wanted('c')} AND c.event_id = e.event_id AND c.occurred_at = e.occurred_at"
        )

    def _completions_of_events(self, spans: tuple[Span, ...]) -> str:
        return (
            "LEFT JOIN (SELECT c.event_id, c.occurred_at, count(*) AS number FROM goal_completions c"
            f" WHERE c.project_id = {self.project} AND {within('c.occurred_at', spans, self.params)}"
            f" AND {self.conditions.is_wanted('c')} GROUP BY c.event_id, c.occurred_at) done"
            " ON done.event_id = e.event_id AND done.occurred_at = e.occurred_at"
        )

    # --- Visits -----------------------------------------------------------------------------------------------------
    def _visits(self, wanted: set[str], spans: tuple[Span, ...]) -> Rows:
        is_alone = self.shape.home is Home.VISITS
        aggregates = tallies_sql.OF_VISITS_ALONE if is_alone else tallies_sql.OF_VISITS
        joins = []
        if wanted & {"converted", "completions"}:
            joins.append(self._completions_of_visits(spans))
        if wanted & {"revenue", "currency_low", "currency_high"}:
            joins.append(self._revenue_of_visits(spans))
        if wanted & tallies_sql.OF_PAGE_VISITS.keys():
            joins.append(self._engagement_of_visits(spans))
        where = self.where_of_visits()
        conditions = [f"v.project_id = {self.project}", within("v.started_at", spans, self.params), *where.conditions]
        return Rows(
            source=f"visits v {' '.join([*joins, *where.joins])} WHERE {' AND '.join(conditions)}",
            keys=self._keys("v", "v.started_at"),
            tallies={name: sql for name, sql in aggregates.items() if name in wanted},
            visitor="v.visitor_id" if "visitors" in wanted else "",
            day=self._visitor_day("v.started_at"),
        )

    def where_of_visits(self) -> Where:
        """A visit's own row says some of it; for the rest it must have one event for which all of that holds."""
        own = [each for each in self.filters if is_of_visits(each)]
        of_events = tuple(each for each in self.filters if not is_of_visits(each))
        where = self.conditions.where(own, "v")
        if of_events:
            inner = self.conditions.where(of_events, "e")
            if any(not dimension.in_events for dimension in own_dimensions(of_events)):
                inner.joins.insert(0, self.conditions.join_visits())
            period = (self.conditions.period,)
            where.joins.append(
                f"JOIN (SELECT DISTINCT e.session_id FROM events e {' '.join(inner.joins)}"
                f" WHERE e.project_id = {self.project} AND {within('e.occurred_at', period, self.params)}"
                f" AND {self._counted()} AND {' AND '.join(inner.conditions)}) matching"
                " ON matching.session_id = v.session_id"
            )
        return where

    def _completions_of_visits(self, spans: tuple[Span, ...]) -> str:
        completions = f"{self._wide('goal_completions', spans)} AND {self.conditions.is_wanted('row')}"
        return self._of_sessions("reached", "row.session_id, count(*) AS number", completions)

    def _revenue_of_visits(self, spans: tuple[Span, ...]) -> str:
        columns = (
            "row.session_id, sum(row.value) AS revenue, min(row.currency) AS currency_low,"
            " max(row.currency) AS currency_high"
        )
        return self._of_sessions("paid", columns, f"{self._wide('events', spans)} AND row.value IS NOT NULL")

    def _engagement_of_visits(self, spans: tuple[Span, ...]) -> str:
        columns = f"e.session_id, {tallies_sql.PAGE_VISIT}"
        source = f"{self._wide('events', spans, row='e')} AND e.event_type = 'engagement'"
        by = f"e.session_id, {self._day('e.occurred_at')}, e.path"
        sums = ", ".join(f"{sql} AS {name}" for name, sql in tallies_sql.OF_PAGE_VISITS.items())
        pages = f"(SELECT {columns} FROM {source} GROUP BY {by}) page"
        return self._of_sessions("engaged", f"page.session_id, {sums}", pages)

    def _wide(self, table: str, spans: tuple[Span, ...], *, row: str = "row") -> str:
        """The rows of a table that may be of visits that started in these spans."""
        times = within(f"{row}.occurred_at", (hull(spans).widened(),), self.params)
        return f"{table} {row} WHERE {row}.project_id = {self.project} AND {times}"

    def _of_sessions(self, name: str, columns: str, source: str) -> str:
        """Joined to visits (v): what all the events of each come to. columns: the session first."""
        grouped = f"SELECT {columns} FROM {source} GROUP BY {columns.partition(',')[0]}"
        return f"LEFT JOIN ({grouped}) {name} ON {name}.session_id = v.session_id"

    # --- Keys -------------------------------------------------------------------------------------------------------
    def _keys(self, row: str, time: str) -> dict[str, str]:
        if not self.has_keys:
            return {}
        keys = {"bucket": f"date_trunc('{self.query.interval}', {time}, {self.zone})"} if self.query.interval else {}
        for number, dimension in enumerate(self.dimensions):
            alias = "c" if dimension.name == GOAL else row
            keys[f"d{number}"] = self.conditions.value(dimension, alias)
        return keys

    def _day(self, time: str) -> str:
        return f"({time} AT TIME ZONE {self.zone})::date"

    def _visitor_day(self, time: str) -> str:
        return self._day(time) if counts_days(self.query, has_keys=self.has_keys) else ""

    def _counted(self) -> str:
        """Of an event: that its visitor counts. Who reached a goal does, by whatever event of a visit it was."""
        if self._is_by_goal() or any(map(is_about_goals, self.filters)):
            return f"e.session_id <> 0 AND e.event_type = ANY({self.params.add(REACHES_GOALS)}::text[])"
        return f"e.event_type = ANY({self.params.add(COUNTS_VISITOR)}::text[])"


def counts_days(query: StatsQuery, *, has_keys: bool) -> bool:
    """Whether a visitor counts once for each day of a row: not when a row is within a day anyway."""
    return query.project.is_cookieless and not is_within_a_day(query, has_keys=has_keys)
