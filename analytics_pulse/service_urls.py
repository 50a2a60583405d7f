"""Service addresses as Django, Celery and redis-py each want them. Pure: URL in, configuration out."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def database(url: str) -> dict[str, Any]:
    """DATABASES["default"] from `postgresql://user:password@host:port/name?host=/socket/dir&sslmode=require`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL must start with postgresql://, not {parts.scheme}://")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = options.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "psql_partition.backend",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def broker(redis_url: str) -> str:
    """The Celery broker on the same Redis: Celery spells Unix sockets `redis+socket://`."""
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://")
    return redis_url


def email(url: str) -> dict[str, Any]:
    """Django's EMAIL_* settings from `smtp://user:password@host:587?tls=1`, `smtps://…`, `file:///dir`, `console:`."""
    parts = urlsplit(url)
    match parts.scheme:
        case "console":
            return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
        case "file":
            return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": parts.path}
        case "smtp" | "smtps":
            options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
            ssl = parts.scheme == "smtps"
            tls = not ssl and options.get("tls", "1") not in {"0", "false"}
            return {
                "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "EMAIL_HOST": parts.hostname or "localhost",
                "EMAIL_PORT": parts.port or (465 if ssl else 587),
                "EMAIL_HOST_USER": unquote(parts.username or ""),
                "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
                "EMAIL_USE_SSL": ssl,
                "EMAIL_USE_TLS": tls,
                "EMAIL_TIMEOUT": 20,
            }
    raise ImproperlyConfigured("EMAIL_URL must start with smtp://, smtps://, file:/// or console:")
