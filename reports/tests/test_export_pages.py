"""The page of exports, for those who may see it."""

from uuid import UUID

import pytest
from django.urls import reverse

from projects.actions.accounts import create_account
from reports.models import Export
from reports.tasks import run_export
from reports.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "folder")]


@pytest.fixture
def folder(tmp_path, settings):
    settings.EXPORTS_DIR = tmp_path / "exports"


@pytest.fixture
def page(project):
    return f"/projects/{project.pk}/settings/exports"


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr(run_export, "apply_async", lambda *args, **options: None)


ASKED = {"kind": "events", "format": "csv", "period": "7d", "email": "on"}


def test_it_lists_what_was_asked_for_and_follows_it_until_it_is_done(alice_client, page, store_events):
    store_events({"received_at": NOW})
    assert b"Nothing yet" in alice_client.get(page).content
    assert alice_client.post(page, ASKED).url == page
    export = Export.objects.get()
    assert (export.wants_email, export.requested_by.email) == (True, "alice@example.com")
    shown = alice_client.get(f"{page}/rows").content.decode()
    assert 'hx-trigger="every 2s"' in shown
    assert "waiting" in shown
    run_export(export.pk.bytes)
    shown = alice_client.get(f"{page}/rows").content.decode()
    assert "hx-trigger" not in shown
    link = shown.partition('href="')[2].partition('"')[0]
    alice_client.logout()
    response = alice_client.get(link.removeprefix("http://127.0.0.1:8000"))
    assert b"".join(response.streaming_content).startswith(b"event_id")


def test_it_is_deleted_with_a_click(alice_client, page):
    alice_client.post(page, ASKED)
    export = Export.objects.get()
    assert alice_client.get(f"{page}/{export.pk}/delete").status_code == 405
    assert alice_client.post(f"{page}/{export.pk}/delete").url == page
    assert not Export.objects.exists()
    assert alice_client.post(f"{page}/{UUID(int=0)}/delete").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"period": "custom"}, "Choose a day."),
        ({"period": "custom", "first": "2026-02-01", "last": "2026-01-01"}, "The last day is before the first."),
        ({"kind": "everything"}, "Select a valid choice"),
        ({"format": "xls"}, "Select a valid choice"),
    ],
)
def test_a_form_that_makes_no_sense_says_so(alice_client, page, fields, said):
    response = alice_client.post(page, ASKED | fields)
    assert said in response.content.decode()
    assert not Export.objects.exists()


def test_days_are_taken_as_they_are_given(alice_client, page):
    alice_client.post(page, ASKED | {"period": "custom", "first": "2026-01-01", "last": "2026-01-31"})
    assert Export.objects.get().title == "Events, January 2026"


def test_the_whole_project_has_no_days(alice_client, page):
    alice_client.post(page, ASKED | {"kind": "project", "period": "custom"})
    assert Export.objects.get().title == "The whole project"


def test_a_viewer_may_export_events_and_not_the_whole_project(client, page, bob, alice_client):
    alice_client.post(page, ASKED | {"kind": "project"})
    export = Export.objects.get()
    client.force_login(bob)
    shown = client.get(page).content.decode()
    assert "The whole project, to move" not in shown
    assert str(export.pk) not in shown
    client.post(page, ASKED | {"kind": "project"})
    assert Export.objects.count() == 1
    assert client.post(f"{page}/{export.pk}/delete").status_code == 404
    client.post(page, ASKED)
    assert Export.objects.count() == 2


def test_an_outsider_finds_nothing(client, page, mallory):
    assert client.get(page).status_code == 302
    client.force_login(mallory)
    for path in (page, f"{page}/rows"):
        assert client.get(path).status_code == 404
    assert client.post(page, ASKED).status_code == 404


def test_the_operator_sees_how_far_they_are(alice_client, page, signed_in):
    alice_client.post(page, ASKED)
    operator = signed_in(create_account(email="root@example.com", is_superuser=True))
    listed = reverse("admin:reports_export_changelist")
    assert "Events, " in operator.get(listed, {"q": "example"}).content.decode()
    assert operator.get(reverse("admin:reports_export_change", args=[Export.objects.get().pk])).status_code == 200
    assert operator.post(reverse("admin:reports_export_add")).status_code == 403
