"""The SQL that breaks a day down: analytics_breakdown. Pure, and goes on where rollup_sql.py ends."""

from tracking.event_types import COUNTS_VISITOR
from tracking.storage.rollup_sql import (
    CAP,
    DURATION,
    ENGAGEMENT,
    FACTS_OF_DAY,
    OF_EVENTS,
    OF_VISITS,
    PAGES_SUMMED,
    REACHED,
    SHARED,
    SUM_NAMES,
    SUMMED,
    VISIT_TALLIES,
    VISITS_SUMMED,
)

# Dimensions whose visitors are counted in one statement: each holds a hash of all its pairs until the statement ends.
AT_ONCE = 4

MAKE_VISITORS = """
CREATE TEMP TABLE IF NOT EXISTS day_visitors (dimension text, value text, visitors int8) ON COMMIT DROP
"""
EMPTY_VISITORS = "TRUNCATE pg_temp.day_visitors"


def _by_each(dimensions: tuple[str, ...], sums: str, source: str) -> str:
    """A row for each dimension and value, in one pass. source: has a column for each, which is never null."""
    names = " ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in dimensions)
    sets = ", ".join(f"({name})" for name in dimensions)
    return (
        f"SELECT CASE {names} END AS dimension, coalesce({', '.join(dimensions)}) AS value, {sums}"
        f" FROM {source} GROUP BY GROUPING SETS ({sets})"
    )


def _visitors_by_each(dimensions: dict[str, str], source: str, condition: str) -> list[str]:
    """Into day_visitors: the visitors by value, a pass for each dimension. All pairs at once do not fit into memory."""
    each = [
        f"SELECT '{name}', value, count(*)"
        f" FROM (SELECT DISTINCT {sql} AS value, visitor_id FROM {source} WHERE {condition}) visitor GROUP BY value"
        for name, sql in dimensions.items()
    ]
    groups = [each[start : start + AT_ONCE] for start in range(0, len(each), AT_ONCE)]
    return [f"INSERT INTO pg_temp.day_visitors {' UNION ALL '.join(group)}" for group in groups]


def _capped(columns: str, parts: str) -> str:
    """Into analytics_breakdown: the first values of each dimension, and one row for the rest. parts: a SELECT of
    dimension, value and these columns."""
    sums = {name: f"sum({name})::int8" for name in columns.replace("\n", " ").split(", ")}
    sums |= {"duration_s": DURATION} if "duration_s" in sums else {}
    if "revenue" in sums:
        sums |= {"revenue": "sum(revenue::numeric)::float8"}
        sums |= {"currency_low": "min(currency_low)", "currency_high": "max(currency_high)"}
    return f"""
INSERT INTO analytics_breakdown (project_id, day, dimension, rank, is_other, value, {", ".join(sums)})
SELECT %(project_id)s, %(day)s, dimension, least(place, %(cap)s + 1) AS rank, place > %(cap)s,
       CASE WHEN place > %(cap)s THEN '' ELSE min(value) END, {", ".join(sums.values())}
FROM (
    SELECT *, row_number() OVER (
        PARTITION BY dimension ORDER BY visitors DESC, pageviews DESC, value COLLATE "C"
    ) AS place
    FROM ({parts}) part
) placed
GROUP BY dimension, rank, place > %(cap)s
ORDER BY dimension, rank
"""


_EVENT_COLUMNS = f"visitors, {SUM_NAMES}"
_SHARED_COLUMNS = ", ".join(f"{sql} AS {name}" for name, sql in SHARED.items())
_SHARED_SUMS = f"""
    sum(pageviews)::int8 AS pageviews, sum(events)::int8 AS events, sum(completions)::int8 AS completions,
    sum(revenue::numeric)::float8 AS revenue, min(currency_low) AS currency_low, max(currency_high) AS currency_high,
    sum(engaged_ms)::int8 AS engaged_ms, sum(engagements)::int8 AS engagements, sum(scroll_sum)::int8 AS scroll_sum,
    sum(scrolls)::int8 AS scrolls, {VISITS_SUMMED}"""
_VISITS_OF_DAY = f"""(
        SELECT {SUM_NAMES}, {ENGAGEMENT}, {VISIT_TALLIES}, {_SHARED_COLUMNS}
        FROM analytics_visits row WHERE {FACTS_OF_DAY}
    ) visit"""
BY_SHARED = _capped(
    f"{_EVENT_COLUMNS}, {ENGAGEMENT}, {VISIT_TALLIES}",
    f"""
    SELECT dimension, value, coalesce(visitors, 0) AS visitors, {SUM_NAMES}, {ENGAGEMENT}, {VISIT_TALLIES}
    FROM ({_by_each(tuple(SHARED), _SHARED_SUMS, _VISITS_OF_DAY)}) sums
    LEFT JOIN pg_temp.day_visitors seen USING (dimension, value)""",
)
_OF_VISITS_SUMS = f"sum(views)::int8 AS pageviews, sum(visit_events)::int8 AS events, {VISITS_SUMMED}"
_STARTED = f"{FACTS_OF_DAY} AND row.visits > 0"
BY_VISIT = _capped(
    f"visitors, pageviews, events, {VISIT_TALLIES}",
    f"""
    SELECT * FROM ({_by_each(tuple(OF_VISITS), _OF_VISITS_SUMS, f"analytics_visits row WHERE {_STARTED}")}) sums
    JOIN pg_temp.day_visitors seen USING (dimension, value)""",
)
BY_EVENT = _capped(
    f"{_EVENT_COLUMNS}, {ENGAGEMENT}",
    f"""
    WITH goal AS (
        SELECT row.*, 1 AS reached, r.goal_id::text AS goal
        FROM day_events row JOIN ({REACHED}) r ON r.event_id = row.event_id AND r.occurred_at = row.occurred_at
    )
    SELECT dimension, value, coalesce(visitors, 0) AS visitors, {SUM_NAMES}, {ENGAGEMENT}
    FROM (
        {_by_each(tuple(OF_EVENTS), SUMMED, "day_events row")}
        UNION ALL
        SELECT 'goal', goal, {SUMMED.replace("sum(row.completions)", "sum(row.reached)")} FROM goal row GROUP BY goal
    ) sums
    LEFT JOIN (
        SELECT * FROM pg_temp.day_visitors
        UNION ALL
        SELECT 'goal', goal, count(DISTINCT visitor_id) FROM goal GROUP BY goal
    ) seen USING (dimension, value)
    LEFT JOIN (
        SELECT 'page' AS dimension, page AS value, {PAGES_SUMMED} FROM day_pages GROUP BY page
    ) engaged USING (dimension, value)
    WHERE dimension <> 'event_name' OR value <> ''""",
)

CONSTANTS = {"visitor_types": list(COUNTS_VISITOR), "cap": CAP}
DIMENSION_NAMES = (*SHARED, *OF_VISITS, *OF_EVENTS, "goal")
STATEMENTS = (
    MAKE_VISITORS,
    EMPTY_VISITORS,
    *_visitors_by_each(SHARED, "analytics_visits row", f"{FACTS_OF_DAY} AND row.visitors > 0"),
    *_visitors_by_each(OF_VISITS, "analytics_visits row", _STARTED),
    *_visitors_by_each({name: name for name in OF_EVENTS}, "day_events", "counts"),
    BY_SHARED,
    BY_VISIT,
    BY_EVENT,
)
