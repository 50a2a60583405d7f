"""Numbered system checks of combinations of settings. Single settings fail in `env`, at import."""

from typing import Any
from urllib.parse import urlsplit

import maxminddb
from django.conf import settings
from django.core import checks
from django.http.request import validate_host


@checks.register
def visibility_timeout(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    timeout_s: Any = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    if timeout_s > settings.CELERY_TASK_TIME_LIMIT:
        return []
    return [
        checks.Error(
            f"The broker hands a message out again after {timeout_s} s, while its task may run for "
            f"{settings.CELERY_TASK_TIME_LIMIT} s: every long task would run twice at once.",
            hint="visibility_timeout must be above CELERY_TASK_TIME_LIMIT.",
            id="analytics_pulse.E001",
        )
    ]


@checks.register
def soft_time_limit(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    if settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT:
        return []
    return [
        checks.Error(
            "A task is killed before it is asked to give its message back.",
            hint="CELERY_TASK_SOFT_TIME_LIMIT must be below CELERY_TASK_TIME_LIMIT.",
            id="analytics_pulse.E002",
        )
    ]


@checks.register
def geoip_path(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    if settings.GEOIP_PATH is None:
        return []
    try:
        maxminddb.open_database(settings.GEOIP_PATH).close()
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        return [
            checks.Error(
                f"GEOIP_PATH does not name a readable MMDB file: {error}",
                hint="`manage.py geoip_update` downloads one; without GEOIP_PATH, countries come from time zones.",
                id="tracking.E002",
            )
        ]
    return []


@checks.register(checks.Tags.security, deploy=True)
def public_https(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    if settings.PUBLIC_URL.startswith("https://"):
        return []
    return [
        checks.Warning(
            f"PUBLIC_URL is {settings.PUBLIC_URL}: log-ins and keys would travel in the clear.",
            hint="Put a proxy with a certificate in front and set PUBLIC_URL=https://…",
            id="analytics_pulse.W001",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def public_host_is_allowed(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    if validate_host(host, settings.ALLOWED_HOSTS):
        return []
    return [
        checks.Warning(
            f"PUBLIC_URL is on {host}, which ALLOWED_HOSTS does not allow: every page would be 400.",
            id="analytics_pulse.W002",
        )
    ]
