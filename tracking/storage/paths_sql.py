"""The statement of paths.py: steps of visits, numbered from an anchor and counted by column."""

from tracking.event_types import COUNTS_VISITOR, REACHES_GOALS
from tracking.storage.conditions import Condition
from tracking.storage.matching import MatchingEvents
from tracking.storage.shape import is_about_goals, is_of_visits
from tracking.storage.spans import Span, within
from tracking.storage.spec import Period, ProjectRef

# COLLATE "C": compared byte by byte, which is faster, and gives ties the same order whatever the database's language.
_HITS = """
SELECT e.session_id, e.occurred_at, e.event_id, e.event_type = 'custom' AS is_event,
       (CASE e.event_type WHEN 'custom' THEN e.event_name ELSE e.path END) COLLATE "C" AS value
FROM {events}
"""
# All windows have the same order: the rows are sorted once.
_WINDOW = "WINDOW visit AS (PARTITION BY session_id ORDER BY occurred_at {order}, event_id {order})"
_RUNS = f"""
SELECT *, lag(value) OVER visit IS DISTINCT FROM value OR lag(is_event) OVER visit IS DISTINCT FROM is_event AS is_new
FROM hits {_WINDOW}
"""
_NUMBERED = f"""
SELECT *, row_number() OVER visit AS number, lead(value) OVER visit IS NULL AS is_last,
       lag(is_event) OVER visit AS before_is_event, lag(value) OVER visit AS before
FROM runs WHERE is_new {_WINDOW}
"""
_FROM_ANCHOR = """
SELECT *, number - min(number) FILTER (WHERE is_event = {is_event} AND value = {value})
                   OVER (PARTITION BY session_id) AS at FROM numbered
"""
_FROM_EDGE = "SELECT *, number AS at FROM numbered"
# Pairs of steps are far fewer than steps: what follows is about them.
_PAIRS = """
SELECT at, is_event, value, CASE WHEN at > {first} THEN before_is_event END AS before_is_event,
       CASE WHEN at > {first} THEN before END AS before, count(*) AS visits, count(*) FILTER (WHERE is_last) AS ended
FROM ({placed}) placed WHERE at BETWEEN 0 AND {steps} GROUP BY 1, 2, 3, 4, 5
"""
_RANKED = """
SELECT at, is_event, value, count(*) OVER (PARTITION BY at) AS different,
       row_number() OVER (PARTITION BY at ORDER BY sum(visits) DESC, is_event, value) AS rank
FROM pairs GROUP BY at, is_event, value
"""
_LISTED = "SELECT * FROM ranked WHERE rank <= {breadth}"
_COUNTED = """
SELECT p.at, before.rank, here.rank, here.is_event, here.value, max(totals.different),
       sum(p.visits)::int8, sum(p.ended)::int8
FROM pairs p
JOIN (SELECT at, max(different) AS different FROM listed GROUP BY at) totals ON totals.at = p.at
LEFT JOIN listed here ON here.at = p.at AND here.is_event = p.is_event AND here.value = p.value
LEFT JOIN listed before ON before.at = p.at - 1 AND before.is_event = p.before_is_event AND before.value = p.before
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, here.rank NULLS LAST, before.rank NULLS LAST
"""


class PathsSql:
    """Of one statement. `params`: its values."""

    def __init__(self, project: ProjectRef, period: Period, filters: tuple[Condition, ...]) -> None:
        self._matching = MatchingEvents(project, period, filters)
        self._filters, self._span = filters, Span(period.start, period.end)
        self.params = self._matching.params
        self._project = self.params.add(project.id)

    def statement(
        self, anchor: tuple[bool, str] | None, *, is_back: bool, steps: int, breadth: int, includes_events: bool
    ) -> str:
        """anchor: whether it is a custom event, and its value. A row for each column (`at`, its distance from the
        anchor), rank of the step before (NULL: it is not listed) and rank (likewise), with the step of this rank, how
        many different ones its column has, and the visits, of which some end there."""
        params, order = self.params, "DESC" if is_back else "ASC"
        placed = _FROM_EDGE
        if anchor:
            placed = _FROM_ANCHOR.format(is_event=params.add(anchor[0]), value=params.add(anchor[1]))
        return self._matching.statement(
            _COUNTED,
            hits=_HITS.format(events=self._events(anchor, includes_events=includes_events)),
            runs=_RUNS.format(order=order),
            numbered=_NUMBERED.format(order=order),
            pairs=_PAIRS.format(placed=placed, steps=params.add(steps), first=0 if anchor else 1),
            ranked=_RANKED,
            listed=_LISTED.format(breadth=params.add(breadth)),
        )

    def _events(self, anchor: tuple[bool, str] | None, *, includes_events: bool) -> str:
        """What comes after FROM: the steps of the visits that match and have the anchor."""
        types = "e.event_type = 'pageview'"
        if includes_events:
            types = "e.event_type IN ('pageview', 'custom')"
        elif anchor and anchor[0]:
            types = f"({types} OR {self._is_anchor(anchor)})"
        conditions = [types]
        if anchor:
            conditions.append(f"e.session_id IN (SELECT e.session_id FROM {self._plain(self._is_anchor(anchor))})")
        if all(map(is_of_visits, self._filters)):  # what is the same on each event of a visit
            return self._matching.source(self._span, *conditions)
        counted = REACHES_GOALS if any(map(is_about_goals, self._filters)) else COUNTS_VISITOR
        counts = f"e.event_type = ANY({self.params.add(counted)}::text[])"
        matching = self._matching.source(self._span, counts)
        return self._plain(*conditions, f"e.session_id IN (SELECT e.session_id FROM {matching})")

    def _plain(self, *conditions: str) -> str:
        times = within("e.occurred_at", (self._span,), self.params)
        return f"events e WHERE {' AND '.join([f'e.project_id = {self._project}', times, *conditions])}"

    def _is_anchor(self, anchor: tuple[bool, str]) -> str:
        is_event, value = anchor
        if is_event:
            return f"e.event_type = 'custom' AND e.event_name = {self.params.add(value)}"
        return f"e.event_type = 'pageview' AND e.path = {self.params.add(value)}"
