"""Which of an archive's rows this installation keeps."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings

from reports.exports.tar_entries import NotAnArchive
from tracking.storage import partitions

# How far ahead of this clock a row may be.
AHEAD = timedelta(days=1)
_TIMED = frozenset({"events", "completions", "quarantine"})


class Retained:
    """The months that are not past the retention. Counts the rows that are; with drop_old they are left out."""

    def __init__(self, now: datetime, *, drop_old: bool) -> None:
        self.drop_old = drop_old
        self.oldest_month = partitions.shift(partitions.month_of(now), -settings.RETENTION_MONTHS)
        self.start = _midnight(self.oldest_month)
        self.end = now + AHEAD
        self.left_out = 0
        self.first: date | None = None

    def keeps(self, at: datetime) -> bool:
        return at >= self.start

    def look(self, section: str, row: Any) -> None:
        """Raises NotAnArchive for a row of the future: each month would get its tables."""
        if section not in _TIMED:
            return
        if row.occurred_at >= self.end or (section == "events" and _is_beyond(row.session_started_at, self.end)):
            raise NotAnArchive(f"The archive has a row of the future: {row.occurred_at.isoformat()}.")
        if not self.keeps(row.occurred_at):
            self.left_out += 1
            self.first = min(self.first or date.max, row.occurred_at.date())

    def check(self) -> None:
        """Raises NotAnArchive when rows would be left out and nobody said that they may."""
        if self.left_out and not self.drop_old:
            raise NotAnArchive(
                f"The archive reaches back to {self.first}, and {self.left_out:,} of its rows are from before "
                f"{self.oldest_month}: this installation keeps {settings.RETENTION_MONTHS} months and would delete "
                "them at once. Raise RETENTION_MONTHS, or leave them out with --drop-old."
            )


def _is_beyond(at: datetime | None, end: datetime) -> bool:
    return at is not None and at >= end


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
