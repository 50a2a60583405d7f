"""The one source of the current time, so that a test can fix it; and how a moment is written."""

from datetime import UTC, datetime


def now() -> datetime:
    """Aware UTC."""
    return datetime.now(UTC)


def text(moment: datetime, timespec: str = "auto") -> str:
    """RFC 3339 in UTC: 2026-11-20T10:58:12Z."""
    return moment.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
