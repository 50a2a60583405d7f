"""Every backend of the event store runs through this suite: add it to BACKENDS."""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # pytest loads this module before Django is set up
    from tracking.storage.base import EventStore

BACKENDS = {"postgres": ("tracking.storage.postgres", "PostgresStore")}


@pytest.fixture(params=list(BACKENDS))
def store(request: pytest.FixtureRequest, db: None) -> "EventStore":
    module, name = BACKENDS[request.param]
    return getattr(import_module(module), name)()
