"""Places for questions: a project gets its share, and nobody waits for ever."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tracking.storage.base import StoreBusy
from tracking.storage.bulkhead import Bulkhead


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_project_gets_half_of_the_places(held: ExitStack) -> None:
    bulkhead = Bulkhead(places=4, places_of_one=2, max_wait_s=0)
    for key in ("a", "a", "b"):
        held.enter_context(bulkhead.place(key))
    with pytest.raises(StoreBusy):
        held.enter_context(bulkhead.place("a"))
    held.enter_context(bulkhead.place("b"))


def test_all_projects_together_get_no_more_than_all_places(held: ExitStack) -> None:
    bulkhead = Bulkhead(places=2, places_of_one=2, max_wait_s=0)
    held.enter_context(bulkhead.place("a"))
    held.enter_context(bulkhead.place("b"))
    with pytest.raises(StoreBusy):
        held.enter_context(bulkhead.place("c"))


def test_a_place_that_comes_free_goes_to_who_waits() -> None:
    bulkhead = Bulkhead(places=1, places_of_one=1, max_wait_s=30)
    answered = threading.Event()

    def ask() -> None:
        with bulkhead.place("a"):
            answered.set()

    with bulkhead.place("a"):
        waiting = threading.Thread(target=ask)
        waiting.start()
        assert not answered.is_set()
    assert answered.wait(30)
    waiting.join()


def test_an_error_gives_the_place_back() -> None:
    bulkhead = Bulkhead(places=1, places_of_one=1, max_wait_s=0)
    with pytest.raises(ZeroDivisionError), bulkhead.place("a"):
        raise ZeroDivisionError
    with bulkhead.place("a"):
        pass


def test_who_would_be_one_too_many_to_wait_is_sent_away_at_once(held: ExitStack) -> None:
    bulkhead = Bulkhead(places=1, places_of_one=1, waiting=0, max_wait_s=3600)
    held.enter_context(bulkhead.place("a"))
    with pytest.raises(StoreBusy, match="waiting"):
        held.enter_context(bulkhead.place("b"))
