"""What is known goes on being known while the database hangs."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from tracking import layered_cache
from tracking.layered_cache import MAX_ASKING, AnswerUnknown, LayeredCache


class Answer(msgspec.Struct):
    text: str


@pytest.fixture
def hanging(monkeypatch) -> Iterator[tuple[LayeredCache[Answer], threading.Event]]:
    """A cache whose answers are stale at once, and MAX_ASKING threads that wait for the database until the event."""
    monkeypatch.setattr(layered_cache, "MEMORY_S", 0)
    monkeypatch.setattr(layered_cache, "FRESH_S", 0)
    cache, goes_on = LayeredCache("question", Answer), threading.Event()
    cache.get("known", lambda: Answer("yes"))
    asking = threading.Barrier(MAX_ASKING + 1)

    def load() -> Answer:
        asking.wait(5)
        goes_on.wait(20)
        return Answer("new")

    with ThreadPoolExecutor(MAX_ASKING) as pool:
        for _ in range(MAX_ASKING):
            pool.submit(cache.get, "known", load)
        asking.wait(5)
        yield cache, goes_on
        goes_on.set()


def never() -> Answer:
    raise AssertionError("nobody else may wait for a database that hangs")


def test_who_comes_after_those_who_wait_gets_the_last_known_answer(hanging):
    cache, _ = hanging
    assert cache.get("known", never) == Answer("yes")


def test_what_nobody_knows_is_said_to_be_unknown(hanging):
    cache, _ = hanging
    with pytest.raises(AnswerUnknown):
        cache.get("unknown", never)
    cache.invalidate("known")
    with pytest.raises(AnswerUnknown):
        cache.get("known", never)


def test_the_database_is_asked_again_when_it_answers(hanging):
    cache, goes_on = hanging
    cache.get("known", never)
    goes_on.set()
    layered_cache.close_circuits()
    assert cache.get("known", lambda: Answer("newer")) == Answer("newer")
