"""A whole project as one file: a tar of compressed JSON lines, part by part, with its manifest first and its sum last.

The parts are small, so that one of them is all that is ever in memory, here and where it is read again.
"""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings

from goals.models import Funnel, Goal
from projects.models import Project
from reports.exports import archive_rows as rows
from reports.exports.steps import Step
from reports.exports.tar_entries import END, entry
from reports.models import Annotation, Segment
from tracking.models import LedgerHour
from tracking.storage import export as stored
from tracking.storage import get_store
from tracking.storage.export import EVENT_FIELDS, Place, RawEvents
from tracking.storage.spec import Period, ProjectRef

# What was received in this time may still be on its way: the ledger's hours of then are not settled.
SETTLES_IN = timedelta(hours=2)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_COMPLETION_FIELDS = ("occurred_at", "event_id", "goal_id", "session_id", "url", "value", "metadata")
_QUARANTINE_FIELDS = ("occurred_at", "event_id", "received_at", "reason", "detail", "payload")
_INSTANT = timedelta(microseconds=1)

# (rows as JSON lines, where the section goes on or None at its end)
Read = Callable[[Any], tuple[list[bytes], Any]]


class ArchiveSteps:
    """A step is a part of the archive. `as_of`: events received after that are left out."""

    def __init__(self, project: Project, archive_id: UUID, as_of: datetime) -> None:
        self.project, self.archive_id, self.as_of = project, archive_id, as_of
        self.read: dict[str, Read] = {
            "segments": self._segments,
            "annotations": self._annotations,
            "goals": self._goals,
            "funnels": self._funnels,
            "ledger": self._ledger,
            "events": self._events,
            "completions": self._completions,
            "quarantine": self._quarantine,
        }

    def step(self, position: dict[str, Any] | None) -> Step:
        if position is None:
            name, content = rows.MANIFEST, msgspec.json.format(msgspec.json.encode(self._manifest()), indent=2)
            start = {"section": rows.SECTIONS[0], "at": None, "part": 1, "counts": dict.fromkeys(rows.SECTIONS, 0)}
            return self._step(name, content, {"entries": 0, "digest": ""}, start, 0)
        if position["section"] is None:
            return self._end(position)
        section = position["section"]
        lines, at = self.read[section](position["at"])
        counts = position["counts"] | {section: position["counts"][section] + len(lines)}
        following = position | {"counts": counts}
        if at is None:
            index = rows.SECTIONS.index(section) + 1
            later = rows.SECTIONS[index] if index < len(rows.SECTIONS) else None
            following |= {"section": later, "at": None, "part": 1}
        else:
            following |= {"at": at, "part": position["part"] + bool(lines)}
        if not lines:
            return Step(b"", following, 0, self._percent(position))
        name = rows.part_name(section, position["part"])
        return self._step(name, gzip.compress(b"".join(lines), 6, mtime=0), position, following, len(lines))

    def _step(self, name: str, content: bytes, before: dict[str, Any], after: dict[str, Any], count: int) -> Step:
        digest = digest_of(before["digest"], name, content)
        after = after | {"entries": before["entries"] + 1, "digest": digest}
        return Step(entry(name, content, self.as_of), after, count, self._percent(after))

    def _end(self, position: dict[str, Any]) -> Step:
        complete = rows.Complete(position["counts"], position["entries"], position["digest"])
        content = msgspec.json.format(msgspec.json.encode(complete), indent=2)
        return Step(entry(rows.COMPLETE, content, self.as_of) + END, None, 0, 100)

    def _percent(self, position: dict[str, Any]) -> int:
        """Nearly all of it is events."""
        section = position["section"]
        if section != "events":
            return 0 if section in rows.SECTIONS[: rows.SECTIONS.index("events")] else 98
        span = self._span
        if span is None or position["at"] is None:
            return 1
        at = msgspec.convert(position["at"], Place).at
        return min(97, max(1, int(97 * ((at - span[0]) / (span[1] - span[0])))))

    def _manifest(self) -> dict[str, Any]:
        project = self.project
        return {
            "format": rows.FORMAT,
            "version": rows.VERSION,
            "archive_id": self.archive_id,
            "made_at": self.as_of,
            "made_by": f"Analytics Pulse {settings.VERSION}",
            "project_id": project.pk,
            "project": {name: getattr(project, name) for name in rows.Settings.__struct_fields__},
        }

    # --- Sections: each gives the lines from a place on ---------------------------------------------------------------
    def _segments(self, at: Any) -> tuple[list[bytes], Any]:
        """Those of the team. A person's own are theirs, and people do not go along."""
        found = Segment.objects.filter(project=self.project, owner=None)
        return [_line({"id": each.pk, "name": each.name, "filters": each.filters}) for each in found], None

    def _annotations(self, at: Any) -> tuple[list[bytes], Any]:
        found = Annotation.objects.filter(project=self.project).order_by("occurred_at", "pk")
        return [_line({name: getattr(each, name) for name in _ANNOTATION_FIELDS}) for each in found], None

    def _goals(self, at: Any) -> tuple[list[bytes], Any]:
        found = Goal.objects.of(self.project).order_by("created_at", "pk")
        return [_line({name: getattr(each, name) for name in _GOAL_FIELDS}) for each in found], None

    def _funnels(self, at: Any) -> tuple[list[bytes], Any]:
        found = Funnel.objects.filter(project=self.project).order_by("created_at", "pk")
        return [_line({name: getattr(each, name) for name in _FUNNEL_FIELDS}) for each in found], None

    def _ledger(self, at: Any) -> tuple[list[bytes], Any]:
        hours, after = stored.ledger_page(self.project.pk, datetime.fromisoformat(at) if at else _BEGINNING)
        return [_line(self._hour(each)) for each in hours], after and after.isoformat()

    def _hour(self, hour: LedgerHour) -> dict[str, Any]:
        found = {name: getattr(hour, name) for name in rows.ArchivedHour.__struct_fields__}
        if hour.hour > self.as_of - SETTLES_IN:  # what the archive does not have was not received, as far as it knows
            found["received"] = hour.accepted
        return found

    def _events(self, at: Any) -> tuple[list[bytes], Any]:
        span = self._span
        if span is None:
            return [], None
        zone = self.project.zone
        asked = RawEvents(ProjectRef(self.project.pk, zone), Period(*span, zone), self.as_of)
        found, place = stored.events_page(asked, _place(at, span[0]))
        starts = stored.visit_starts(self.project.pk, found)
        lines = [
            _line(dict(zip(_EVENT_FIELDS, (*row, start), strict=True)), json_field="custom_data")
            for row, start in zip(found, starts, strict=True)
        ]
        return lines, place and msgspec.to_builtins(place)

    def _completions(self, at: Any) -> tuple[list[bytes], Any]:
        found, place = stored.completions_page(self.project.pk, _place(at, _BEGINNING))
        lines = [_line(dict(zip(_COMPLETION_FIELDS, row, strict=True)), json_field="metadata") for row in found]
        return lines, place and msgspec.to_builtins(place)

    def _quarantine(self, at: Any) -> tuple[list[bytes], Any]:
        found, place = stored.quarantined_page(self.project.pk, self.as_of, _place(at, _BEGINNING))
        lines = [_line(dict(zip(_QUARANTINE_FIELDS, (*row[:-1], bytes(row[-1])), strict=True))) for row in found]
        return lines, place and msgspec.to_builtins(place)

    @cached_property
    def _span(self) -> tuple[datetime, datetime] | None:
        """Of all the project's rows, the end not included."""
        span = get_store().span(self.project.pk)
        return (span[0], span[1] + _INSTANT) if span else None


_ANNOTATION_FIELDS = rows.ArchivedAnnotation.__struct_fields__
_GOAL_FIELDS = rows.ArchivedGoal.__struct_fields__
_FUNNEL_FIELDS = rows.ArchivedFunnel.__struct_fields__
_EVENT_FIELDS = (*EVENT_FIELDS, "session_started_at")


def digest_of(before: str, name: str, content: bytes) -> str:
    """Of an entry and all before it, so that one number is enough for any number of them."""
    own = hashlib.sha256(content).hexdigest()
    return hashlib.sha256(f"{before} {name} {own}".encode()).hexdigest()


def write(steps: ArchiveSteps, take: Callable[[bytes], object]) -> Iterator[tuple[int, int]]:
    """All of the archive to `take`, piece by piece; after each (rows until now, percent)."""
    position, count = None, 0
    while True:
        step = steps.step(position)
        take(step.data)
        count += step.rows
        yield count, step.percent
        if step.position is None:
            return
        position = step.position


def _line(row: dict[str, Any], *, json_field: str = "") -> bytes:
    found = {name: value for name, value in row.items() if value is not None and value != ""}
    if json_field in found:
        found[json_field] = msgspec.Raw(found[json_field].encode())
    return msgspec.json.encode(found) + b"\n"


def _place(at: Any, first: datetime) -> Place:
    return msgspec.convert(at, Place) if at else Place(first)
