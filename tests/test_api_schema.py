"""The API does what its description says, whatever is sent: no failure, no status and no answer that is not described.

Schemathesis makes up requests from the description, of every operation, as each kind of caller, against the real
application and its database.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from analytics_pulse.wsgi import application

if TYPE_CHECKING:
    from projects.models import Project, User

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
# How many requests of each operation; SCHEMA_EXAMPLES=100 looks longer. They are the same each time, so that what fails
# for one fails for all.
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "4"))


def bounded(examples: int) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


def described(*, with_edges: bool) -> Any:
    """with_edges: besides what is made up, the edges of each parameter one by one, some fifty requests an operation."""
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    schema.app = application
    schema.config.phases.coverage.enabled = with_edges
    schema.config.phases.coverage.unexpected_methods = set()
    return schema


# What is wrong with a value is found after it is known who asks, and by the same code for all: once is enough.
edges, few = described(with_edges=True), described(with_edges=False)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A request leaves the test's transaction alone, as with Django's own test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def rows(project: "Project", alice: "User") -> dict[str, str]:
    """Something of everything that an address can name, by the name of its parameter."""
    from analytics_pulse import clock
    from goals.models import Funnel, Goal
    from projects.models import ApiKey
    from reports.models import Segment
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    now = clock.now()
    come_in = {"project_id": project.pk, "occurred_at": now, "received_at": now}
    event = builders.event(**come_in, session_started_at=now, visitor_id=7)
    get_store().append(builders.message(event, quarantined=[builders.quarantined(**come_in)]))
    segment = Segment.objects.create(project=project, name="Germans", filters=[["is", "country", ["DE"]]])
    goal = Goal.objects.create(
        project=project, name="Home", goal_type="pageview", target_url_pattern="/", url_match="exact"
    )
    steps = [{"filters": [["is", "page", [path]]]} for path in ("/", "/pricing")]
    funnel = Funnel.objects.create(project=project, name="Way", steps=steps)
    key = ApiKey(project=project, name="Other", scopes=["read"], created_by=alice)
    key.keep(ApiKey.new_secret())
    key.save()
    return {
        "project_id": str(project.pk),
        "segment_id": str(segment.pk),
        "goal_id": str(goal.pk),
        "funnel_id": str(funnel.pk),
        "key_id": str(key.pk),
        "visitor": f"{7:016x}",
        "visit": f"{1:016x}",
        "metric": "visitors",
    }


@pytest.fixture
def token(alice: "User") -> str:
    """The secret of alice's personal access token that may do everything."""
    from projects.models import PersonalAccessToken

    row, secret = (
        PersonalAccessToken(user=alice, name="Test", scopes=["read", "manage"]),
        PersonalAccessToken.new_secret(),
    )
    row.keep(secret)
    row.save()
    return secret


@edges.parametrize()
@bounded(EXAMPLES)
def test_a_key_is_answered_as_described(case: Any, rows: dict[str, str], api_key: str) -> None:
    ask(case, rows, {"X-API-Key": api_key})


@few.parametrize()
@bounded(max(1, EXAMPLES // 2))
def test_a_token_is_answered_as_described(case: Any, rows: dict[str, str], token: str) -> None:
    ask(case, rows, {"Authorization": f"Bearer {token}"})


@few.parametrize()
@bounded(max(1, EXAMPLES // 4))
def test_nobody_is_answered_as_described(case: Any, rows: dict[str, str]) -> None:
    ask(case, rows, {})


def ask(case: Any, rows: dict[str, str], credentials: dict[str, str]) -> None:
    """Send it to rows that exist, and hold the answer against the description."""
    for name in case.path_parameters:
        case.path_parameters[name] = rows.get(name, case.path_parameters[name])
    for name in ("Authorization", "X-API-Key", "Accept-Encoding"):
        case.headers.pop(name, None)
    case.call_and_validate(headers=credentials | {"Accept-Encoding": "identity"}, checks=CHECKS)
