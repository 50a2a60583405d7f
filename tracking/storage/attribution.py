"""What visitors did, credited to the visit that brought them first: first-touch attribution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tracking.storage.conditions import Condition
from tracking.storage.conditions_sql import ConditionsSql
from tracking.storage.dimensions import Dimension, find
from tracking.storage.matching import MatchingEvents
from tracking.storage.possible import impossible
from tracking.storage.reading import fetch
from tracking.storage.spans import LONGEST_VISIT, Span, within
from tracking.storage.spec import Period, ProjectRef, StatsQuery

# How long before a visit the one may have begun that gets the credit.
LOOKBACK = timedelta(days=30)

# An event each that reached goals or carries a value, with what it says of its own visit.
_CREDITED = """
SELECT e.visitor_id, e.session_id, e.own, e.value, e.currency, done.number AS completions, {day} AS day
FROM (SELECT e.event_id, e.occurred_at, e.visitor_id, e.session_id, e.value, e.currency, {own} AS own
      FROM {events}) e
LEFT JOIN (SELECT c.event_id, c.occurred_at, count(*) AS number FROM goal_completions c
      WHERE c.project_id = {project} AND {times} AND {is_wanted} GROUP BY c.event_id, c.occurred_at) done
ON done.event_id = e.event_id AND done.occurred_at = e.occurred_at
WHERE done.number IS NOT NULL OR e.value IS NOT NULL
"""
# All visits of these visitors, and of each what the first one says in the time that it looks back on. Of visits that
# began in the same instant the one with the lowest number stands for all.
_TOUCHED = """
SELECT visitor_id, started_at, first_value(touch) OVER (PARTITION BY visitor_id{partition} ORDER BY started_at{frame})
       AS touch
FROM (SELECT DISTINCT ON (v.visitor_id, v.started_at) v.visitor_id, v.started_at, {touch} AS touch
      FROM visits v JOIN (SELECT DISTINCT visitor_id FROM credited) who ON who.visitor_id = v.visitor_id
      WHERE v.project_id = {project} AND {times} ORDER BY v.visitor_id, v.started_at, v.session_id) each_visit
"""
# A visit that is gone, since it is older than what is kept, has what its own events say.
_ATTRIBUTED = """
SELECT coalesce(touched.touch, credited.own) AS touch, credited.*
FROM credited
LEFT JOIN (SELECT v.session_id, v.visitor_id, v.started_at FROM visits v
           JOIN (SELECT DISTINCT session_id FROM credited) own ON own.session_id = v.session_id
           WHERE v.project_id = {project} AND {times}) v ON v.session_id = credited.session_id
LEFT JOIN touched ON touched.visitor_id = v.visitor_id AND touched.started_at = v.started_at
"""
_CREDITS = """
SELECT touch, sum(completions)::int8, count(*) FILTER (WHERE completions > 0), NULL, NULL
FROM (SELECT touch, sum(completions) AS completions FROM attributed GROUP BY touch, visitor_id{by_day}) of_visitor
GROUP BY touch
UNION ALL
SELECT touch, 0, 0, currency, sum(value) FROM attributed WHERE value IS NOT NULL GROUP BY touch, currency
"""


@dataclass(frozen=True, slots=True)
class FirstTouchQuery:
    """What happened in [start, end), by what the visitor's first visit says of the dimension, one that visits and
    events share, such as utm_campaign.

    The first visit is, of those of the same visitor that began up to LOOKBACK before the visit in which it happened,
    that one included, the first. Of a cookieless project, whose visitors are of one day: of those that began on the
    same day of the project's zone. Whatever it says gets the credit, so it may be "": the visitor came by no campaign,
    and by one only later. Filters must hold of what happened, not of the visit that gets the credit; one that says
    which goals are meant leaves the completions of those.
    """

    project: ProjectRef
    period: Period
    dimension: str
    filters: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """completions: times that a goal was reached. converted: visitors who did; of a cookieless project each day anew.
    revenue: the values of events, by their currency."""

    value: str
    completions: int = 0
    converted: int = 0
    revenue: Mapping[str, float] = field(default_factory=dict)


def first_touch(query: FirstTouchQuery) -> Sequence[Credit]:
    """By the value of the dimension, in its order; values that get no credit are left out. Reads the period's events,
    and the visits of LOOKBACK before them. Raises ValueError for what cannot be asked, and what EventStore.run does."""
    asked = StatsQuery(query.project, ("completions",), query.period, (query.dimension,), query.filters)
    dimension = _dimension(asked)
    events = MatchingEvents(query.project, query.period, query.filters)
    params, is_cookieless = events.params, query.project.is_cookieless
    project, zone = params.add(query.project.id), params.add(query.project.zone.key)
    span = Span(query.period.start, query.period.end)
    wide = span.widened(LONGEST_VISIT)
    before = Span(wide.start - (timedelta(days=1) if is_cookieless else LOOKBACK), wide.end)
    credited = _CREDITED.format(
        events=events.source(span, "e.session_id <> 0"),
        own=dimension.sql.format(row="e"),
        day=f"(e.occurred_at AT TIME ZONE {zone})::date",
        project=project,
        times=within("c.occurred_at", (span,), params),
        is_wanted=ConditionsSql(asked, params).is_wanted("c"),
    )
    touched = _TOUCHED.format(
        touch=dimension.sql.format(row="v"),
        project=project,
        times=within("v.started_at", (before,), params),
        partition=f", (started_at AT TIME ZONE {zone})::date" if is_cookieless else "",
        frame="" if is_cookieless else f" RANGE BETWEEN {params.add(LOOKBACK)} PRECEDING AND CURRENT ROW",
    )
    attributed = _ATTRIBUTED.format(project=project, times=within("v.started_at", (wide,), params))
    sql = _CREDITS.format(by_day=", day" if is_cookieless else "")
    parts = {"credited": credited, "touched": touched, "attributed": attributed}
    return _credits(fetch(events.statement(sql, **parts), params.values | {"project_id": query.project.id}))


def _dimension(asked: StatsQuery) -> Dimension:
    if faults := impossible(asked):
        raise ValueError("; ".join(f"{fault.part} {fault.what}: {fault.why}" for fault in faults))
    dimension = find(asked.dimensions[0])
    if dimension is None or not dimension.is_shared:
        raise ValueError(f"dimensions {asked.dimensions[0]}: visits and events do not share it")
    return dimension


def _credits(rows: Sequence[tuple]) -> list[Credit]:
    found: dict[str, Credit] = {}
    revenue: dict[str, dict[str, float]] = {}
    for value, completions, converted, currency, amount in rows:
        if currency is None:
            found[value] = Credit(value, completions or 0, converted, revenue.setdefault(value, {}))
        else:
            revenue.setdefault(value, {})[currency] = amount
    return [found[value] for value in sorted(found)]
