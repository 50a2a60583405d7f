"""The ways that visits take from a page or an event on, or to it: which steps follow, and where visits end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from tracking.storage.conditions import Condition
from tracking.storage.paths_sql import PathsSql
from tracking.storage.possible import impossible
from tracking.storage.reading import fetch
from tracking.storage.spec import Period, ProjectRef, StatsQuery

FORWARD, BACK = "from", "to"
PAGEVIEW, CUSTOM = "pageview", "custom"
# What a node stands for that is no step: the edge of the visit, and the steps that are not listed one by one.
EDGE, OTHER = "edge", "other"
MAX_STEPS, MAX_BREADTH = 5, 50


@dataclass(frozen=True, slots=True)
class Step:
    """kind: PAGEVIEW or CUSTOM. value: the page's path, or the event's name."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class PathQuery:
    """What comes after the anchor in the visits that have it (direction FORWARD), or before it (BACK).

    The steps of a visit are its pageviews within [start, end) in the order of their time (of event_id at the same
    instant), and with includes_events its custom events; the same step again at once is no step of its own. anchor:
    the first such step of the visit, of BACK the last one; a custom event is a step, and so is each other of its name,
    whatever includes_events says. None: the start of the visit, of BACK its end, before and after all of its steps. A
    visit that reaches over an end of the period begins or ends there.

    filters: of the visits, as everywhere: those that have an event for which all of them hold. steps: how far from the
    anchor to look. breadth: how many values a column lists, those of the most visits first.
    """

    project: ProjectRef
    period: Period
    filters: tuple[Condition, ...] = ()
    anchor: Step | None = None
    direction: str = FORWARD
    steps: int = 4
    breadth: int = 8
    includes_events: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """visits: how many are here in this column. ended: how many of these have no further step; of BACK, none before.
    The others go on, though of the last column it is not told where to. values: of OTHER, for how many steps it
    stands."""

    kind: str
    value: str
    visits: int
    ended: int
    values: int = 1


@dataclass(frozen=True, slots=True)
class Link:
    """visits: how many go from the node at `source` of this column to that at `target` of the next one; BACK: came."""

    column: int
    source: int
    target: int
    visits: int


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """visits: those with the anchor. columns: by their distance from the anchor, which is alone in the first one; only
    those that any visit reaches. Of each node visits = ended + the links from it, and = the links to it, but for what
    the last column goes on to and what the anchor comes from."""

    visits: int
    columns: Sequence[Sequence[Node]]
    links: Sequence[Link]


def paths(query: PathQuery) -> PathAnswer:
    """Reads and sorts the steps of the period. Raises ValueError for what cannot be asked, and what EventStore.run
    does."""
    _check(query)
    sql = PathsSql(query.project, query.period, query.filters)
    anchor = (query.anchor.kind == CUSTOM, query.anchor.value) if query.anchor else None
    statement = sql.statement(
        anchor,
        is_back=query.direction == BACK,
        steps=query.steps,
        breadth=query.breadth,
        includes_events=query.includes_events,
    )
    return _answer(query, fetch(statement, sql.params.values))


def _check(query: PathQuery) -> None:
    faults = impossible(StatsQuery(query.project, ("visits",), query.period, filters=query.filters))
    if faults:
        raise ValueError("; ".join(f"{each.part}: {each.why}" for each in faults))
    if query.direction not in (FORWARD, BACK):
        raise ValueError(f"direction: {FORWARD} or {BACK}")
    if query.anchor and query.anchor.kind not in (PAGEVIEW, CUSTOM):
        raise ValueError(f"anchor: {PAGEVIEW} or {CUSTOM}")
    if not (1 <= query.steps <= MAX_STEPS and 1 <= query.breadth <= MAX_BREADTH):
        raise ValueError(f"steps: 1 to {MAX_STEPS}, breadth: 1 to {MAX_BREADTH}")


# column, rank of the step before, rank, whether it is an event, value, values of the column, visits, ended
_Row = tuple[int, int | None, int | None, bool | None, str | None, int, int, int]


def _answer(query: PathQuery, rows: Sequence[_Row]) -> PathAnswer:
    if not rows:
        return PathAnswer(0, (), ())
    columns: list[list[Node]] = []
    links: list[Link] = []
    if query.anchor is None:
        columns.append([Node(EDGE, "", sum(row[6] for row in rows if row[0] == 1), 0)])
    for column, group in groupby(rows, key=lambda row: row[0]):
        of_column = list(group)
        columns.append(list(_nodes(of_column, query.breadth)))
        if column:
            links += _links(of_column, column, before=columns[-2])
    return PathAnswer(columns[0][0].visits, columns, links)


def _nodes(rows: Sequence[_Row], breadth: int) -> Iterator[Node]:
    """rows: of one column, by rank."""
    for rank, group in groupby(rows, key=lambda row: row[2]):
        parts = list(group)
        _, _, _, is_event, value, values, _, _ = parts[0]
        visits, ended = sum(row[6] for row in parts), sum(row[7] for row in parts)
        if rank is None:
            yield Node(OTHER, "", visits, ended, values - breadth)
        else:
            yield Node(CUSTOM if is_event else PAGEVIEW, value or "", visits, ended)


def _links(rows: Sequence[_Row], column: int, *, before: Sequence[Node]) -> Iterator[Link]:
    """Ranks begin with 1, and the rest has none: it is the last of its column, as the edge is the only one."""
    targets = {rank: at for at, rank in enumerate(dict.fromkeys(row[2] for row in rows))}
    for _, source, target, _, _, _, visits, _ in rows:
        yield Link(column - 1, len(before) - 1 if source is None else source - 1, targets[target], visits)
