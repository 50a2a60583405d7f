"""Goals of alice's project, and events that come in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # pytest loads this module before Django is set up
    from goals.models import Goal
    from projects.models import Project
    from tracking.storage.rows import EventRow

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def make(project: "Project") -> "Callable[..., Goal]":
    from goals.actions import create_goal

    def make(**fields: Any) -> "Goal":
        return create_goal(project=project, by=None, **{"name": "Goal"} | fields)

    return make


@pytest.fixture
def store(project: "Project") -> "Callable[..., list[EventRow]]":
    """Events of the project, one per dict of fields, each a minute after the one before it."""
    from tracking.pipeline.match_goals import append_matched
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    def store(*events: dict[str, Any]) -> "list[EventRow]":
        rows = [
            builders.event(
                **{"project_id": project.pk, "occurred_at": NOON + number * MINUTE, "session_started_at": NOON} | fields
            )
            for number, fields in enumerate(events)
        ]
        append_matched(get_store(), builders.message(*rows))
        return rows

    return store
