"""Logging: one JSON object a line in production, readable lines in development. No personal data.

What is never logged: IP addresses (the web server's access log is off), bodies, query strings, arguments of tasks,
local variables of tracebacks, parts of addresses that open something.
"""

import logging.config
import sys
from types import TracebackType
from typing import Any

import structlog
from django.core.exceptions import SuspiciousOperation

from analytics_pulse import request_id

# A server that is away is said in one line: a traceback of the driver says nothing more, every few seconds. By name,
# since the database, the cache and the broker each have a class of that name of their own.
OUTAGES = {"OperationalError", "InterfaceError", "ConnectionError", "TimeoutError", "ConnectionInterrupted"}

# By the names that routes give them: of shared links, of downloads, invitations and login links, of new passwords.
SECRETS_IN_PATHS = {"slug", "token", "key"}


def add_request_id(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    if name := request_id.current.get():
        event["request_id"] = name
    return event


def shorten_outages(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replace the traceback of a failed connection by its last line; and of a request that Django refuses, of which
    anybody can send many."""
    info = event.get("exc_info")
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException) and (is_outage(error) or isinstance(error, SuspiciousOperation)):
        event["exc_info"] = None
        event["error"] = in_one_line(error)
    return event


def is_outage(error: BaseException) -> bool:
    return not OUTAGES.isdisjoint(base.__name__ for base in type(error).__mro__)


def in_one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {(str(error).strip().splitlines() or [''])[0]}"


def end_with(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """sys.excepthook: a process that ends because a server is away says so in one line."""
    if is_outage(error):
        print(in_one_line(error), file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, traceback)


def not_unavailable(record: logging.LogRecord) -> bool:
    return getattr(record, "status_code", None) != 503


def without_secrets(record: logging.LogRecord) -> bool:
    """Django's lines about requests name the path: who reads the log shall not open what its reader was given."""
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    if request is not None and match is not None and isinstance(record.args, tuple):
        path = request.path
        for name in SECRETS_IN_PATHS & match.kwargs.keys():
            path = path.replace(str(match.kwargs[name]), f"<{name}>")
        record.args = tuple(path if each == request.path else each for each in record.args)
    return True


def configure(wanted: dict[str, Any]) -> None:
    """settings.LOGGING_CONFIG: called by Django with settings.LOGGING, which is {"json": bool, "level": str}."""
    sys.excepthook = end_with
    logging.config.dictConfig(_handlers(json=wanted["json"], level=wanted["level"]))


def _handlers(*, json: bool, level: str) -> dict[str, Any]:
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        add_request_id,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        shorten_outages,
        structlog.processors.TimeStamper(fmt="iso" if json else "%H:%M:%S", utc=True),
    ]
    render: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if json
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
            }
        },
        "filters": {
            "no_unavailable": {"()": lambda: not_unavailable},
            "no_secrets": {"()": lambda: without_secrets},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers are replaced by the root's.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # Not every 404 of a scanner; nor every 503, which is what an overload or an outage answers with.
            "django.request": {"level": "ERROR", "filters": ["no_unavailable", "no_secrets"]},
            "django.security.csrf": {"filters": ["no_secrets"]},
            # A line or two for each message would cost more than its processing.
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "django_celery_beat.schedulers": {"level": "WARNING"},
        },
    }
