"""How pages age: the pages that were first seen in a period, and how often they were viewed from then on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tracking.storage.conditions import Condition
from tracking.storage.conditions_sql import LIKE_SPECIAL
from tracking.storage.matching import MatchingEvents
from tracking.storage.reading import fetch
from tracking.storage.spans import Span
from tracking.storage.spec import Period, ProjectRef

AGES = (1, 7, 30)  # days of 24 hours
ORDERS = ("first_seen", "page", "views", *(f"views_{age}d" for age in AGES))
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_VIEW = "e.event_type = 'pageview'"

_NEW = """
SELECT e.path, min(e.occurred_at) AS first_seen FROM {events} GROUP BY e.path
HAVING min(e.occurred_at) >= {start}
"""
_VIEWED = """
SELECT new.path AS page, new.first_seen, count(e.path) AS views, {ages}
FROM new LEFT JOIN (SELECT e.path, e.occurred_at FROM {events}) e USING (path)
GROUP BY new.path, new.first_seen
"""
_AGED = "new.first_seen + make_interval(hours => 24 * {age})"
_AGE = f"""
CASE WHEN {_AGED} <= {{until}} THEN count(*) FILTER (WHERE e.occurred_at < {_AGED}) END AS views_{{age}}d
"""
_LISTED = """
SELECT whole.*, listed.* FROM (SELECT count(*), {medians} FROM viewed {sought}) whole
LEFT JOIN (SELECT * FROM viewed {sought} ORDER BY {order} LIMIT {limit} OFFSET {offset}) listed ON TRUE
ORDER BY {order}
"""


@dataclass(frozen=True, slots=True)
class AgedPage:
    """views: up to now. views_at: in the first 1, 7 and 30 days of 24 hours; None where it is younger than that."""

    page: str
    first_seen_at: datetime
    views: int
    views_at: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class AgedPages:
    """total: without limit and offset. medians: of views_at over all of them, each over the pages that are old enough;
    None where there is none."""

    rows: Sequence[AgedPage]
    total: int
    medians: tuple[float | None, ...]


def aged_pages(
    project: ProjectRef,
    period: Period,
    filters: tuple[Condition, ...] = (),
    *,
    until: datetime,
    search: str = "",
    order: str = "first_seen",
    is_descending: bool = True,
    limit: int,
    offset: int = 0,
) -> AgedPages:
    """The pages whose first pageview of all that is kept lies in [start, end). filters: the views that count. search: a
    part of the page's path, in any case. until: now; what is younger than an age has no number for it.

    Reads all pageviews. Raises ValueError for another order, and what EventStore.run does.
    """
    if order not in ORDERS:
        raise ValueError(f"order: one of {', '.join(ORDERS)}")
    everything = MatchingEvents(project, Period(_BEGINNING, period.end, project.zone), ())
    params = everything.params
    views = MatchingEvents(project, Period(period.start, until, project.zone), filters, params)
    new = _NEW.format(
        events=everything.source(Span(_BEGINNING, period.end), _VIEW, "e.session_id <> 0"),
        start=params.add(period.start),
    )
    viewed = _VIEWED.format(
        ages=", ".join(_AGE.format(age=age, until=params.add(until)) for age in AGES),
        events=views.source(Span(period.start, until), _VIEW, "e.session_id <> 0"),
    )
    sought = f"WHERE page ILIKE {params.add(f'%{search.translate(LIKE_SPECIAL)}%')}" if search else ""
    by = f'{order} COLLATE "C"' if order == "page" else order
    sql = views.statement(
        _LISTED.format(
            medians=", ".join(f"percentile_cont(0.5) WITHIN GROUP (ORDER BY views_{age}d)" for age in AGES),
            sought=sought,
            order=f'{by} {"DESC" if is_descending else "ASC"} NULLS LAST, page COLLATE "C"',
            limit=params.add(limit),
            offset=params.add(offset),
        ),
        new=new,
        viewed=viewed,
    )
    found = fetch(sql, params.values | {"project_id": project.id})
    total, medians = found[0][0], found[0][1 : 1 + len(AGES)]
    rows = [_page(*values[1 + len(AGES) :]) for values in found if values[1 + len(AGES)] is not None]
    return AgedPages(rows, total, tuple(medians))


def _page(page: str, first_seen_at: datetime, views: int, *views_at: int | None) -> AgedPage:
    return AgedPage(page, first_seen_at, views, views_at)
