"""The page of exports in a real browser: asked for, followed, fetched, deleted."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from analytics_pulse import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner(context: BrowserContext, live_server: Any, alice: Any, settings: Any, tmp_path: Path) -> Page:
    """Alice's browser."""
    settings.EXPORTS_DIR = tmp_path / "exports"
    settings.PUBLIC_URL = live_server.url
    client = Client()
    client.force_login(alice)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return context.new_page()


def test_an_export_is_followed_until_it_can_be_fetched(
    owner: Page, live_server: Any, project: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from reports.models import Export
    from reports.tasks import run_export
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    monkeypatch.setattr(run_export, "apply_async", lambda *args, **options: None)
    now = clock.now()
    row = builders.event(project_id=project.pk, occurred_at=now, received_at=now, session_started_at=now)
    get_store().append(builders.message(row))

    owner.goto(f"{live_server.url}/projects/{project.pk}/settings/ledger")
    owner.get_by_role("link", name="Export", exact=True).click()
    owner.get_by_label("What").select_option("events")
    owner.get_by_role("button", name="Start export").click()
    expect(owner.locator("#exports")).to_contain_text("waiting")
    run_export(Export.objects.get().pk.bytes)
    with owner.expect_download() as download:
        owner.locator("#exports").get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".csv")
    download.value.save_as(tmp_path / "events.csv")
    names, *rows = (tmp_path / "events.csv").read_text().splitlines()
    assert names.startswith("event_id,occurred_at,")
    assert [each.partition(",")[0] for each in rows] == [str(row.event_id)]
    owner.locator("#exports").get_by_role("button").click()
    expect(owner.locator("#exports")).to_contain_text("Nothing yet")
