"""The running product, started once for all tests that look at it from outside."""

from collections.abc import Iterator

import pytest

from analytics_pulse.supervisor.stack import Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with Stack() as running:
        yield running
