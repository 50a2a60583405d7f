"""What became of a project's events, for people: by hour or by day, with the sentence that sums it up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tracking import accounting
from tracking.models import LedgerGap
from tracking.storage import ledger

HOUR = timedelta(hours=1)
QUARANTINED, REJECTED = "quarantined:", "rejected:"
ALL_WELL = gettext_noop("Every event is accounted for.")


@dataclass(slots=True)
class Line:
    """Counts of events received from `start` on. accepted = stored + duplicate + quarantined + in_flight + missing.

    missing: accepted and nowhere, though nothing of its hour is on its way; negative: so many more than were accepted.
    """

    start: datetime
    accepted: int = 0
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    rejected: int = 0
    in_flight: int = 0
    missing: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Line") -> None:
        for name in ("accepted", "stored", "duplicate", "quarantined", "rejected", "in_flight", "missing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.reasons += other.reasons

    @property
    def surplus(self) -> int:
        return max(0, -self.missing)

    @property
    def quarantined_by_reason(self) -> dict[str, int]:
        return _labelled(self.reasons, QUARANTINED)

    @property
    def rejected_by_code(self) -> dict[str, int]:
        return _labelled(self.reasons, REJECTED)


@dataclass(frozen=True, slots=True)
class Report:
    """hours: those in which anything was sent, oldest first. state: "balanced", "in_flight", "gap" or "empty"."""

    zone: ZoneInfo
    hours: list[Line]

    @property
    def total(self) -> Line:
        return _sum(self.hours, self.hours[0].start if self.hours else datetime.min.replace(tzinfo=UTC))

    @property
    def days(self) -> list[Line]:
        """The hours added up by day of the project's zone."""
        days: dict[datetime, Line] = {}
        for hour in self.hours:
            start = hour.start.astimezone(self.zone).replace(hour=0, minute=0, fold=0)
            days.setdefault(start, Line(start)).add(hour)
        return list(days.values())

    @property
    def state(self) -> str:
        if any(hour.missing for hour in self.hours):
            return "gap"
        if any(hour.in_flight for hour in self.hours):
            return "in_flight"
        return "balanced" if self.hours else "empty"

    @property
    def sentence(self) -> str:
        """That all is well; else where it is not, the latest hours first."""
        gaps = [self._gap(hour) for hour in reversed(self.hours) if hour.missing]
        if gaps:
            more = len(gaps) - 3
            if more > 0:
                gaps[3:] = [
                    ngettext("So is %(number)s more hour.", "So are %(number)s more hours.", more) % {"number": more}
                ]
            return " ".join(gaps)
        if in_flight := self.total.in_flight:
            return ngettext(
                "%(number)s event is on its way; every other event is accounted for.",
                "%(number)s events are on their way; every other event is accounted for.",
                in_flight,
            ) % {"number": intcomma(in_flight)}
        return _(ALL_WELL) if self.hours else _("No events yet.")

    def _gap(self, hour: Line) -> str:
        local = hour.start.astimezone(self.zone)
        count = abs(hour.missing)
        if hour.missing < 0:
            said = ngettext(
                "%(number)s event of %(time)s on %(day)s is counted twice.",
                "%(number)s events of %(time)s on %(day)s are counted twice.",
                count,
            )
        else:
            said = ngettext(
                "%(number)s event of %(time)s on %(day)s is missing.",
                "%(number)s events of %(time)s on %(day)s are missing.",
                count,
            )
        return said % {
            "number": intcomma(count),
            "time": date_format(local, _("H:i")),
            "day": date_format(local, _("j F")),
        }


def report(project_id: UUID, zone: ZoneInfo, start: datetime, end: datetime) -> Report:
    """Of the hours of receipt in [start, end). Raises StoreUnavailable."""
    rows = {row.hour: row for row in ledger.read(project_id, start, end)}
    gaps = set(
        LedgerGap.objects.filter(project_id=project_id, hour__gte=start, hour__lt=end, resolved_at=None).values_list(
            "hour", flat=True
        )
    )
    at_the_door = accounting.uncollected(project_id, start, end)
    hours = []
    for hour in sorted(rows.keys() | at_the_door.keys()):
        line, row = Line(hour), rows.get(hour)
        if row:
            line.stored, line.duplicate, line.quarantined = row.stored, row.duplicate, row.quarantined
            line.rejected, line.reasons = row.rejected, Counter(row.reasons)
        ended = line.stored + line.duplicate + line.quarantined
        open_ = (row.received if row else 0) + at_the_door.get(hour, 0) - ended
        if hour in gaps:
            line.missing = open_
        else:
            # Below zero for a moment: stored already, while the count of the door is on its way to the ledger.
            line.in_flight = max(0, open_)
        line.accepted = ended + line.in_flight + line.missing
        if line.accepted or line.rejected or line.missing:
            hours.append(line)
    return Report(zone, hours)


def _sum(lines: Iterable[Line], start: datetime) -> Line:
    total = Line(start)
    for line in lines:
        total.add(line)
    return total


def _labelled(reasons: Mapping[str, int], kind: str) -> dict[str, int]:
    """The most frequent first."""
    found = {name.removeprefix(kind): count for name, count in reasons.items() if name.startswith(kind) and count}
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))
