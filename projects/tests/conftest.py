"""Fixtures of this app's tests, besides the cast (tests/cast.py)."""

from datetime import datetime

import pytest
from django.test import Client

from analytics_pulse import clock


@pytest.fixture
def browser() -> Client:
    """Somebody's browser, not logged in; forms need their CSRF token, as in the wild."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture(autouse=True)
def _cheap_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> datetime:
    return clock.now()
