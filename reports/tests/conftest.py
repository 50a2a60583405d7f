"""A fixed clock, and events of alice's project in the real store."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

if TYPE_CHECKING:
    from django.test import Client

    from projects.models import Project, User

# A Friday noon in Berlin.
NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> Iterator[datetime]:
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def store_events(project: "Project") -> Callable[..., None]:
    """Appends events of the project, one per dict of fields; see tracking.storage.tests.builders.event."""
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    def append(*events: dict[str, Any]) -> None:
        rows = []
        for fields in events:
            started_at = {"session_started_at": fields.get("occurred_at", NOW)}
            rows.append(builders.event(**{"project_id": project.pk, "occurred_at": NOW} | started_at | fields))
        get_store().append(builders.message(*rows))

    return append


@pytest.fixture
def alice_client(client: "Client", alice: "User") -> "Client":
    client.force_login(alice)
    return client
