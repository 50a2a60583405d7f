"""A fixed clock, and events of alice's project in the real store."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

if TYPE_CHECKING:
    from django.test import Client

    from projects.models import Project, User

# A Friday noon in Berlin.
NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GOOGLE = {"source": "Google", "referrer": "www.google.com"}
SIGNUP = {"event_type": "custom", "event_name": "Signup"}


@pytest.fixture
def noon() -> Iterator[datetime]:
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def store_events(project: "Project") -> Callable[..., None]:
    """Appends events of the project, one per dict of fields; see tracking.storage.tests.builders.event."""
    from tracking.pipeline.match_goals import append_matched
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    def append(*events: dict[str, Any]) -> None:
        rows = []
        for fields in events:
            started_at = {"session_started_at": fields.get("occurred_at", NOW)}
            rows.append(builders.event(**{"project_id": project.pk, "occurred_at": NOW} | started_at | fields))
        append_matched(get_store(), builders.message(*rows))

    return append


@pytest.fixture
def alice_client(client: "Client", alice: "User") -> "Client":
    client.force_login(alice)
    return client


@pytest.fixture
def get(client: "Client", project: "Project", api_key: str) -> Callable[..., Any]:
    """The answer of a route of alice's project to a key, which must have this status."""

    def get(route: str, *, status: int = 200, key: str = api_key, **params: Any) -> Any:
        response = client.get(f"/api/v1/projects/{project.pk}/{route}", params, headers={"X-API-Key": key})
        assert response.status_code == status, response.content
        return response.json()

    return get


@pytest.fixture
def three_visits(store_events: Callable[..., None]) -> None:
    """Visit 1: two pages and a custom event in 5 minutes. Visit 2: one page. Visit 3: one page, yesterday."""
    long_ago, ago = NOW - 90 * MINUTE, NOW - 7 * MINUTE
    first = {"visitor_id": 1, "session_id": 1, "session_started_at": ago} | GOOGLE
    store_events(
        first | {"occurred_at": ago},
        first | {"occurred_at": NOW - 4 * MINUTE, "path": "/pricing"},
        first | {"occurred_at": NOW - 2 * MINUTE, "path": "/pricing"} | SIGNUP,
        {"visitor_id": 2, "session_id": 2, "occurred_at": long_ago},
        {"visitor_id": 3, "session_id": 3, "occurred_at": NOW - timedelta(days=1)},
    )
