"""Any funnel of any events has the answer that plain Python comes to."""

from datetime import timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from tracking.storage.conditions import Condition
from tracking.storage.funnels import FunnelQuery, FunnelStep, drop_outs, funnel
from tracking.storage.postgres import PostgresStore
from tracking.storage.spec import AnyOf, Filter, ProjectRef
from tracking.storage.tests.comparison import QUESTIONS_EACH, rounded, tried
from tracking.storage.tests.funnel_oracle import FunnelOracle
from tracking.storage.tests.strategies import FILTERS, GOALS, VALUES, Scene, filters, periods, scenes, trees

# What many events fulfil, so that some get further than the first step.
OFTEN = st.sampled_from(
    [
        Filter("page", "contains", ("/",)),
        Filter("page", "contains", ("a",)),
        Filter("page", "is", ("/",)),
        Filter("event_type", "is", ("pageview",)),
        Filter("event_type", "is_not", ("pageview",)),
        Filter("event_type", "is", ("custom",)),
        Filter("goal", "is", (str(GOALS[0]),)),
        AnyOf((Filter("goal", "is", (str(GOALS[1]),)), Filter("title", "is", ("",)))),
    ]
)
STEPS: st.SearchStrategy[Condition] = OFTEN | OFTEN | OFTEN | trees(filters(), 2)
# None is also the way to ask for more than anybody took; minutes are what lies between the events of the scenes.
WINDOWS = st.none() | st.sampled_from([timedelta(minutes=n) for n in (1, 25, 26, 50, 600, 1440)])


@st.composite
def funnels(draw: st.DrawFn, scene: Scene) -> FunnelQuery:
    return FunnelQuery(
        project=ProjectRef(scene.sites[0], scene.zone, draw(st.booleans())),
        period=draw(periods(scene.zone, scene.around)),
        steps=tuple(draw(st.lists(STEPS, min_size=2, max_size=5))),
        by=draw(st.sampled_from(["visit", "visitor"])),
        window=draw(WINDOWS),
        is_strict=draw(st.booleans()),
        filters=draw(st.just(()) | FILTERS),
        breakdown=draw(st.just("") | st.sampled_from([name for name in VALUES if name != "goal"])),
        groups=draw(st.integers(1, 3)),
    )


def flat(steps: list[FunnelStep]) -> list[tuple]:
    return [(each.reached, each.continued, rounded(each.median_s)) for each in steps]


@tried()
@given(data=st.data())
def test_the_answer_is_the_oracles(db: None, data: st.DataObject) -> None:
    scene = data.draw(scenes([uuid4(), uuid4()]), label="scene")
    scene.store_in_two_messages(PostgresStore(), data.draw(st.integers(0, len(scene.events)), label="cut"))
    for _ in range(QUESTIONS_EACH):
        query = data.draw(funnels(scene), label="funnel")
        oracle = FunnelOracle(scene.events, query, scene.completions)
        found = funnel(query)
        assert flat(found.steps) == in_figures(oracle.steps(oracle.best))
        expected = oracle.groups() if query.breakdown else []
        assert [(group.value, flat(group.steps)) for group in found.groups] == [
            (value, in_figures(steps)) for value, steps in expected
        ]
        step = data.draw(st.integers(1, len(query.steps)), label="step")
        total, next_steps = oracle.drop_outs(step)
        stopped = drop_outs(query, step, limit=100)
        assert {(row.kind, row.value): row.count for row in stopped.rows} == next_steps
        assert (stopped.total, stopped.left) == (total, total - next_steps.total())


def in_figures(steps: list[tuple]) -> list[tuple]:
    return [(reached, continued, rounded(took)) for reached, continued, took in steps]
