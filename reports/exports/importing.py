"""An archive becomes a project: a new one, with the same numbers.

Its rows go through the store's append, in batches that have the same ids each time. So an import that was broken off is
run again and goes on, and nothing is there twice. The project takes no events of its own until all is in it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID, uuid5

import msgspec
from django.core.exceptions import ValidationError
from django.db import transaction

from projects.actions.projects import change_project, create_project
from projects.models import Organization, Project
from reports import periods
from reports.exports import archive_rows as rows
from reports.exports import archived_goals, archived_settings
from reports.exports.archive_reading import Archive, Part, check, parts
from reports.exports.imported_rows import RowsOfProject, require_object
from reports.exports.retained import Retained
from reports.exports.tar_entries import NotAnArchive
from reports.models import Annotation, ImportedArchive, Segment
from tracking.conclusion import note_stored
from tracking.models import LedgerHour
from tracking.pipeline.match_goals import append_matched
from tracking.storage import get_store
from tracking.storage.base import PoisonEvent
from tracking.storage.imports import add_ledger
from tracking.storage.rows import StoredBatch

BATCH_ROWS = 640  # for which the append is fastest
_NAMESPACE = UUID("5b0c1a5e-7d0f-4a4f-9a53-0f3c6a1f0e11")

# (rows that are done, all of them)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """was_done: the archive had been imported before, and nothing was done now. left_out: older than what is kept."""

    project: Project
    counts: dict[str, int]
    left_out: int
    was_done: bool = False


def import_archive(
    file: BinaryIO,
    organization: Organization,
    *,
    now: datetime,
    copy: str = "",
    drop_old: bool = False,
    progress: Progress = lambda done, total: None,
) -> Imported:
    """Read the archive into a project of the organization. `file` can seek; it is read twice, first to check it all.

    The same archive again into the same organization goes on where it was broken off, or does nothing; `copy`, a word
    of one's own, makes another project of it. Raises NotAnArchive (and then nothing has happened, but for a row that
    the database refuses) and StoreUnavailable (run it again).
    """
    retained = Retained(now, drop_old=drop_old)
    archive = check(file, lambda section, row: _look(section, row, retained))
    retained.check()
    project, record = _project(archive, organization, now, copy)
    if record.done_at is not None:
        return Imported(project, archive.counts, retained.left_out, was_done=True)
    file.seek(0)
    _Import(project, now, retained, progress, sum(archive.counts.values())).run(file)
    with transaction.atomic():
        ImportedArchive.objects.filter(pk=record.pk).update(done_at=now)
        change_project(project=project, is_active=archive.settings.is_active)
    return Imported(project, archive.counts, retained.left_out)


def project_id_of(archive_id: UUID, organization: Organization, copy: str) -> UUID:
    """The same for the same archive, so that a second run finds what the first began."""
    return uuid5(_NAMESPACE, f"{archive_id}/{organization.pk}/{copy}")


@transaction.atomic
def _project(archive: Archive, organization: Organization, now: datetime, copy: str) -> tuple[Project, ImportedArchive]:
    project_id = project_id_of(archive.manifest.archive_id, organization, copy)
    record = ImportedArchive.objects.select_related("project").filter(pk=project_id).first()
    if record is not None:
        if record.project.deleted_at is not None:
            raise NotAnArchive("The project that this archive became was deleted: use --copy to make another one.")
        return record.project, record
    try:
        fields = archived_settings.understood(archive.settings)
        project = create_project(organization=organization, id=project_id, **fields, is_active=False)
    except ValidationError as error:
        raise NotAnArchive(f"The project's settings are not valid: {' '.join(error.messages)}") from error
    record = ImportedArchive(project=project, archive_id=archive.manifest.archive_id, started_at=now)
    record.save()
    return project, record


class _Import:
    """One reading of a checked archive into a project."""

    def __init__(self, project: Project, now: datetime, retained: Retained, progress: Progress, total: int) -> None:
        self.project, self.now, self.retained = project, now, retained
        self.progress, self.total, self.done = progress, total, 0
        self.make = RowsOfProject(project.pk, retained)
        self.store = get_store()
        self.goals: list[rows.ArchivedGoal] = []

    def run(self, file: BinaryIO) -> None:
        for part in parts(file):
            if isinstance(part, Part):
                for number, some in enumerate(_batches(part.rows())):
                    self._take(part.section, some, uuid5(self.project.pk, f"{part.name}/{number}"))
                    self.done += len(some)
                    self.progress(self.done, self.total)
        for goal in self.goals:
            archived_goals.make_goal(goal, self.project, self._own_id)
        note_stored(self.project.pk, datetime.fromtimestamp(0, UTC), self.now)

    def _take(self, section: str, some: list[Any], batch_id: UUID) -> None:
        match section:
            case "segments":
                self._segments(some)
            case "annotations":
                self._annotations(some)
            case "goals":
                self.goals += some  # made when the events are there, so that each is counted once
            case "funnels":
                for funnel in some:
                    archived_goals.make_funnel(funnel, self.project, self._own_id)
            case "ledger":
                add_ledger([self._hour(each) for each in some])
            case "events":
                self._append(batch_id, events=self.make.events(some))
            case "completions":
                pass  # they follow from the events
            case "quarantine":
                self._append(batch_id, quarantined=self.make.quarantined(some))

    def _append(self, batch_id: UUID, **lists: Any) -> None:
        if not any(lists.values()):
            return
        fields: dict[str, Any] = {"events": [], "is_imported": True} | lists
        try:
            append_matched(self.store, StoredBatch(message_ids=(batch_id,), received_at=self.now, **fields))
        except PoisonEvent as error:
            raise NotAnArchive(f"The database refuses a row of the archive: {error}") from error

    def _hour(self, row: rows.ArchivedHour) -> LedgerHour:
        fields = {name: getattr(row, name) for name in rows.ArchivedHour.__struct_fields__}
        return LedgerHour(project_id=self.project.pk, **fields)

    def _segments(self, some: Iterable[rows.ArchivedSegment]) -> None:
        for each in some:
            known = archived_settings.understood_filters(each.filters)
            filters = archived_goals.with_own_goals(known, self._own_id)
            Segment.objects.get_or_create(
                id=self._own_id(each.id),
                defaults={"project": self.project, "name": each.name, "filters": filters},
            )

    def _annotations(self, some: Iterable[rows.ArchivedAnnotation]) -> None:
        Annotation.objects.bulk_create(
            [
                Annotation(**msgspec.structs.asdict(each) | {"project": self.project, "id": self._own_id(each.id)})
                for each in some
            ],
            ignore_conflicts=True,
        )

    def _own_id(self, id: UUID) -> UUID:
        """The same each time that the archive is read into this project."""
        return uuid5(self.project.pk, id.hex)


def _look(section: str, row: Any, retained: Retained) -> None:
    """What of a row its type does not say. Raises NotAnArchive."""
    retained.look(section, row)
    match section:
        case "segments":
            archived_settings.understood_filters(row.filters)
        case "goals":
            archived_goals.require_goal(row)
        case "funnels":
            archived_goals.require_funnel(row)
        case "annotations":
            if not all(periods.FIRST_DAY < day < periods.LAST_DAY for day in _days(row)):
                raise NotAnArchive(f"An annotation is of no day that there is here: {row.occurred_at.isoformat()}")
        case "events":
            require_object(row.custom_data)
        case "completions":
            require_object(row.metadata)


def _days(row: rows.ArchivedAnnotation) -> list[date]:
    return [row.occurred_at.date(), *([row.occurred_on] if row.occurred_on else [])]


def _batches(found: Iterator[Any]) -> Iterator[list[Any]]:
    while some := list(islice(found, BATCH_ROWS)):
        yield some
