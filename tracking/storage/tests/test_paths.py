"""The ways of visits: by examples, and any of them as plain Python comes to it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.storage import get_store, paths
from tracking.storage.paths import BACK, EDGE, OTHER, PAGEVIEW, Node, PathAnswer, PathQuery, Step
from tracking.storage.rows import EventRow
from tracking.storage.spec import Filter, Period, ProjectRef, StatsQuery
from tracking.storage.tests.builders import DAY, MINUTE, NOW, OTHER_SITE, SITE, event, message
from tracking.storage.tests.comparison import QUESTIONS_EACH, tried
from tracking.storage.tests.oracle import Oracle
from tracking.storage.tests.strategies import FILTERS, VALUES, Scene, periods, scenes

pytestmark = pytest.mark.django_db
SITE_REF = ProjectRef(SITE, ZoneInfo("Europe/Berlin"))
TODAY = Period(NOW - timedelta(hours=12), NOW + timedelta(hours=12), ZoneInfo("UTC"))


def visited(number: int, *steps: str, **fields: object) -> None:
    """A visit of these pages, a minute each; +name: a custom event on the page before it."""
    rows, path = [], "/"
    for minute, step in enumerate(steps):
        path = path if step.startswith("+") else step
        name = {"event_type": "custom", "event_name": step[1:]} if step.startswith("+") else {}
        shared = {"visitor_id": number, "session_id": number, "occurred_at": NOW + minute * MINUTE}
        rows.append(event(**(shared | {"path": path} | name | fields)))
    get_store().append(message(*rows))


def found(**asked: object) -> PathAnswer:
    return paths.paths(PathQuery(**({"project": SITE_REF, "period": TODAY} | asked)))


def as_text(answer: PathAnswer) -> list[list[str]]:
    """Each column: its nodes, how many visits, and of these how many ended."""
    return [[f"{node.value or node.kind} {node.visits}/{node.ended}" for node in column] for column in answer.columns]


def flows(answer: PathAnswer) -> set[str]:
    def name(column: int, at: int) -> str:
        return answer.columns[column][at].value or answer.columns[column][at].kind

    return {
        f"{each.column} {name(each.column, each.source)} > {name(each.column + 1, each.target)} {each.visits}"
        for each in answer.links
    }


def test_visits_go_on_from_their_start() -> None:
    visited(1, "/", "/pricing", "/signup")
    visited(2, "/", "/pricing")
    visited(3, "/blog")
    answer = found()
    assert answer.visits == 3
    assert as_text(answer) == [["edge 3/0"], ["/ 2/0", "/blog 1/1"], ["/pricing 2/1"], ["/signup 1/1"]]
    assert flows(answer) == {"0 edge > / 2", "0 edge > /blog 1", "1 / > /pricing 2", "2 /pricing > /signup 1"}


def test_from_a_page_begins_with_its_first_view_and_to_a_page_ends_with_its_last() -> None:
    visited(1, "/", "/pricing", "/docs", "/pricing", "/signup")
    anchor = Step(PAGEVIEW, "/pricing")
    assert as_text(found(anchor=anchor)) == [["/pricing 1/0"], ["/docs 1/0"], ["/pricing 1/0"], ["/signup 1/1"]]
    assert as_text(found(anchor=anchor, direction=BACK)) == [
        ["/pricing 1/0"],
        ["/docs 1/0"],
        ["/pricing 1/0"],
        ["/ 1/1"],
    ]
    assert as_text(found(direction=BACK, steps=1)) == [["edge 1/0"], ["/signup 1/0"]]


def test_a_page_that_is_loaded_again_is_one_step() -> None:
    visited(1, "/", "/", "/pricing", "/pricing", "/")
    assert as_text(found()) == [["edge 1/0"], ["/ 1/0"], ["/pricing 1/0"], ["/ 1/1"]]


def test_custom_events_are_steps_when_they_are_asked_for() -> None:
    visited(1, "/", "+signup", "/", "/welcome")
    assert as_text(found()) == [["edge 1/0"], ["/ 1/0"], ["/welcome 1/1"]]
    assert as_text(found(includes_events=True)) == [
        ["edge 1/0"],
        ["/ 1/0"],
        ["signup 1/0"],
        ["/ 1/0"],
        ["/welcome 1/1"],
    ]


def test_an_event_is_a_step_where_it_is_the_anchor() -> None:
    visited(1, "/", "+search", "+signup", "/welcome", "+search")
    visited(2, "/", "/about")
    answer = found(anchor=Step("custom", "signup"))
    assert answer.visits == 1
    assert as_text(answer) == [["signup 1/0"], ["/welcome 1/1"]]


def test_a_page_is_not_an_event_of_the_same_name() -> None:
    visited(1, "same", "+same")
    assert as_text(found(includes_events=True)) == [["edge 1/0"], ["same 1/0"], ["same 1/1"]]
    assert [each[0].kind for each in found(includes_events=True).columns] == [EDGE, PAGEVIEW, "custom"]


def test_what_is_not_listed_is_one_node_that_is_told_apart_from_those_who_left() -> None:
    for number, page in enumerate(["/a", "/a", "/a", "/b", "/c", "/d"]):
        visited(number, "/", *([page, "/end"] if number < 5 else [page]))
    answer = found(breadth=2)
    assert as_text(answer)[2:] == [["/a 3/0", "/b 1/0", "other 2/1"], ["/end 5/5"]]
    assert answer.columns[2][2] == Node(OTHER, "", 2, 1, values=2)
    assert {"1 / > other 2", "2 other > /end 1"} <= flows(answer)


def test_a_filter_is_of_the_visit_and_leaves_all_its_steps() -> None:
    visited(1, "/", "/pricing", country="DE")
    visited(2, "/", "/docs", country="FR")
    assert as_text(found(filters=(Filter("page", "is", ("/pricing",)),))) == [["edge 1/0"], ["/ 1/0"], ["/pricing 1/1"]]
    assert as_text(found(filters=(Filter("country", "is", ("FR",)),))) == [["edge 1/0"], ["/ 1/0"], ["/docs 1/1"]]
    assert found(filters=(Filter("exit_page", "is", ("/docs",)),)).visits == 1


def test_other_projects_and_other_times_are_left_out() -> None:
    visited(1, "/", project_id=OTHER_SITE)
    visited(2, "/", occurred_at=NOW - DAY)
    assert found() == PathAnswer(0, (), ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 0},
        {"steps": 6},
        {"breadth": 0},
        {"breadth": 51},
        {"direction": "up"},
        {"anchor": Step("click", "/")},
        {"filters": (Filter("nonsense", "is", ("/",)),)},
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+: .+"):
        found(**wrong)


# --- Against plain Python -------------------------------------------------------------------------------------------
class Way(NamedTuple):
    """Of a visit: its steps from the anchor on, as many as are looked at, and whether there were no others."""

    steps: list[tuple[str, str]]
    is_whole: bool


def ways(scene: Scene, query: PathQuery) -> Iterator[Way]:
    oracle = Oracle(
        scene.events,
        StatsQuery(query.project, ("visits",), query.period, filters=query.filters),
        scene.completions,
    )
    for visit in oracle.visit_of.values():
        if not oracle.visit_fulfils(visit):
            continue
        steps = [step(row) for row in visit.all if is_step(row, query) and oracle.is_within(row.occurred_at)]
        if query.direction == BACK:
            steps.reverse()
        once = [key for key, _ in groupby(steps)]
        edge = (EDGE, "")
        anchor = (query.anchor.kind, query.anchor.value) if query.anchor else edge
        walked = [edge, *once] if query.anchor is None else once[once.index(anchor) :] if anchor in once else []
        if walked and once:
            yield Way(walked[: query.steps + 1], len(walked) <= query.steps + 1)


def step(row: EventRow) -> tuple[str, str]:
    return (row.event_type, row.event_name if row.event_type == "custom" else row.path)


def is_step(row: EventRow, query: PathQuery) -> bool:
    is_anchor = query.anchor is not None and step(row) == (query.anchor.kind, query.anchor.value)
    return row.event_type == "pageview" or (row.event_type == "custom" and (query.includes_events or is_anchor))


@st.composite
def queries(draw: st.DrawFn, scene: Scene) -> PathQuery:
    pages = st.builds(Step, st.just(PAGEVIEW), st.sampled_from(VALUES["page"]))
    events = st.builds(Step, st.just("custom"), st.sampled_from(VALUES["event_name"]))
    return PathQuery(
        project=ProjectRef(scene.sites[0], scene.zone),
        period=draw(periods(scene.zone, scene.around)),
        filters=draw(FILTERS),
        anchor=draw(st.none() | pages | events),
        direction=draw(st.sampled_from(["from", "to"])),
        steps=draw(st.integers(1, 5)),
        breadth=draw(st.integers(1, 4)),
        includes_events=draw(st.booleans()),
    )


def expected(scene: Scene, query: PathQuery) -> tuple[list[list[Node]], Counter[tuple[int, int, int]]]:
    walked = list(ways(scene, query))
    columns: list[list[Node]] = []
    places: list[dict[tuple[str, str], int]] = []
    for column in range(query.steps + 1):
        visits = Counter(way.steps[column] for way in walked if len(way.steps) > column)
        ended = Counter(way.steps[-1] for way in walked if way.is_whole and len(way.steps) == column + 1)
        if not visits:
            break
        order = sorted(visits, key=lambda key: (-visits[key], key[0] == "custom", key[1].encode()))
        shown, rest = order[: query.breadth], order[query.breadth :]
        nodes = [Node(*key, visits[key], ended[key]) for key in shown]
        if rest:
            nodes.append(
                Node(OTHER, "", sum(visits[key] for key in rest), sum(ended[key] for key in rest), len(rest)),
            )
        columns.append(nodes)
        places.append({key: min(at, query.breadth) for at, key in enumerate(order)})
    links = Counter(
        (column, places[column][way.steps[column]], places[column + 1][way.steps[column + 1]])
        for way in walked
        for column in range(len(way.steps) - 1)
    )
    return columns, links


@tried(0.5)
@given(data=st.data())
def test_the_answer_is_what_plain_python_comes_to(data: st.DataObject) -> None:
    scene = data.draw(scenes([uuid4(), uuid4()]), label="scene")
    scene.store_in_two_messages(get_store(), data.draw(st.integers(0, len(scene.events)), label="cut"))
    for _ in range(QUESTIONS_EACH):
        query = data.draw(queries(scene), label="question")
        columns, links = expected(scene, query)
        answer = paths.paths(query)
        assert [list(column) for column in answer.columns] == columns
        assert Counter({(each.column, each.source, each.target): each.visits for each in answer.links}) == links
        assert answer.visits == (columns[0][0].visits if columns else 0)
        assert_sums_agree(answer)


def assert_sums_agree(answer: PathAnswer) -> None:
    for column, nodes in enumerate(answer.columns):
        for at, node in enumerate(nodes):
            came = sum(each.visits for each in answer.links if (each.column + 1, each.target) == (column, at))
            went = sum(each.visits for each in answer.links if (each.column, each.source) == (column, at))
            assert column == 0 or came == node.visits
            assert column == len(answer.columns) - 1 or went + node.ended == node.visits
