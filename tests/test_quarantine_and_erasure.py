"""Set aside, restored, erased: from outside, with the worker of the running product."""

from typing import Any

import pytest

from analytics_pulse.supervisor.stack import Stack
from tests.test_end_to_end import batch, call, eventually, overview

CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"

pytestmark = pytest.mark.slow


@pytest.fixture
def project(stack: Stack) -> dict[str, Any]:
    return stack.create_project("Set aside", "whole.example")


def pageviews(stack: Stack, project: dict[str, Any]) -> int:
    return overview(stack, project)["pageviews"]


def test_what_is_restored_is_counted_and_whom_one_erases_is_not(stack: Stack, project: dict[str, Any]):
    key, api = project["secret_key"], f"{stack.url}/api/v1/projects/{project['project_id']}"
    track = f"{stack.url}/api/v1/track/batch?key={project['write_key']}"

    def set_aside() -> list[dict[str, Any]]:
        return call(f"{api}/quarantine", key=key)[1]["results"]

    assert call(track, batch(), **{"User-Agent": CRAWLER})[0] == 202
    assert eventually(lambda: len(set_aside()) == 10)
    assert {row["reason"] for row in set_aside()} == {"bot"}
    assert pageviews(stack, project) == 0

    ids = [row["event_id"] for row in set_aside()]
    assert call(f"{api}/quarantine/restore", {"event_ids": ids[:3]}, key=key) == (202, {"restoring": 3})
    assert eventually(lambda: pageviews(stack, project) == 3)
    assert call(f"{api}/quarantine/drop", {"event_ids": ids[3:5]}, key=key) == (202, {"dropped": 2})
    assert call(f"{api}/quarantine/restore", {"all": True, "reason": "bot"}, key=key)[0] == 202
    assert eventually(lambda: pageviews(stack, project) == 8)
    assert set_aside() == []

    assert call(track, batch(4))[0] == 202
    assert eventually(lambda: pageviews(stack, project) == 12)
    erase = f"{stack.url}/api/v1/privacy/erase"
    assert call(erase, {"key": project["write_key"]}) == (202, {"status": "accepted"})
    assert eventually(lambda: pageviews(stack, project) == 8), "the crawler, another visitor, stays"
