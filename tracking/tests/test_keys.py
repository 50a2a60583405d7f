"""Keys resolved: by whom, from where, and for how long an answer holds."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from projects.actions.keys import create_api_key, revoke_api_key
from projects.actions.projects import change_project, delete_project, rotate_write_key
from projects.models import ApiKey
from tracking import keys, layered_cache, project_settings
from tracking.connections import redis_client
from tracking.keys import KeyWithoutIngest, MissingKey, ProjectInactive, Unavailable, UnknownKey, resolve
from tracking.project_settings import settings_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run an action and what follows its commit."""

    def run(action, **arguments):
        with django_capture_on_commit_callbacks(execute=True):
            return action(**arguments)

    return run


@pytest.fixture
def database_away():
    """Every query fails as it does when PostgreSQL is away."""
    from django.db import OperationalError

    def fail(execute, sql, params, many, context):
        raise OperationalError("the connection is lost")

    with connection.execute_wrapper(fail):
        yield


def as_in_another_process():
    keys.clear_memory()
    layered_cache.close_circuits()


def test_a_write_key_sends_to_its_project(project):
    source = resolve(project.write_key)
    assert source.project.id == project.id
    assert not source.is_secret


def test_a_secret_key_sends_to_its_project(project, api_key):
    source = resolve(api_key)
    assert source.project.id == project.id
    assert source.is_secret


def test_keys_with_the_same_prefix_are_told_apart(project, alice):
    secrets = [create_api_key(project=project, name=str(n), scopes=["ingest"], by=alice)[1] for n in range(3)]
    ApiKey.objects.update(prefix=secrets[0][:8])
    stranger = secrets[0][:-1] + ("0" if secrets[0][-1] != "0" else "1")
    assert resolve(secrets[0]).key_id != ""
    with pytest.raises(UnknownKey):
        resolve(stranger)


@pytest.mark.parametrize("key", [None, ""])
def test_no_key_is_not_an_unknown_one(key):
    with pytest.raises(MissingKey):
        resolve(key)


def test_what_cannot_be_a_key_is_not_looked_up(django_assert_num_queries):
    with django_assert_num_queries(0):
        for key in ("ap_pub_", "AP_PUB_" + "0" * 32, "ap_" + "g" * 64, "ap_pub_" + "0" * 32 + "\n", "' OR 1=1"):
            with pytest.raises(UnknownKey):
                resolve(key)
    assert redis_client().keys("ap:key:*") == []


@pytest.mark.parametrize("is_known", [True, False])
def test_an_answer_is_remembered_by_the_process_and_by_redis(project, is_known, django_assert_num_queries):
    key = project.write_key if is_known else "ap_pub_" + "0" * 32

    def ask():
        try:
            return resolve(key) is not None
        except UnknownKey:
            return False

    assert ask() is is_known
    with django_assert_num_queries(0):
        assert ask() is is_known
        as_in_another_process()
        assert ask() is is_known


def test_no_key_stands_in_redis(project, api_key):
    resolve(project.write_key)
    resolve(api_key)
    stored = b" ".join(name + (redis_client().dump(name) or b"") for name in redis_client().keys("*"))
    assert project.write_key.encode() not in stored
    assert api_key.encode() not in stored


def test_unknown_keys_do_not_fill_the_memory_nor_push_known_keys_out(project, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(layered_cache, "MAX_ENTRIES", 10)
    resolve(project.write_key)
    for n in range(50):
        with pytest.raises(UnknownKey):
            resolve(f"ap_pub_{n:032x}")
    assert len(keys._cache._unknown) == 10
    redis_client().flushall()
    with django_assert_num_queries(0):
        resolve(project.write_key)


def test_a_revoked_key_is_unknown_here_at_once_and_elsewhere_within_5_seconds(project, api_key, committed, monkeypatch):
    resolve(api_key)
    other_process = dict(keys._cache._known)
    committed(revoke_api_key, key=project.api_keys.get())
    with pytest.raises(UnknownKey):
        resolve(api_key)
    # The other process remembers, until its memory is 4 seconds old; Redis no longer does.
    as_in_another_process()
    keys._cache._known.update(other_process)
    assert resolve(api_key)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 4.1)
    with pytest.raises(UnknownKey):
        resolve(api_key)


def test_a_reader_that_began_before_the_change_cannot_put_its_answer_back(project, api_key, committed, monkeypatch):
    """It read the database before the revocation and writes to Redis after it."""
    load = keys._load

    def slow_load(key):
        verdict = load(key)
        if verdict is not None:
            committed(revoke_api_key, key=project.api_keys.get())
        return verdict

    monkeypatch.setattr(keys, "_load", slow_load)
    resolve(api_key)
    as_in_another_process()
    with pytest.raises(UnknownKey):
        resolve(api_key)


def test_a_rotated_write_key_is_unknown(project, committed):
    old = project.write_key
    resolve(old)
    new = committed(rotate_write_key, project=project, replaces=old)
    assert resolve(new).project.id == project.id
    with pytest.raises(UnknownKey):
        resolve(old)


def test_a_key_made_after_it_was_asked_for_is_known(project, alice, committed, monkeypatch):
    secret = "ap_" + "a" * 64
    with pytest.raises(UnknownKey):
        resolve(secret)
    monkeypatch.setattr(ApiKey, "new_secret", staticmethod(lambda: secret))
    committed(create_api_key, project=project, name="New", scopes=["ingest"], by=alice)
    assert resolve(secret).project.id == project.id


def test_changes_of_a_project_are_seen(project, committed):
    assert settings_of(project.id).is_cookieless
    committed(
        change_project,
        project=project,
        identity_mode="anonymous_id",
        kept_query_params=["q"],
        rate_limit_per_hour=7,
        screening={"networks": ["10.0.0.0/8"], "hostnames": ["example.com"]},
    )
    for _ in range(2):
        settings = settings_of(project.id)
        assert not settings.is_cookieless
        assert settings.kept_query_params == ("q",)
        assert settings.rate_limit_per_hour == 7
        assert settings.screening.networks == ("10.0.0.0/8",)
        assert settings.screening.hostnames == ("example.com",)
        as_in_another_process()
    committed(change_project, project=project, is_active=False)
    with pytest.raises(ProjectInactive):
        resolve(project.write_key)
    committed(delete_project, project=project)
    assert settings_of(project.id) is None
    with pytest.raises(UnknownKey):
        resolve(project.write_key)


@pytest.mark.parametrize("value", [None, "text", 5, {"a": 1}])
def test_nonsense_in_a_projects_json_is_passed_over(project, value):
    type(project).objects.filter(pk=project.pk).update(
        allowed_origins=value if value is not None else [], screening={"networks": value, "other": 1}
    )
    settings = settings_of(project.id)
    assert settings.allowed_origins == ()
    assert settings.screening.networks == ()


def test_a_key_without_ingest_may_not_send(project, alice):
    _, secret = create_api_key(project=project, name="R", scopes=["read"], by=alice)
    with pytest.raises(KeyWithoutIngest):
        resolve(secret)


# --- Trouble ----------------------------------------------------------------------------------------------------------


def test_without_redis_the_database_answers(project, redis_away):
    assert resolve(project.write_key).project.id == project.id
    as_in_another_process()
    assert resolve(project.write_key).project.id == project.id


def test_without_the_database_the_process_remembers_for_as_long_as_it_takes(project, monkeypatch, request):
    resolve(project.write_key)
    redis_client().flushall()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 3600)
    request.getfixturevalue("database_away")
    assert resolve(project.write_key).project.id == project.id


def test_without_the_database_redis_remembers_for_a_day(project, time_machine, request):
    started = datetime(2026, 11, 18, 12, tzinfo=UTC)
    time_machine.move_to(started)
    resolve(project.write_key)
    time_machine.move_to(started + timedelta(hours=3))
    as_in_another_process()
    request.getfixturevalue("database_away")
    assert resolve(project.write_key).project.id == project.id
    assert redis_client().ttl(f"ap:project:{project.id}") > 23 * 3600


def test_without_the_database_an_unheard_of_key_is_not_called_unknown(project, database_away):
    with pytest.raises(Unavailable) as refusal:
        resolve(project.write_key)
    assert int(refusal.value.headers["Retry-After"]) > 0


def test_a_key_revoked_just_before_the_database_went_away_stays_revoked(project, api_key, committed, request):
    resolve(api_key)
    committed(revoke_api_key, key=project.api_keys.get())
    request.getfixturevalue("database_away")
    with pytest.raises(Unavailable):
        resolve(api_key)


def test_an_entry_of_another_version_is_read_anew(project):
    redis_client().set(f"ap:project:{project.id}", b"\xc1 nonsense")
    assert project_settings.settings_of(project.id).id == project.id


# --- Last use ---------------------------------------------------------------------------------------------------------


def test_the_last_use_of_a_secret_key_is_written_by_a_task_not_by_the_request(
    project, api_key, time_machine, django_assert_num_queries
):
    used_at = datetime(2026, 11, 18, 12, 0, 30, tzinfo=UTC)
    time_machine.move_to(used_at)
    resolve(api_key)
    keys.clear_memory()
    with django_assert_num_queries(0):
        resolve(api_key)
    assert project.api_keys.get().last_used_at is None
    assert keys.flush_uses() == 1
    assert project.api_keys.get().last_used_at == used_at
    assert keys.flush_uses() == 0


def test_a_use_is_noted_once_a_minute(project, api_key, monkeypatch):
    resolve(api_key)
    keys.flush_uses()
    resolve(api_key)
    assert keys.flush_uses() == 0
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    resolve(api_key)
    assert keys.flush_uses() == 1


def test_a_flush_that_died_halfway_is_finished_by_the_next(project, api_key):
    resolve(api_key)
    redis_client().rename(keys.USES, f"{keys.USES}:flushing")
    assert keys.flush_uses() == 1
    assert project.api_keys.get().last_used_at is not None


def test_an_older_use_does_not_replace_a_newer_one(project, api_key):
    newer = datetime(2030, 1, 1, tzinfo=UTC)
    project.api_keys.update(last_used_at=newer)
    resolve(api_key)
    keys.flush_uses()
    assert project.api_keys.get().last_used_at == newer


def test_without_redis_a_use_is_not_noted_and_nothing_fails(api_key, redis_away):
    assert resolve(api_key).is_secret
