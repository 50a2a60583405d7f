"""Asking for an export in the background, taking it back, and clearing up."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import redis
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from analytics_pulse.problems import Problem
from projects.access import Principal
from projects.models import Project
from reports.exports import files, jobs, mail, rights
from reports.exports.asked import AskedExport
from reports.models import Export, ExportFormat, ExportKind, ExportState

MAX_OPEN = 3
MAX_KEPT = 30
# How long an email is tried for.
MAIL_TRIED_FOR = jobs.GIVEN_UP_AFTER

log = structlog.get_logger(__name__)


class TooManyExports(Problem):
    status_code = 429
    code = "too_many_exports"
    title = "The project has enough exports for the moment"


def request_export(
    *, project: Project, by: Principal, now: datetime, asked: AskedExport | None, wants_email: bool = False
) -> Export:
    """Have a file made of what is asked; None: of the whole project. Raises TooManyExports."""
    person = rights.person_of(by)
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)  # so that two at once are counted
        exports = Export.objects.filter(project=project)
        if exports.open().count() >= MAX_OPEN:
            raise TooManyExports(
                _("At most %(number)s at a time: wait for one, or delete it.") % {"number": MAX_OPEN},
                headers={"Retry-After": "60"},
            )
        if exports.count() >= MAX_KEPT:
            raise TooManyExports(_("At most %(number)s are kept: delete one.") % {"number": MAX_KEPT})
        with translation.override(settings.LANGUAGE_CODE):  # of the API; pages say it in their own
            title = asked.title if asked else str(ExportKind.PROJECT.label)
        export = Export.objects.create(
            project=project,
            requested_by=person,
            kind=asked.kind if asked else ExportKind.PROJECT,
            format=asked.format if asked else ExportFormat.TAR,
            question=asked.as_json() if asked else {},
            title=title[:200],
            wants_email=wants_email and person is not None,
            created_at=now,
            heard_at=now,
        )
        transaction.on_commit(lambda: ring(export))
    return export


def delete_export(*, export: Export) -> None:
    """Its link opens nothing from now on, and a run under way ends with its next step."""
    export_id = export.pk
    export.delete()
    files.delete(export_id)


def ring(export: Export) -> None:
    """Have a worker go on with it. A failure delays it until it is looked after."""
    from reports.tasks import run_export  # tasks import this module

    try:
        run_export.apply_async((export.pk.bytes,), retry=False)
    except (OperationalError, redis.RedisError, OSError) as error:
        log.warning("export_not_rung_for", error=type(error).__name__)


def go_on(export_id: UUID, *, now: Callable[[], datetime]) -> None:
    """A run of the export; then the next one, or the email that it is done. Can run twice, also at once."""
    if jobs.run(export_id, now=now):
        ring(Export(pk=export_id))
    else:
        for export in _untold(now()).filter(pk=export_id):
            mail.send_once(export, now())


def look_after(*, now: datetime) -> None:
    """Ring for exports that nobody goes on with, give up old ones, send emails, delete what has expired.

    Can run twice, also at once.
    """
    for export in Export.objects.open().filter(heard_at__lt=now - jobs.SILENT_AFTER):
        if export.created_at < now - jobs.GIVEN_UP_AFTER:
            jobs.fail(export, "gave_up", now)
        else:
            Export.objects.filter(pk=export.pk).update(heard_at=now)
            ring(export)
    for export in _untold(now):
        mail.send_once(export, now)
    for export in Export.objects.filter(expires_at__lte=now):
        delete_export(export=export)
    files.delete_orphans(set(Export.objects.values_list("pk", flat=True)))


def _untold(now: datetime) -> QuerySet[Export]:
    """Exports that came to their end, and somebody waits to hear of it."""
    found = Export.objects.filter(state__in=(ExportState.DONE, ExportState.FAILED), wants_email=True, emailed_at=None)
    return found.filter(finished_at__gt=now - MAIL_TRIED_FOR).select_related("project", "requested_by")
