"""A failed service is left alone for a moment, and asked with little patience before it is trusted again."""

import time

from tracking.circuit import Circuit

PAUSE_S = 0.05


def test_it_is_open_for_a_while_after_a_failure():
    circuit = Circuit("redis", PAUSE_S)
    assert not circuit.is_open
    circuit.trip(TimeoutError())
    assert circuit.is_open
    time.sleep(PAUSE_S)
    assert not circuit.is_open


def test_it_stays_open_until_the_probe_has_an_answer():
    answers = [False, False, True]
    circuit = Circuit("redis", PAUSE_S, lambda: answers.pop(0))
    circuit.trip(TimeoutError())
    for left in (2, 1):
        time.sleep(PAUSE_S)
        assert circuit.is_open
        assert circuit.is_open, "asked once a pause"
        assert len(answers) == left
    time.sleep(PAUSE_S)
    assert not circuit.is_open
    assert not circuit.is_open
    assert answers == []


def test_it_can_be_closed():
    circuit = Circuit("redis", 3600)
    circuit.trip(TimeoutError())
    circuit.close()
    assert not circuit.is_open
