"""The one source of the current time, so that a test can fix it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Aware UTC."""
    return datetime.now(UTC)
