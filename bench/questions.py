"""What the dashboard asks the store, and the least SQL that could answer the same from the raw tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reports import periods
from reports.headlines import HEADLINES
from reports.listing import panel_query
from reports.panels import BREAKDOWNS, MAP, PROPERTIES
from reports.params import Question
from reports.periods import ReportPeriod
from reports.world import world_query
from tracking.storage.spec import Filter, Period, ProjectRef, StatsQuery

DAYS = (1, 7, 30, 365)
# Name -> the filters of round n: each round asks for another value, so that none is answered from the pages of before.
_COUNTRIES = ("US", "DE", "GB", "IN", "FR", "CA", "NL", "BR", "ES", "AU")
_DEVICES = ("mobile", "desktop")
_PATHS = ("/pricing", "/docs", "/blog", "/blog/post-1", "/blog/post-3", "/blog/post-9", "/blog/post-30")
FILTERS = ("none", "country", "country+device", "page", "page+country")


def filters(name: str, number: int) -> tuple[Filter, ...]:
    of = {
        "country": Filter("country", "is", (_COUNTRIES[number % len(_COUNTRIES)],)),
        "device": Filter("device", "is", (_DEVICES[number % len(_DEVICES)],)),
        "page": Filter("page", "is", (_PATHS[number % len(_PATHS)],)),
    }
    return tuple(of[each] for each in name.split("+") if each != "none")


def report_period(days: int, project: ProjectRef, now: datetime) -> ReportPeriod:
    """The days up to now."""
    today = now.astimezone(project.zone).date()
    return periods.custom(today - timedelta(days=days - 1), today, project.zone, now)


def dashboard(question: Question) -> dict[str, list[StatsQuery]]:
    """The queries of each section by its name; "overview" and "series" with their comparisons."""
    ask, period = question.query, question.period
    asked = {
        "overview": [ask((*HEADLINES, "events")), ask(HEADLINES, period=question.compared)],
        "series": [
            ask(HEADLINES, interval=period.interval, limit=1000),
            ask(HEADLINES, interval=period.interval, limit=1000, period=period.previous),
        ],
    }
    lists = {name: [panel_query(question, each)] for name, each in BREAKDOWNS.items() if each is not PROPERTIES}
    return asked | lists | {MAP.name: [world_query(question)]}


def realtime(project: ProjectRef, now: datetime) -> dict[str, list[StatsQuery]]:
    """Who is there now and the last half hour, as SQL answers it where the counters are away."""
    last_5 = Period(now - timedelta(minutes=5), now, project.zone)
    last_30 = Period(now - timedelta(minutes=30), now, project.zone)
    return {
        "realtime": [
            StatsQuery(project, ("visitors",), last_5),
            StatsQuery(project, ("pageviews",), last_30, interval="minute", limit=31),
            StatsQuery(project, ("visitors", "pageviews"), last_30, dimensions=("page",), limit=10),
        ]
    }


@dataclass(frozen=True)
class Floor:
    sql: str
    params: dict[str, Any]


_COLUMNS = {"page": "path", "device": "device_type"}
_COUNTS = " AND event_type <> 'engagement'"


def floors(section: str, queries: Sequence[StatsQuery]) -> list[Floor] | None:
    """Hand-written statements for the same numbers; None where there are none: a page's filter on visits."""
    by_page = any(each.dimension == "page" for each in queries[0].filters)
    if section in ("overview", "series"):
        tables = ("events",) if by_page else ("events", "visits")
        return [_totals(query, table) for query in queries for table in tables]
    dimension = queries[0].dimensions[0] if queries[0].dimensions else ""
    if (
        section not in BREAKDOWNS
        or len(queries[0].dimensions) > 1
        or (by_page and dimension in ("entry_page", "exit_page"))
    ):
        return None
    return [_listed(queries[0], _COLUMNS.get(dimension, dimension))]


def _totals(query: StatsQuery, table: str) -> Floor:
    time = {"events": "occurred_at", "visits": "started_at"}[table]
    bucket = f"date_trunc('{query.interval}', {time}, %(zone)s)" if query.interval else "1"
    if table == "visits":
        sums = "count(*), count(*) FILTER (WHERE is_bounce), sum(pageviews), sum(ended_at - first_event_at)"
        return _floor(query, f"SELECT {bucket}, {sums} FROM visits WHERE {_where(query, time)} GROUP BY 1")
    views = "count(*) FILTER (WHERE event_type = 'pageview') AS views"
    rows = f"FROM events WHERE {_where(query, time)}{_COUNTS}"
    by_visitor = (
        f"SELECT {bucket} AS bucket, visitor_id{_day(query, time)}, {views} {rows} GROUP BY 1, 2{_third(query)}"
    )
    return _floor(query, f"SELECT bucket, count(*), sum(views) FROM ({by_visitor}) who GROUP BY 1")


def _listed(query: StatsQuery, column: str) -> Floor:
    is_visits = column in ("entry_page", "exit_page")
    table, time, counts = ("visits", "started_at", "") if is_visits else ("events", "occurred_at", _COUNTS)
    who = f"SELECT DISTINCT {column}, visitor_id{_day(query, time)} FROM {table} WHERE {_where(query, time)}{counts}"
    return _floor(query, f"SELECT {column}, count(*) FROM ({who}) who GROUP BY 1 ORDER BY 2 DESC LIMIT 11")


def _day(query: StatsQuery, time: str) -> str:
    return f", ({time} AT TIME ZONE %(zone)s)::date AS day" if query.project.is_cookieless else ""


def _third(query: StatsQuery) -> str:
    return ", 3" if query.project.is_cookieless else ""


def _where(query: StatsQuery, time: str) -> str:
    each = [f" AND {_COLUMNS.get(f.dimension, f.dimension)} = %(f{n})s" for n, f in enumerate(query.filters)]
    return f"project_id = %(project)s AND {time} >= %(start)s AND {time} < %(end)s{''.join(each)}"


def _floor(query: StatsQuery, sql: str) -> Floor:
    params: dict[str, Any] = {f"f{n}": each.values[0] for n, each in enumerate(query.filters)}
    project, period = query.project, query.period
    return Floor(
        sql, params | {"project": project.id, "start": period.start, "end": period.end, "zone": project.zone.key}
    )
