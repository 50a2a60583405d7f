"""Exports in the background: asked for, made, told, fetched, deleted, and made whole after any crash."""

import gzip
import io
import json
import os
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core import mail

from analytics_pulse import clock
from reports.exports import actions, files, jobs, links, sources
from reports.exports.archive_reading import check
from reports.exports.gzip_stream import Gzip
from reports.models import Export, ExportState
from reports.tasks import look_after_exports, run_export
from reports.tests.conftest import NOW
from tracking.storage import export as stored
from tracking.storage.base import QueryTooLarge, StoreUnavailable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "folder")]
MINUTE = timedelta(minutes=1)
ASKED = {"kind": "events", "format": "csv", "period": "7d"}


@pytest.fixture
def folder(tmp_path, settings):
    settings.EXPORTS_DIR = tmp_path / "exports"
    return settings.EXPORTS_DIR


@pytest.fixture
def rung(monkeypatch):
    """The ids of exports that a worker was rung for; no worker runs."""
    found = []
    monkeypatch.setattr(run_export, "apply_async", lambda args, **options: found.append(UUID(bytes=args[0])))
    return found


@pytest.fixture
def ten_events(store_events):
    store_events(*({"occurred_at": NOW - n * MINUTE, "received_at": NOW, "path": f"/{n}"} for n in range(10)))


@pytest.fixture
def api(client, project, alice, rung, django_capture_on_commit_callbacks):
    """Calls a route of the exports as alice, or as `by`."""

    def call(method, route="", *, by=alice, status=200, body=None):
        client.force_login(by)
        url = f"/api/v1/projects/{project.pk}/exports{route}"
        with django_capture_on_commit_callbacks(execute=True):
            response = client.generic(method, url, json.dumps(body) if body is not None else "", "application/json")
        assert response.status_code == status, response.content
        return response.json() if response.content else None

    return call


def work_through(rung):
    """What a worker does with all that it was rung for."""
    while rung:
        run_export(rung.pop(0).bytes)


def fetched(client, url, **headers):
    response = client.get(url.removeprefix("http://127.0.0.1:8000"), headers=headers)
    assert response.status_code == 200, response.status_code
    return b"".join(response.streaming_content)


@pytest.fixture
def small_pages(monkeypatch):
    """Pages of two rows, and a run for each of them."""
    monkeypatch.setattr(sources, "events_page", lambda asked, after: stored.events_page(asked, after, 2))
    monkeypatch.setattr(jobs, "BUDGET_S", 0)
    run = jobs.run
    monkeypatch.setattr(jobs, "run", lambda *args, **options: run(*args, **({"budget_s": 0} | options)))


@pytest.mark.usefixtures("ten_events", "small_pages")
@pytest.mark.parametrize("format", ["csv", "json", "jsonl"])
def test_the_file_is_what_the_answer_would_have_been(api, client, project, rung, format):
    job = api("POST", body=ASKED | {"format": format}, status=202)
    assert (job["state"], job["percent"], job["download_url"]) == ("queued", 0, None)
    runs = 0
    while rung:
        run_export(rung.pop(0).bytes)
        runs += 1
    assert runs > 5
    job = api("GET", f"/{job['id']}")
    assert (job["state"], job["percent"], job["rows"], job["error"]) == ("done", 100, 10, "")
    assert api("GET") == [job]
    answer = client.get(f"/api/v1/projects/{project.pk}/events/export?period=7d&format={format}")
    client.logout()
    content = fetched(client, job["download_url"])
    assert content == b"".join(answer.streaming_content)
    packed = fetched(client, job["download_url"], **{"Accept-Encoding": "gzip"})
    assert (len(packed), gzip.decompress(packed)) == (job["size_bytes"], content)


@pytest.mark.usefixtures("ten_events", "small_pages")
@pytest.mark.parametrize("kind", ["events", "project"])
@pytest.mark.parametrize("killed_in", [1, 2, 4, 7, 9])
def test_a_run_that_is_killed_is_gone_on_with_wherever_it_was(api, client, rung, monkeypatch, kind, killed_in):
    job = api("POST", body={"kind": kind} | (ASKED if kind == "events" else {}), status=202)
    expected = None
    for is_killed in (False, True):
        Export.objects.update(state="queued", position=None, rows_done=0, size_bytes=0)
        files.delete(UUID(job["id"]))
        calls = []

        def fsync(descriptor, calls=calls, is_killed=is_killed):
            """The power goes: what was written beyond what the row says is there, in part."""
            calls.append(descriptor)
            if is_killed and len(calls) == killed_in:
                os.write(descriptor, b"half of a st")
                raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", fsync)
            rung[:] = [UUID(job["id"])]
            try:
                work_through(rung)
            except KeyboardInterrupt:
                rung.append(UUID(job["id"]))
                work_through(rung)
        content = files.whole(UUID(job["id"])).read_bytes()
        assert Export.objects.get().state == "done"
        assert Export.objects.get().size_bytes == len(content)
        expected = expected or content
        assert content == expected
    if kind == "project":
        assert check(io.BytesIO(content), lambda section, row: None).counts["events"] == 10


@pytest.mark.usefixtures("ten_events", "small_pages")
def test_a_run_killed_between_the_last_step_and_the_end_is_brought_to_it(api, rung, monkeypatch):
    job = api("POST", body=ASKED, status=202)

    def killed(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "_finish", killed)
        with pytest.raises(KeyboardInterrupt):
            work_through(rung)
    assert Export.objects.get().state == "running"
    assert not jobs.run(UUID(job["id"]), now=clock.now)
    assert Export.objects.get().state == "done"
    assert files.whole(UUID(job["id"])).exists()


@pytest.mark.usefixtures("ten_events", "small_pages")
def test_a_file_that_is_not_there_any_more_is_made_anew(api, client, rung):
    job = api("POST", body=ASKED, status=202)
    run_export(rung.pop().bytes)
    run_export(rung.pop().bytes)
    files.partial(UUID(job["id"])).unlink()
    work_through(rung)
    assert len(fetched(client, api("GET", f"/{job['id']}")["download_url"]).splitlines()) == 11


@pytest.mark.usefixtures("ten_events", "small_pages")
def test_two_runs_at_once_do_not_write_the_same_file(api, rung):
    job = api("POST", body=ASKED, status=202)
    with files.only_one(UUID(job["id"])) as is_mine:
        assert is_mine
        assert not jobs.run(UUID(job["id"]), now=clock.now)
    assert Export.objects.get().rows_done == 0
    assert jobs.run(UUID(job["id"]), now=clock.now)


@pytest.mark.usefixtures("ten_events")
def test_the_link_opens_the_file_until_it_expires_or_is_deleted(api, client, rung, noon):
    job = api("POST", body=ASKED, status=202)
    work_through(rung)
    url = api("GET", f"/{job['id']}")["download_url"]
    path = url.removeprefix("http://127.0.0.1:8000")
    client.logout()
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith('attachment; filename="example-com-events-2026-11-14-')
    assert "no-store" in response["Cache-Control"]
    for forged in (
        path[:-1] + ("a" if path[-1] != "a" else "b"),
        "/exports/x",
        path.replace("/exports/", "/exports/x"),
    ):
        assert client.get(forged).status_code == 404
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        assert client.get(path).status_code == 404
    api("DELETE", f"/{job['id']}", status=204)
    client.logout()
    assert client.get(path).status_code == 404
    assert list(files.whole(UUID(job["id"])).parent.iterdir()) == []


@pytest.mark.usefixtures("ten_events")
def test_the_link_of_who_has_left_opens_nothing(api, client, rung, bob, organization, project):
    job = api("POST", body=ASKED, by=bob, status=202)
    work_through(rung)
    path = links.url_of(Export.objects.get(pk=job["id"])).removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200
    organization.memberships.filter(user=bob).delete()
    assert client.get(path).status_code == 404
    organization.memberships.create(user=bob, role="viewer")
    project.deleted_at = NOW
    project.save()
    assert client.get(path).status_code == 404


def test_nobody_else_learns_of_an_export(api, client, project, mallory, bob, rung):
    job = api("POST", body={"kind": "project"}, status=202)
    for method, route in (("GET", ""), ("GET", f"/{job['id']}"), ("DELETE", f"/{job['id']}"), ("POST", "")):
        api(method, route, by=mallory, status=404, body=ASKED if method == "POST" else None)
    # A viewer may have statistics and events, but not the project with its settings.
    assert api("GET", by=bob) == []
    api("GET", f"/{job['id']}", by=bob, status=404)
    api("POST", by=bob, body={"kind": "project"}, status=404)
    own = api("POST", by=bob, body=ASKED, status=202)
    assert [each["id"] for each in api("GET", by=bob)] == [own["id"]]
    api("DELETE", f"/{own['id']}", by=bob, status=204)
    alices = api("POST", body=ASKED, status=202)
    api("DELETE", f"/{alices['id']}", by=bob, status=403)


def test_a_key_needs_the_rights_of_what_it_asks_for(client, project, alice, rung):
    from projects.actions.keys import create_api_key

    url = f"/api/v1/projects/{project.pk}/exports"
    for scopes, body, status in (
        (["read"], ASKED, 202),
        (["read"], {"kind": "project"}, 403),
        (["manage"], {"kind": "project"}, 202),
        (["ingest"], ASKED, 403),
    ):
        key = create_api_key(project=project, name="Key", scopes=scopes, by=alice)[1]
        response = client.post(url, body, "application/json", headers={"X-API-Key": key})
        assert (response.status_code, scopes) == (status, scopes)


@pytest.mark.usefixtures("ten_events")
def test_who_asked_for_it_gets_one_email_with_the_link(api, client, rung):
    api("POST", body=ASKED | {"email": True}, status=202)
    work_through(rung)
    look_after_exports()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["alice@example.com"], "Your export of Example is ready")
    url = links.url_of(Export.objects.get())
    assert url in sent.body
    assert url in sent.alternatives[0][0]
    assert len(fetched(client, url).splitlines()) == 11


@pytest.mark.usefixtures("ten_events")
def test_an_email_that_cannot_be_sent_is_tried_again(api, rung, monkeypatch):
    from reports.exports import mail as export_mail

    api("POST", body=ASKED | {"email": True}, status=202)

    def away(*args):
        raise OSError("mail server away")

    with monkeypatch.context() as patched:
        patched.setattr(export_mail, "_send", away)
        work_through(rung)
        look_after_exports()
    assert mail.outbox == []
    look_after_exports()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("error", "code"), [(QueryTooLarge("slow"), "query_too_large"), (OSError(28, "disk full"), "no_room")]
)
@pytest.mark.usefixtures("ten_events")
def test_what_cannot_be_made_says_why_and_leaves_no_file(api, rung, monkeypatch, error, code):
    def page(asked, after):
        raise error

    monkeypatch.setattr(sources, "events_page", page)
    job = api("POST", body=ASKED | {"email": True}, status=202)
    work_through(rung)
    job = api("GET", f"/{job['id']}")
    assert (job["state"], job["error"]) == ("failed", code)
    assert job["detail"]
    assert not files.partial(UUID(job["id"])).exists()
    assert mail.outbox[0].subject == "Your export of Example came to nothing"
    assert job["detail"] in mail.outbox[0].body


@pytest.mark.usefixtures("ten_events")
def test_a_store_that_is_away_delays_it(api, rung, monkeypatch):
    def page(asked, after):
        raise StoreUnavailable("gone")

    job = api("POST", body=ASKED, status=202)
    with monkeypatch.context() as patched:
        patched.setattr(sources, "events_page", page)
        with pytest.raises(StoreUnavailable):
            work_through(rung)
    look_after_exports()
    assert rung == []  # not at once
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        look_after_exports()
        assert rung == [UUID(job["id"])]
        look_after_exports()
        assert len(rung) == 1
        work_through(rung)
    assert Export.objects.get().state == ExportState.DONE


@pytest.mark.usefixtures("ten_events")
def test_what_is_a_day_old_is_given_up_and_what_has_expired_is_deleted(api, rung, folder, project):
    api("POST", body=ASKED, status=202)
    done = api("POST", body=ASKED, status=202)
    run_export(UUID(done["id"]).bytes)
    orphan = folder / uuid4().hex
    orphan.write_bytes(b"of a project that is gone")
    os.utime(orphan, (0, 0))
    rung.clear()
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        look_after_exports()
        assert not orphan.exists()
    assert sorted(Export.objects.values_list("state", "error")) == [("done", ""), ("failed", "gave_up")]
    assert rung == []
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        look_after_exports()
    assert not Export.objects.exists()
    assert list(folder.iterdir()) == []


def test_a_project_has_so_many_exports_at_a_time(api, rung):
    for _ in range(actions.MAX_OPEN):
        job = api("POST", body=ASKED, status=202)
    assert api("POST", body=ASKED, status=429)["code"] == "too_many_exports"
    api("DELETE", f"/{job['id']}", status=204)
    api("POST", body=ASKED, status=202)


def test_the_days_are_those_of_when_it_was_asked_for(api, rung, store_events):
    api("POST", body=ASKED | {"period": "today"}, status=202)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        store_events({"occurred_at": NOW - MINUTE, "received_at": NOW - MINUTE})
        store_events({"occurred_at": NOW + timedelta(days=1), "received_at": NOW + timedelta(days=1)})
        work_through(rung)
    assert Export.objects.get().rows_done == 1


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ([], "", "not_an_object"),
        ({}, "/kind", "unknown_kind"),
        ({"kind": ["events"]}, "/kind", "unknown_kind"),
        (ASKED | {"colour": "red"}, "/colour", "unknown_key"),
        (ASKED | {"format": "tar"}, "/format", "unknown_format"),
        (ASKED | {"format": 1}, "/format", "not_a_text"),
        (ASKED | {"email": "yes"}, "/email", "not_a_boolean"),
        (ASKED | {"period": "soon"}, "/period", "unknown_period"),
        (ASKED | {"filters": [["is", "mood", ["x"]]]}, "/filters/0/1", "unknown_dimension"),
        (ASKED | {"filters": "x"}, "/filters", "not_a_list"),
        (ASKED | {"f": [1]}, "/f", "not_a_text"),
        (ASKED | {"f": ["\ud800"]}, "/f", "unknown_dimension"),
        (ASKED | {"kind": "analytics", "metrics": ["love"]}, "/metrics", "unknown_metric"),
        (ASKED | {"kind": "analytics", "dimension": ["\0"]}, "/dimension", "unknown_dimension"),
    ],
)
def test_a_body_that_makes_no_sense_is_refused_with_its_place(api, body, pointer, code):
    answer = api("POST", body=body, status=400)
    assert [(each["pointer"], each["code"]) for each in answer["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"kind": "events", "filters": ' + "[" * 900 + "]" * 900 + "}"]
)
def test_a_body_that_is_no_json_or_too_deep_is_refused(client, project, alice, text):
    client.force_login(alice)
    response = client.generic("POST", f"/api/v1/projects/{project.pk}/exports", text, "application/json")
    assert response.status_code == 400


def test_pieces_of_a_gzip_file_are_one_file():
    state, data = Gzip(), b""
    for piece in (b"a" * 1000, b"", b"b", os.urandom(70_000)):
        written, state = state.piece(piece)
        data += written
    data += state.end()
    assert data.count(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff") == 1
    assert gzip.decompress(data)[:1002] == b"a" * 1000 + b"b" + gzip.decompress(data)[1001:1002]
    assert gzip.decompress(Gzip().end()) == b""
