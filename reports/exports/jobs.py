"""Making an export's file in the background: in short runs, each of which goes on where the last one was heard of.

A step's bytes are on disk before the row says so, and a run begins by cutting the file to what the row says. So a run
may be killed at any moment, and one that comes twice finds the file locked, or the work done.
"""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from reports.exports import files
from reports.exports.asked import AskedExport
from reports.exports.project_archive import ArchiveSteps
from reports.exports.steps import Steps
from reports.exports.tables import TableSteps
from reports.models import Export, ExportKind, ExportState
from tracking.storage.base import InvalidPattern, QueryTooLarge

log = structlog.get_logger(__name__)

# Of one run: with its last step it must stay below the soft time limit of a task.
BUDGET_S = 4
KEPT_FOR = timedelta(days=7)
# An export that was not heard of for this long is begun anew; one that is older is given up.
SILENT_AFTER = timedelta(seconds=60)
GIVEN_UP_AFTER = timedelta(days=1)

Clock = Callable[[], datetime]


def run(export_id: UUID, *, now: Clock, budget_s: float = BUDGET_S) -> bool:
    """Go on with the file until it is done or the time is over; whether there is more to do.

    Can run twice, also at once. What goes wrong for good is said in the row. Raises StoreUnavailable.
    """
    with files.only_one(export_id) as is_mine:
        export = Export.objects.select_related("project").filter(pk=export_id).first()
        if not is_mine or export is None or not export.is_open:
            return False
        if export.project.deleted_at is not None:
            fail(export, "project_deleted", now())
            return False
        try:
            return _go_on(export, now, time.monotonic() + budget_s)
        except QueryTooLarge:
            fail(export, "query_too_large", now())
        except InvalidPattern:
            fail(export, "invalid_pattern", now())
        except ValueError as error:
            log.warning("export_not_possible", export_id=str(export_id), error=str(error))
            fail(export, "not_possible", now())
        except (files.NoRoom, OSError) as error:
            if isinstance(error, ConnectionError | TimeoutError):
                raise
            log.error("export_not_written", export_id=str(export_id), error=str(error))
            fail(export, "no_room", now())
        return False


def steps_of(export: Export) -> Steps:
    """Raises ValueError."""
    if export.kind == ExportKind.PROJECT:
        return ArchiveSteps(export.project, export.id, export.created_at)
    return TableSteps(AskedExport.from_json(export.question), export.project)


def fail(export: Export, error: str, now: datetime) -> None:
    export.state, export.error, export.finished_at = ExportState.FAILED, error, now
    export.expires_at = now + KEPT_FOR
    export.save()
    files.delete(export.pk)


def _go_on(export: Export, now: Clock, deadline: float) -> bool:
    if export.position == _WHOLE:  # killed between the last step and the end
        if files.finish(export.pk):
            return _finish(export, now())
        _start_again(export)
    file = files.open_at(export.pk, export.size_bytes)
    if file is None:  # the disk has less than the row says: another disk
        _start_again(export)
        file = files.open_at(export.pk, 0)
        assert file is not None
    steps = steps_of(export)
    with file:
        export.state = ExportState.RUNNING
        while export.position != _WHOLE:
            step = steps.step(export.position)
            file.write(step.data)
            file.flush()
            os.fsync(file.fileno())
            export.position = step.position if step.position is not None else _WHOLE
            export.size_bytes += len(step.data)
            export.rows_done += step.rows
            export.percent = min(step.percent, 99)
            export.heard_at = now()
            if not _keep(export):
                return False
            if export.position != _WHOLE and time.monotonic() >= deadline:
                return True
            files.check_room()
    files.finish(export.pk)
    return _finish(export, now())


# In place of a position: all of it is in the file.
_WHOLE = {"is_whole": True}
_PROGRESS = ("state", "position", "size_bytes", "rows_done", "percent", "heard_at")


def _keep(export: Export) -> bool:
    """Write down how far it is; whether it is still wanted."""
    values = {name: getattr(export, name) for name in _PROGRESS}
    return bool(Export.objects.filter(pk=export.pk).open().update(**values))


def _start_again(export: Export) -> None:
    export.position, export.size_bytes, export.rows_done, export.percent = None, 0, 0, 0


def _finish(export: Export, now: datetime) -> bool:
    export.state, export.percent, export.position = ExportState.DONE, 100, None
    export.finished_at, export.expires_at = now, now + KEPT_FOR
    found = Export.objects.filter(pk=export.pk).open()
    if not found.update(state=export.state, percent=100, position=None, finished_at=now, expires_at=export.expires_at):
        files.delete(export.pk)  # deleted meanwhile
    return False
