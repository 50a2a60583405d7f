"""Any question about any events has the answer that plain Python comes to."""

import os
import random
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tracking.storage.base import EventStore
from tracking.storage.rows import CompletionRow, EventRow
from tracking.storage.spec import Row, StatsQuery
from tracking.storage.tests.builders import message
from tracking.storage.tests.oracle import Oracle
from tracking.storage.tests.questions import flat
from tracking.storage.tests.strategies import Scene, questions, scenes

# `make soak` asks for thousands.
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES") or 150)
QUESTIONS_EACH = 6
SHRINKS = os.environ.get("ORACLE_SHRINK") != "0"  # which takes minutes


def by_keys(query: StatsQuery, rows: list[tuple]) -> dict[tuple, tuple]:
    width = len(query.dimensions) + bool(query.interval)
    found = {row[:width]: tuple(rounded(value) for value in row[width:]) for row in rows}
    assert len(found) == len(rows), "a row appears twice"
    return found


def rounded(value: float | None) -> float | str | None:
    """Sums of fractions differ in their last digits by the order in which they are added."""
    return f"{value + 0.0:.9g}" if isinstance(value, float) and abs(value) > 1e-9 else value and float(value)


def in_order(query: StatsQuery, rows: list[Row]) -> list[Row]:
    """As they are to come: what is not known last, ties by the keys."""
    names = ["interval"] * bool(query.interval) + list(query.dimensions)

    def values(name: str, row: Row) -> object:
        if name in query.metrics:
            return row.metrics[query.metrics.index(name)]
        key = row.dimensions[names.index(name)]
        return datetime.fromisoformat(key) if name == "interval" else key

    order = query.order_by or ((("interval", False),) if query.interval else ()) + ((query.metrics[0], True),)
    for name, is_descending in reversed([*order, *((name, False) for name in names)]):
        known = [row for row in rows if values(name, row) is not None]
        unknown = [row for row in rows if values(name, row) is None]
        rows = sorted(known, key=lambda row: values(name, row), reverse=is_descending) + unknown
    return rows


def store_in_two_messages(store: EventStore, scene: Scene, cut: int) -> None:
    """In any order; what is in both messages is a duplicate."""
    rows = list(scene.events)
    random.Random(len(rows)).shuffle(rows)
    for part in (rows[:cut], rows[max(0, cut - 2) :]):
        store.append(message(*part, completions=completions_of(scene, part)))


def completions_of(scene: Scene, rows: list[EventRow]) -> list[CompletionRow]:
    ids = {row.event_id for row in rows}
    return [each for each in scene.completions if each.event_id in ids]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    phases=(Phase.generate, Phase.shrink) if SHRINKS else (Phase.generate,),
)
@given(data=st.data())
def test_the_answer_is_the_oracles(store: EventStore, data: st.DataObject) -> None:
    scene = data.draw(scenes([uuid4(), uuid4()]), label="scene")
    store_in_two_messages(store, scene, data.draw(st.integers(0, len(scene.events)), label="cut"))
    for _ in range(QUESTIONS_EACH):
        query = data.draw(questions(scene), label="question")
        expected = by_keys(query, flat(Oracle(scene.events, query, scene.completions).rows()))
        result = store.run(query)
        assert by_keys(query, flat(result.rows)) == expected
        assert list(result.rows) == in_order(query, list(result.rows))
        start, length = data.draw(st.integers(0, 5), label="offset"), data.draw(st.integers(1, 5), label="limit")
        page = store.run(replace(query, limit=length, offset=start))
        assert list(map(by_rows(query), page.rows)) == list(map(by_rows(query), result.rows[start : start + length]))
        assert not page.rows or page.meta["total_rows"] == len(expected)


def by_rows(query: StatsQuery):
    return lambda row: (row.dimensions, tuple(map(rounded, row.metrics)))
