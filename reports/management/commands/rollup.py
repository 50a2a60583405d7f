"""`manage.py rollup`: what the scheduler does, at once and with a view of it."""

import time
from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from analytics_pulse import clock
from projects.models import Project
from reports.params import ref
from tracking.storage import get_store
from tracking.storage.rollup_days import first_open_day
from tracking.storage.spec import ProjectRef

SLICE_S = 5.0


class Command(BaseCommand):
    help = "Add up the closed days that are not, or that changed since. Can be interrupted, and run beside the worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", help="its id; all projects when left out")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="D", help="first day, 2026-11-01")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="D", help="last day; yesterday")
        parser.add_argument("--rebuild", action="store_true", help="these days anew; without --from: all")
        parser.add_argument("--check", action="store_true", help="compare with the events first; rebuild what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["first"] or options["last"]) and not options["rebuild"]:
            raise CommandError("--from and --to say what to --rebuild; what is due is added up in any case")
        started, days = time.monotonic(), 0
        projects = _projects(options["project"])
        for project in projects:
            days += self._project(project, options)
        self.stdout.write(f"{days} days of {len(projects)} projects in {time.monotonic() - started:.1f} s")

    def _project(self, project: Project, options: dict[str, Any]) -> int:
        store, asked = get_store(), ref(project)
        if options["rebuild"]:
            first, last = self._range(asked, options)
            if first <= last:
                store.rebuild_rollups(asked, first, last)
        if options["check"] and (found := store.check_rollups(asked, self._now(), budget_s=float("inf"))):
            self.stdout.write(f"{project}: {', '.join(map(str, found))} were not what the events come to")
        days = 0
        while True:
            done = store.refresh_rollups(asked, self._now(), budget_s=SLICE_S)
            days += done.days
            if done.days or done.left:
                self.stdout.write(f"{project}: {days} days, {done.left} to go")
            if not done.left:
                return days
            if not done.days:
                self.stdout.write(f"{project}: {done.left} wait for transactions that began before they were over")
                return days

    def _range(self, asked: ProjectRef, options: dict[str, Any]) -> tuple[date, date]:
        last = options["last"] or first_open_day(self._now(), asked.zone) - timedelta(days=1)
        first_at = get_store().first_event_at(asked.id)
        first = options["first"] or (first_at.astimezone(asked.zone).date() if first_at else last + timedelta(days=1))
        return first, last

    def _now(self) -> datetime:
        return min(clock.now(), get_store().clock())


def _projects(project_id: str | None) -> list[Project]:
    found = Project.objects.filter(deleted_at__isnull=True)
    if project_id is None:
        return list(found)
    try:
        return [found.get(pk=project_id)]
    except (Project.DoesNotExist, ValueError, ValidationError) as error:
        raise CommandError(f"there is no project {project_id}") from error
