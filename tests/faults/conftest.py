"""A product that may be broken, started once for the tests of a file."""

from collections.abc import Iterator

import pytest

from analytics_pulse.supervisor.stack import Stack
from tests.faults.load import Promises
from tests.faults.trial import ENVIRONMENT, create_keys


@pytest.fixture(scope="module")
def fragile() -> Iterator[Stack]:
    with Stack(ENVIRONMENT) as running:
        yield running


@pytest.fixture(scope="module")
def keys(fragile: Stack) -> list[str]:
    """The write keys of several projects."""
    return create_keys(fragile)


@pytest.fixture(scope="module")
def past() -> Promises:
    """All that was sent to the product by the tests before."""
    return Promises()
