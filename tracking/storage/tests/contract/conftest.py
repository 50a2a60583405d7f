"""Every backend of the event store runs through this suite: add it to `params`."""

import pytest

from tracking.storage.base import EventStore
from tracking.storage.postgres import PostgresStore

BACKENDS = {"postgres": PostgresStore}


@pytest.fixture(params=list(BACKENDS))
def store(request: pytest.FixtureRequest, db: None) -> EventStore:
    return BACKENDS[request.param]()
