"""The SQL that adds a day up. Pure: statements with named parameters, run in their order.

    events -> day_events, day_pages (temporary tables: each event once, narrow; each page in each visit)
    day_events, day_pages -> analytics_visits, _hourly, _daily
    visits -> analytics_visits, _hourly; analytics_visits -> _daily
    all of these -> analytics_breakdown: rollup_breakdown_sql.py

The definitions are those of tallies.py; a rollup must give what the events and visits themselves do. Amounts and
seconds are added up exactly, as decimals and microseconds: sums of floats depend on the order of the rows, and the same
day twice must be the same rows.
"""

from tracking.storage.dimensions import DIMENSIONS

# Values kept of a dimension a day; the rest are one row.
CAP = 1_000

SHARED = {name: each.sql.format(row="row") for name, each in DIMENSIONS.items() if each.is_shared}
OF_VISITS = {name: each.sql.format(row="row") for name, each in DIMENSIONS.items() if not each.in_events}
# The goal aside, of which an event may have several.
OF_EVENTS = {
    name: each.sql.format(row="e") for name, each in DIMENSIONS.items() if not each.in_visits and name != "goal"
}
# The columns of the first touch, as analytics_visits, visits and events have them. Of the screen only its size matters:
# an event for each width of a window would be a row of its own.
TOUCH = tuple(
    each.sql.removeprefix("{row}.") for name, each in DIMENSIONS.items() if each.is_shared and name != "screen_size"
)
_TOUCH = ", ".join(TOUCH)


def _touch_of(row: str) -> str:
    """The first touch as a number. That two of one visit share it by chance is out of the question."""
    columns = ", ".join(f"{row}.{column}" for column in TOUCH)
    return f"hash_record_extended(ROW({columns}, {DIMENSIONS['screen_size'].sql.format(row=row)}), 0)"


_EVENTS = "e.project_id = %(project_id)s AND e.occurred_at >= %(start)s AND e.occurred_at < %(end)s"
_VISITS = "v.project_id = %(project_id)s AND v.started_at >= %(start)s AND v.started_at < %(end)s"
FACTS_OF_DAY = "row.project_id = %(project_id)s AND row.day = %(day)s"
# Each goal that an event reached is a row.
REACHED = """
    SELECT c.event_id, c.occurred_at, c.goal_id FROM goal_completions c
    WHERE c.project_id = %(project_id)s AND c.occurred_at >= %(start)s AND c.occurred_at < %(end)s"""
# The visits that reached a goal, whenever: a visit counts on the day on which it started.
_CONVERTED = """
    SELECT DISTINCT c.session_id FROM goal_completions c
    WHERE c.project_id = %(project_id)s AND c.occurred_at >= %(wide_start)s AND c.occurred_at < %(wide_end)s"""

# What belongs to no visit (engagement without one) is of nobody.
_DAY_EVENTS = f"""
SELECT e.visitor_id, e.session_id, {_touch_of("e")} AS touch, e.event_id, e.occurred_at,
       date_trunc('hour', e.occurred_at, %(zone)s) AS hour, e.event_type = ANY(%(visitor_types)s::text[]) AS counts,
       coalesce(reached.goals, 0) AS completions, e.value, e.engaged_ms, e.scroll_depth,
       {", ".join(f"{sql} AS {name}" for name, sql in OF_EVENTS.items())}
FROM events e LEFT JOIN (
    SELECT event_id, occurred_at, count(*) AS goals FROM ({REACHED}) r GROUP BY event_id, occurred_at
) reached ON reached.event_id = e.event_id AND reached.occurred_at = e.occurred_at
WHERE {_EVENTS} AND e.session_id <> 0
"""
# Gone with the transaction. In one that spans several days (a test's) it is there already.
MAKE_EVENTS = f"CREATE TEMP TABLE IF NOT EXISTS day_events ON COMMIT DROP AS {_DAY_EVENTS} WITH NO DATA"
EMPTY_EVENTS = "TRUNCATE pg_temp.day_events"
EVENTS = f"INSERT INTO pg_temp.day_events {_DAY_EVENTS}"
# Some sums of rows of day_events (`row`), by column.
_SUMS = {
    "pageviews": "count(*) FILTER (WHERE row.event_type = 'pageview')",
    "events": "count(*) FILTER (WHERE row.event_type = 'custom')",
    "completions": "sum(row.completions)::int8",
    "revenue": "sum(row.value::numeric)::float8",
    "currency_low": "min(row.currency) FILTER (WHERE row.value IS NOT NULL)",
    "currency_high": "max(row.currency) FILTER (WHERE row.value IS NOT NULL)",
}
SUMMED = ", ".join(f"{sql} AS {name}" for name, sql in _SUMS.items())
SUM_NAMES = ", ".join(_SUMS)
ENGAGEMENT = "engaged_ms, engagements, scroll_sum, scrolls"
VISIT_TALLIES = "visits, known_visits, bounces, duration_s, views, converted"
# Exact, whatever the order: see above. Of rows that have duration_s themselves.
DURATION = "(sum(round(duration_s * 1000000)::int8) / 1000000)::float8"
VISITS_SUMMED = f"""
    sum(visits)::int8 AS visits, sum(known_visits)::int8 AS known_visits, sum(bounces)::int8 AS bounces,
    {DURATION} AS duration_s, sum(views)::int8 AS views, sum(converted)::int8 AS converted"""


# Each page in each visit once, with what is of engagement.
_PAGE = "sum(engaged_ms)::int8 AS engaged_ms, max(scroll_depth) AS scroll_depth"
_DAY_PAGES = f"""
SELECT session_id, page, {_PAGE} FROM day_events WHERE event_type = 'engagement' GROUP BY session_id, page
"""
MAKE_PAGES = f"CREATE TEMP TABLE IF NOT EXISTS day_pages ON COMMIT DROP AS {_DAY_PAGES} WITH NO DATA"
EMPTY_PAGES = "TRUNCATE pg_temp.day_pages"
PAGES = f"INSERT INTO pg_temp.day_pages {_DAY_PAGES}"
PAGES_SUMMED = """
    coalesce(sum(engaged_ms), 0)::int8 AS engaged_ms, count(engaged_ms) AS engagements,
    coalesce(sum(scroll_depth), 0)::int8 AS scroll_sum, count(scroll_depth) AS scrolls"""


def _pages(keys: str) -> str:
    """What is of engagement by these columns of day_events: each page in each visit once a key."""
    inner = ", ".join(dict.fromkeys((*keys.split(", "), "session_id", "page")))
    return f"""
    SELECT {keys}, {PAGES_SUMMED}
    FROM (SELECT {inner}, {_PAGE} FROM day_events WHERE event_type = 'engagement' GROUP BY {inner}) page
    GROUP BY {keys}"""


# Of each visit of the day: its events of that day, and itself when it started then. Its first touch is mostly that of
# its row in `visits`; for what has none there (it began the day before, or an event came late and was the first), it
# is that of one of the events.
FACTS = f"""
INSERT INTO analytics_visits (
    project_id, day, session_id, visitor_id, {_TOUCH}, screen_width, entry_page, exit_page,
    visitors, {SUM_NAMES}, {ENGAGEMENT}, {VISIT_TALLIES}, visit_events
)
WITH counted AS MATERIALIZED (
    SELECT session_id, visitor_id, touch, max(counts::int) AS visitors, {SUMMED}
    FROM day_events row GROUP BY session_id, visitor_id, touch
), engaged AS ({_pages("session_id, visitor_id, touch")}
), started AS MATERIALIZED (
    SELECT v.session_id, v.visitor_id, {_touch_of("v")} AS touch,
           {", ".join(f"min(v.{column}) AS {column}" for column in (*TOUCH, "screen_width"))},
           min(v.entry_page) AS entry_page, min(v.exit_page) AS exit_page,
           count(*) AS visits, count(*) AS known_visits, count(*) FILTER (WHERE v.is_bounce) AS bounces,
           sum(extract(epoch FROM v.ended_at - coalesce(v.first_event_at, v.started_at)))::float8 AS duration_s,
           sum(v.pageviews) AS views, count(converted.session_id) AS converted, sum(v.custom_events) AS visit_events
    FROM visits v LEFT JOIN ({_CONVERTED}) converted ON converted.session_id = v.session_id
    WHERE {_VISITS}
    GROUP BY v.session_id, v.visitor_id, touch
), others AS MATERIALIZED (
    SELECT counted.session_id, counted.visitor_id, counted.touch
    FROM counted LEFT JOIN started USING (session_id, visitor_id, touch) WHERE started.session_id IS NULL
), touched AS (
    SELECT session_id, visitor_id, touch, {_TOUCH}, screen_width, entry_page, exit_page, {VISIT_TALLIES}, visit_events
    FROM started
    UNION ALL
    SELECT session_id, visitor_id, touch, {_TOUCH}, screen_width, '', '', 0, 0, 0, 0, 0, 0, 0
    FROM (
        SELECT DISTINCT ON (e.session_id, e.visitor_id, others.touch) e.session_id, e.visitor_id, others.touch,
               {", ".join(f"e.{column}" for column in (*TOUCH, "screen_width"))}
        FROM events e JOIN others USING (session_id, visitor_id)
        WHERE {_EVENTS} AND {_touch_of("e")} = others.touch
        ORDER BY e.session_id, e.visitor_id, others.touch, e.screen_width
    ) of_event
)
SELECT %(project_id)s, %(day)s, touched.session_id, touched.visitor_id, {_TOUCH}, screen_width, entry_page, exit_page,
       coalesce(visitors, 0), coalesce(pageviews, 0), coalesce(events, 0), completions, revenue,
       currency_low, currency_high, {ENGAGEMENT}, {VISIT_TALLIES}, visit_events
FROM touched LEFT JOIN counted USING (session_id, visitor_id, touch)
             LEFT JOIN engaged USING (session_id, visitor_id, touch)
"""

HOURLY = f"""
INSERT INTO analytics_hourly (
    project_id, day, starts_at, visitors, {SUM_NAMES}, {ENGAGEMENT}, {VISIT_TALLIES}
)
WITH counted AS (
    SELECT hour, {SUMMED} FROM day_events row GROUP BY hour
), seen AS (
    SELECT hour, count(*) AS visitors
    FROM (SELECT DISTINCT hour, visitor_id FROM day_events WHERE counts) visitor GROUP BY hour
), engaged AS ({_pages("hour")}
), started AS (
    SELECT hour, {VISITS_SUMMED}
    FROM (
        SELECT date_trunc('hour', v.started_at, %(zone)s) AS hour, 1 AS visits, 1 AS known_visits,
               v.is_bounce::int AS bounces, v.pageviews AS views, (converted.session_id IS NOT NULL)::int AS converted,
               extract(epoch FROM v.ended_at - coalesce(v.first_event_at, v.started_at)) AS duration_s
        FROM visits v LEFT JOIN ({_CONVERTED}) converted ON converted.session_id = v.session_id
        WHERE {_VISITS}
    ) visit GROUP BY hour
)
SELECT %(project_id)s, %(day)s, hour, coalesce(visitors, 0), coalesce(pageviews, 0), coalesce(events, 0), completions,
       revenue, currency_low, currency_high, {ENGAGEMENT}, coalesce(visits, 0), coalesce(known_visits, 0),
       coalesce(bounces, 0), coalesce(duration_s, 0), coalesce(views, 0), coalesce(converted, 0)
FROM counted LEFT JOIN seen USING (hour) LEFT JOIN engaged USING (hour) FULL JOIN started USING (hour)
ORDER BY hour
"""

# Each part is one row. An aggregate of nothing is null, or 0 where it counts.
DAILY = f"""
INSERT INTO analytics_daily (
    project_id, day, zone, computed_at, visitors, {SUM_NAMES}, {ENGAGEMENT}, {VISIT_TALLIES}, starters, visit_events
)
SELECT %(project_id)s, %(day)s, %(zone)s, clock_timestamp(), seen.visitors, {SUM_NAMES},
       CASE WHEN is_engaged THEN engaged_ms END, CASE WHEN is_engaged THEN engagements END,
       CASE WHEN is_engaged THEN scroll_sum END, CASE WHEN is_engaged THEN scrolls END,
       coalesce(visits, 0), coalesce(known_visits, 0), coalesce(bounces, 0), coalesce(duration_s, 0),
       coalesce(views, 0), coalesce(converted, 0), starters, coalesce(visit_events, 0)
FROM (
    SELECT {SUMMED} FROM day_events row
) counted, (
    SELECT count(*) AS visitors FROM (SELECT DISTINCT visitor_id FROM day_events WHERE counts) visitor
) seen, (
    SELECT {PAGES_SUMMED}, count(*) > 0 AS is_engaged FROM day_pages
) engaged, (
    SELECT {VISITS_SUMMED}, sum(visit_events)::int8 AS visit_events FROM analytics_visits row WHERE {FACTS_OF_DAY}
) started, (
    SELECT count(*) AS starters
    FROM (SELECT DISTINCT visitor_id FROM analytics_visits row WHERE {FACTS_OF_DAY} AND visits > 0) visitor
) starting
"""


STATEMENTS = (MAKE_EVENTS, EMPTY_EVENTS, EVENTS, MAKE_PAGES, EMPTY_PAGES, PAGES, FACTS, HOURLY, DAILY)
