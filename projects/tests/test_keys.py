"""Secret keys and the write key: through the pages, and what the rest of the product is told."""

import uuid

import pytest
from django.urls import reverse

from projects import changes
from projects.actions.keys import create_api_key
from projects.models import ApiKey
from projects.models.keys import hash_secret

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture
def told(monkeypatch):
    """The changes that a registered callback has heard of."""
    heard: list[changes.Change] = []
    monkeypatch.setattr(changes, "_callbacks", [heard.append])
    return heard


def new_key(**changes):
    return {"name": "Export", "scopes": ["read"], "new_id": uuid.uuid4(), **changes}


def test_a_secret_is_shown_once_and_stored_as_its_hash(alice, project, signed_in):
    browser, url = signed_in(alice), reverse("projects:keys", args=[project.pk])
    response = browser.post(url, new_key(scopes=["read", "ingest"]))
    secret = response.context["secret"]
    key = ApiKey.objects.get()
    assert len(secret) == 67
    assert secret in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert bytes(key.key_hash) == hash_secret(secret)
    assert (key.prefix, key.scopes, key.created_by) == (secret[:8], ["ingest", "read"], alice)
    assert secret not in browser.get(url).content.decode()


def test_submitting_twice_makes_one_key(alice, project, signed_in):
    browser, url, form = signed_in(alice), reverse("projects:keys", args=[project.pk]), new_key()
    browser.post(url, form)
    response = browser.post(url, form, follow=True)
    assert ApiKey.objects.count() == 1
    assert "made already" in response.content.decode()


def test_choosing_the_id_of_anothers_key_does_not_touch_it(api_key, mallory, signed_in):
    from projects.actions.projects import create_project

    own = create_project(organization=mallory.organizations.get(), name="Own", domain="own.example")
    before = ApiKey.objects.values().get()
    form = new_key(new_id=before["id"])
    response = signed_in(mallory).post(reverse("projects:keys", args=[own.pk]), form)
    assert "secret" not in (response.context or {})
    assert ApiKey.objects.values().get() == before


def test_a_key_without_a_scope_is_refused(alice, project, signed_in):
    response = signed_in(alice).post(reverse("projects:keys", args=[project.pk]), new_key(scopes=[]))
    assert list(response.context["form"].errors) == ["scopes"]


def test_a_revoked_key_leaves_the_list(alice, project, api_key, signed_in):
    browser, key = signed_in(alice), ApiKey.objects.get()
    browser.post(reverse("projects:revoke-key", args=[project.pk, key.pk]))
    key.refresh_from_db()
    assert not key.is_active
    assert key.prefix + "…" not in browser.get(reverse("projects:keys", args=[project.pk])).content.decode()


def test_replacing_the_write_key_twice_from_one_page_replaces_it_once(alice, project, signed_in):
    browser, url, old = signed_in(alice), reverse("projects:rotate-write-key", args=[project.pk]), project.write_key
    browser.post(url, {"replaces": old})
    project.refresh_from_db()
    new = project.write_key
    browser.post(url, {"replaces": old})
    project.refresh_from_db()
    assert project.write_key == new != old


def test_a_new_and_a_revoked_key_are_announced(project, told, django_capture_on_commit_callbacks, signed_in, alice):
    with django_capture_on_commit_callbacks(execute=True):
        key, secret = create_api_key(project=project, name="x", scopes=["read"], by=alice)
        signed_in(alice).post(reverse("projects:revoke-key", args=[project.pk, key.pk]))
    assert [change.project_id for change in told] == [project.pk, project.pk]
    assert all(hash_secret(secret) in change.key_hashes for change in told)


def test_the_old_write_key_is_announced_with_the_new(project, told, django_capture_on_commit_callbacks):
    from projects.actions.projects import rotate_write_key

    old = project.write_key
    with django_capture_on_commit_callbacks(execute=True):
        rotate_write_key(project=project, replaces=old)
    assert set(told[0].key_hashes) == {hash_secret(old), hash_secret(project.write_key)}


def test_changed_settings_are_announced(alice, project, told, signed_in, django_capture_on_commit_callbacks):
    form = {"name": "Other", "domain": "example.com", "timezone": "UTC", "identity_mode": "cookieless"}
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(alice).post(reverse("projects:settings", args=[project.pk]), form)
    assert [change.project_id for change in told] == [project.pk]


def test_a_callback_that_fails_does_not_undo_the_change(project, monkeypatch, django_capture_on_commit_callbacks):
    from projects.actions.projects import change_project

    def fail(change):
        raise ConnectionError

    monkeypatch.setattr(changes, "_callbacks", [fail])
    with django_capture_on_commit_callbacks(execute=True):
        change_project(project=project, name="Other")
    project.refresh_from_db()
    assert project.name == "Other"
