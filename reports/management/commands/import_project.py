"""`manage.py import_project`: an archive becomes a project again, here or elsewhere."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

import redis
import structlog
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.core.validators import validate_email
from kombu.exceptions import OperationalError

from analytics_pulse import clock
from projects.actions.accounts import create_account, team_name
from projects.actions.organizations import create_organization
from projects.models import Organization, Project, Role, User
from reports.exports.importing import Imported, import_archive
from reports.exports.tar_entries import NotAnArchive
from reports.rollups import Round
from reports.tasks import go_on_with_rollups
from tracking.storage.base import StoreUnavailable

log = structlog.get_logger(__name__)
# Parts of an archive whose name is not what a row of it is.
_ROWS = {"ledger": "hours of the ledger", "completions": "goals reached", "quarantine": "events in quarantine"}


class Progress:
    """A line that is written over, on a terminal; nothing elsewhere."""

    def __init__(self, out: OutputWrapper, what: str) -> None:
        self.out, self.what = out, what
        self.started = time.monotonic()
        self.is_shown = out.isatty()

    def show(self, done: int, percent: int) -> None:
        if self.is_shown:
            speed = done / max(0.001, time.monotonic() - self.started)
            self.out.write(f"\r{percent:3} %  {done:,} {self.what}, {speed:,.0f} a second ", ending="")
            self.out.flush()

    def end(self) -> None:
        if self.is_shown:
            self.out.write("")


class Command(BaseCommand):
    help = (
        "Read an archive of export_project into a new project, with the same numbers. Broken off, the same command "
        "goes on; once it is done, it does nothing again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the archive")
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--organization", help="whose project it becomes: an organization's id, or its name")
        whose.add_argument("--owner", help="or a person's email; made, with an organization, when there is none")
        parser.add_argument("--copy", default="", metavar="WORD", help="make another project of the same archive")
        parser.add_argument("--drop-old", action="store_true", help="leave out what RETENTION_MONTHS does not keep")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        progress = Progress(self.stderr, "rows")
        try:
            with path.open("rb") as file:
                organization = _organization(options["organization"], options["owner"])
                imported = import_archive(
                    file,
                    organization,
                    now=clock.now(),
                    copy=options["copy"],
                    drop_old=options["drop_old"],
                    progress=lambda done, total: progress.show(done, 100 * done // max(1, total)),
                )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        except NotAnArchive as error:
            raise CommandError(str(error)) from error
        except StoreUnavailable as error:
            raise CommandError(f"The database is away ({error}). Run the same command again: it goes on.") from error
        progress.end()
        if not imported.was_done:
            _add_up_soon(imported.project)
        if options["json"]:
            self.stdout.write(json.dumps(_summary(imported)))
        else:
            self._tell(imported)

    def _tell(self, imported: Imported) -> None:
        project = imported.project
        if imported.was_done:
            self.stdout.write(f"This archive is {project.name} ({project.pk}) already. Nothing was done.")
            return
        counts = ", ".join(f"{count:,} {_ROWS.get(name, name)}" for name, count in imported.counts.items() if count)
        self.stdout.write(f"{project.name} is project {project.pk}: {counts or 'no rows'}.")
        if imported.left_out:
            self.stdout.write(f"{imported.left_out:,} rows were left out: they are older than what is kept here.")
        self.stdout.write("It has a new write key: put the new snippet into the site's pages.")


def _add_up_soon(project: Project) -> None:
    """The days, in the background. Beat would find them too, in ten minutes."""
    try:
        go_on_with_rollups.apply_async((Round((project.pk,)).encode(),), retry=False)
    except (OperationalError, redis.RedisError, OSError):  # the broker is away: beat will
        log.warning("rollup_not_queued", project_id=str(project.pk))


def _summary(imported: Imported) -> dict[str, Any]:
    return {
        "project_id": str(imported.project.pk),
        "write_key": imported.project.write_key,
        "counts": imported.counts,
        "left_out": imported.left_out,
        "was_done": imported.was_done,
    }


def _organization(name: str | None, email: str | None) -> Organization:
    if email:
        return _organization_of(email.lower())
    organizations = Organization.objects.filter(deleted_at=None)
    try:
        found = list(organizations.filter(pk=UUID(name)))
    except ValueError:
        found = list(organizations.filter(name=name)[:2])
    if len(found) > 1:
        raise CommandError(f"There are several organizations of the name “{name}”: say the id.")
    if not found:
        raise CommandError(f"There is no organization “{name}”.")
    return found[0]


def _organization_of(email: str) -> Organization:
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"“{email}” is no email address.") from error
    user = User.objects.filter(email=email).first() or create_account(email=email, is_verified=True)
    found = Organization.objects.visible_to(user, Role.ADMIN).order_by("created_at").first()
    return found or create_organization(name=team_name(email), owner=user)
