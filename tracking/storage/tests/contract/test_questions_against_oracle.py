"""Any question about any events has the answer that plain Python comes to."""

from dataclasses import replace
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from tracking.storage.base import EventStore
from tracking.storage.tests.comparison import QUESTIONS_EACH, by_keys, by_rows, differences, in_order, tried
from tracking.storage.tests.oracle import Oracle
from tracking.storage.tests.questions import flat
from tracking.storage.tests.strategies import questions, scenes


@tried()
@given(data=st.data())
def test_the_answer_is_the_oracles(store: EventStore, data: st.DataObject) -> None:
    scene = data.draw(scenes([uuid4(), uuid4()]), label="scene")
    scene.store_in_two_messages(store, data.draw(st.integers(0, len(scene.events)), label="cut"))
    for _ in range(QUESTIONS_EACH):
        query = data.draw(questions(scene), label="question")
        expected = by_keys(query, flat(Oracle(scene.events, query, scene.completions).rows()))
        result = store.run(query)
        assert differences(by_keys(query, flat(result.rows)), expected) == {}
        assert list(result.rows) == in_order(query, list(result.rows))
        start, length = data.draw(st.integers(0, 5), label="offset"), data.draw(st.integers(1, 5), label="limit")
        page = store.run(replace(query, limit=length, offset=start))
        assert list(map(by_rows(query), page.rows)) == list(map(by_rows(query), result.rows[start : start + length]))
        assert not page.rows or page.meta["total_rows"] == len(expected)
