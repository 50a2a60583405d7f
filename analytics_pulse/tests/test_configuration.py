"""Settings and system checks, in a process of their own where they are read at import."""

import os
import subprocess
import sys

import pytest
from django.core import checks

from analytics_pulse import checks as our_checks
from analytics_pulse.supervisor.stack import ROOT

PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "Rr7zv0wq9J3mX5tQ8yL2bN6cV4kF1sD7gH9pW0eZ3uT5iA8oB2",
    "ALLOWED_HOSTS": "analytics.example.com",
    "PUBLIC_URL": "https://analytics.example.com",
    "EMAIL_URL": "smtp://mail.example.com",
}


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False, timeout=60
    )


def identifiers(messages: list[checks.CheckMessage]) -> list[str]:
    return [message.id for message in messages]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_URL", "EMAIL_URL"])
def test_production_does_not_start_without_its_secrets(missing):
    refused = manage("check", **(PRODUCTION | {missing: ""}))
    assert refused.returncode == 1
    assert refused.stderr == (
        f"Analytics Pulse is not configured: in production these must be set (or NAME_FILE): {missing}\n"
    )


def test_production_takes_its_secrets_from_files(tmp_path):
    variables = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    (tmp_path / "key").write_text(PRODUCTION["SECRET_KEY"] + "\n")
    shown = manage(
        "shell", "-v", "0", "-c", "from django.conf import settings; print(settings.SECRET_KEY)",
        SECRET_KEY_FILE=str(tmp_path / "key"), **variables,
    )  # fmt: skip
    assert shown.stdout.strip() == PRODUCTION["SECRET_KEY"]


def test_production_has_secure_cookies_and_strict_transport():
    names = "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS DEBUG"
    code = f"from django.conf import settings as s; print([getattr(s, name) for name in '{names}'.split()])"
    assert manage("shell", "-v", "0", "-c", code, **PRODUCTION).stdout.strip() == "[True, True, True, 31536000, False]"


def test_the_deployment_check_warns_of_an_address_without_tls():
    warned = manage("check", "--deploy", "--tag", "security", **(PRODUCTION | {"PUBLIC_URL": "http://a.example"}))
    assert "analytics_pulse.W001" in warned.stderr
    assert "analytics_pulse.W002" in warned.stderr


def test_the_deployment_check_has_nothing_to_say_about_security_in_production():
    assert "no issues" in manage("check", "--deploy", "--tag", "security", **PRODUCTION).stdout


def test_a_broker_that_hands_out_running_tasks_again_is_an_error(settings):
    assert our_checks.visibility_timeout(None) == []
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": settings.CELERY_TASK_TIME_LIMIT}
    assert identifiers(our_checks.visibility_timeout(None)) == ["analytics_pulse.E001"]


def test_a_soft_limit_above_the_hard_one_is_an_error(settings):
    assert our_checks.soft_time_limit(None) == []
    settings.CELERY_TASK_SOFT_TIME_LIMIT = settings.CELERY_TASK_TIME_LIMIT
    assert identifiers(our_checks.soft_time_limit(None)) == ["analytics_pulse.E002"]


@pytest.mark.parametrize("content", [None, b"", b"this is no MMDB"])
def test_a_geoip_file_that_cannot_be_read_is_an_error(settings, tmp_path, content):
    settings.GEOIP_PATH = str(tmp_path / "city.mmdb")
    if content is not None:
        (tmp_path / "city.mmdb").write_bytes(content)
    assert identifiers(our_checks.geoip_path(None)) == ["tracking.E002"]


def test_no_geoip_file_is_fine(settings):
    settings.GEOIP_PATH = None
    assert our_checks.geoip_path(None) == []
