"""Pages that visitors asked for and that are not there, and how they came to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracking.storage.conditions import Condition
from tracking.storage.matching import MatchingEvents
from tracking.storage.reading import fetch
from tracking.storage.spans import Span, within
from tracking.storage.spec import Period, ProjectRef

_NOT_FOUND = "e.event_type = 'not_found'"
_PAGES = """
SELECT path, count(*) AS hits, count(DISTINCT {visitor}) AS visitors, min(at) AS first_at, max(at) AS last_at
FROM hit GROUP BY path
"""
_HITS = "SELECT e.path, e.visitor_id, e.occurred_at AS at FROM {events}"
# When each was last missing, also after the period; and what was seen of it after that.
_MISSED = """
SELECT e.path, max(e.occurred_at) AS at FROM events e
WHERE e.project_id = {project} AND {times} AND e.event_type = 'not_found' GROUP BY e.path
"""
_BACK = """
SELECT e.path, min(e.occurred_at) AS at FROM events e JOIN missed ON missed.path = e.path AND e.occurred_at > missed.at
WHERE e.project_id = {project} AND {times} AND e.event_type = 'pageview' GROUP BY e.path
"""
_LISTED = """
SELECT listed.*, back.at, count(*) OVER () FROM page listed LEFT JOIN back USING (path)
ORDER BY listed.hits DESC, listed.path LIMIT {limit}
"""
# Of a visit's pages, the one before each that was missing; a visit that began with it came from the referrer.
_WAYS = """
SELECT e.path, e.event_type, e.occurred_at AS at, e.event_id, e.referrer, {is_asked} AS is_asked,
       lag(e.path) OVER (PARTITION BY e.session_id ORDER BY e.occurred_at, e.event_id) AS page
FROM events e JOIN (SELECT DISTINCT e.session_id FROM {events}) hit ON hit.session_id = e.session_id
WHERE e.project_id = {project} AND {times} AND e.event_type IN ('pageview', 'not_found')
"""
_COUNTED = """
SELECT page IS NOT NULL, coalesce(page, referrer), count(*) FROM way
WHERE is_asked AND page IS DISTINCT FROM path GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT {limit}
"""


@dataclass(frozen=True, slots=True)
class BrokenQuery:
    """Of [start, end). now: until when it is looked whether a page is back. limit: of pages, the most asked for."""

    project: ProjectRef
    period: Period
    filters: tuple[Condition, ...]
    now: datetime
    limit: int


@dataclass(frozen=True, slots=True)
class BrokenPage:
    """path: percent-encoded, as it was asked for. fixed_at: the first pageview after it was last missing, in or after
    the period; None: it is missing still."""

    path: str
    hits: int
    visitors: int
    first_at: datetime
    last_at: datetime
    fixed_at: datetime | None


@dataclass(frozen=True, slots=True)
class BrokenPages:
    """total: how many there are beyond the limit, too."""

    rows: Sequence[BrokenPage]
    total: int


@dataclass(frozen=True, slots=True)
class Way:
    """How visitors got to a page. is_page: from a page of the site. value: its path, or the address that led to the
    visit ("": none is known). hits: how often."""

    is_page: bool
    value: str
    hits: int


def broken_pages(query: BrokenQuery) -> BrokenPages:
    """The most asked for first. In a cookieless project a visitor counts once a day. Raises what EventStore.run does.

    Reads the events of the period, and the pageviews from its start until now.
    """
    events = MatchingEvents(query.project, query.period, query.filters)
    params = events.params
    span = Span(query.period.start, query.period.end)
    fields = {
        "project": params.add(query.project.id),
        "times": within("e.occurred_at", (Span(span.start, max(span.end, query.now)),), params),
    }
    zone = params.add(query.project.zone.key)
    visitor = f"(visitor_id, (at AT TIME ZONE {zone})::date)" if query.project.is_cookieless else "visitor_id"
    sql = events.statement(
        _LISTED.format(limit=params.add(query.limit)),
        hit=_HITS.format(events=events.source(span, _NOT_FOUND)),
        page=_PAGES.format(visitor=visitor),
        missed=_MISSED.format(**fields),
        back=_BACK.format(**fields),
    )
    found = fetch(sql, params.values | {"project_id": query.project.id})
    return BrokenPages([BrokenPage(*values[:-1]) for values in found], found[0][-1] if found else 0)


def ways(
    project: ProjectRef, period: Period, filters: tuple[Condition, ...], path: str, *, limit: int
) -> Sequence[Way]:
    """How visitors got to a page that was missing, the most frequent first. Asked for again at once is no way.

    Raises what EventStore.run does. Reads the events of the period twice.
    """
    events = MatchingEvents(project, period, filters)
    params = events.params
    span = Span(period.start, period.end)
    is_path = f"e.path = {params.add(path)}"
    asked = f"{_NOT_FOUND} AND {is_path} AND {within('e.occurred_at', (span,), params)}"
    sql = events.statement(
        _COUNTED.format(limit=params.add(limit)),
        way=_WAYS.format(
            is_asked=asked,
            events=events.source(span, _NOT_FOUND, is_path),
            project=params.add(project.id),
            times=within("e.occurred_at", (span.widened(),), params),
        ),
    )
    return [Way(*values) for values in fetch(sql, params.values | {"project_id": project.id})]
