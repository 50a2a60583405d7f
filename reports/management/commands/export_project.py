"""`manage.py export_project`: a project's archive, made at once."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.core.management.base import BaseCommand, CommandError

from analytics_pulse import clock
from projects.models import Project
from reports.exports.project_archive import ArchiveSteps, write
from reports.management.commands.import_project import Progress
from tracking.storage.base import StoreUnavailable


class Command(BaseCommand):
    help = "Write the whole project (events, settings, segments, quarantine; no keys, no members) to an archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project_id", help="the project's id")
        parser.add_argument("file", help="where to write it, such as shop.tar; - for standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        project = _project(options["project_id"])
        steps = ArchiveSteps(project, uuid4(), clock.now())
        progress = Progress(self.stderr, "rows")
        try:
            if options["file"] == "-":
                rows = _write(steps, sys.stdout.buffer, progress)
                name = "standard output"
            else:
                rows = _write_file(steps, Path(options["file"]), progress)
                name = options["file"]
        except (OSError, StoreUnavailable) as error:
            raise CommandError(f"Not written: {error}") from error
        progress.end()
        self.stderr.write(f"{project.name}: {rows:,} rows to {name}")


def _project(text: str) -> Project:
    try:
        return Project.objects.get(pk=UUID(text), deleted_at=None)
    except (ValueError, Project.DoesNotExist):
        raise CommandError(f"There is no project {text}.") from None


def _write(steps: ArchiveSteps, file: BinaryIO, progress: "Progress") -> int:
    rows = 0
    for rows, percent in write(steps, file.write):
        progress.show(rows, percent)
    file.flush()
    return rows


def _write_file(steps: ArchiveSteps, path: Path, progress: "Progress") -> int:
    """Under another name until it is whole."""
    partial = path.with_name(f"{path.name}.part")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        rows = _write(steps, file, progress)
        os.fsync(file.fileno())
    partial.rename(path)
    return rows
