"""`manage.py rebuild_goals`: counts goals anew by what is stored, at once and with a view of it."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from analytics_pulse import clock
from goals import filling, fills
from goals.models import Fill, Goal, State
from projects.models import Project
from tracking.demo.progress import Progress


class Command(BaseCommand):
    help = "Count goals anew in all events that are kept. Can be interrupted: the worker goes on with the rest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", required=True, help="its id")
        parser.add_argument("--goal", help="its id; all goals of the project when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        goals = _goals(options["project"], options["goal"])
        for goal in goals:
            with transaction.atomic():
                fills.ask(goal, clock.now(), rings=False)
            self._count(goal)
        self.stdout.write(f"{len(goals)} goals in {time.monotonic() - started:.1f} s")

    def _count(self, goal: Goal) -> None:
        progress = Progress(self.stdout, goal.name)
        while True:
            later_s = filling.fill(goal.pk, now=clock.now)
            fill = Fill.objects.filter(pk=goal.pk).first()
            if fill is None:
                raise CommandError(f"{goal.name}: deleted meanwhile")
            if fill.state == State.FAILED:
                raise CommandError(f"{goal.name}: {fill.error}")
            back_to = f"back to {fill.done_until:%Y-%m-%d %H:%M}" if fill.done_until else "waits for what is under way"
            progress.show(fill.share, back_to)
            if later_s is None:
                return
            time.sleep(later_s)


def _goals(project_id: str, goal_id: str | None) -> list[Goal]:
    try:
        project = Project.objects.get(pk=project_id, deleted_at=None)
    except (Project.DoesNotExist, ValidationError) as error:
        raise CommandError(f"there is no project {project_id}") from error
    goals = Goal.objects.of(project)
    if goal_id is None:
        return list(goals)
    try:
        return [goals.get(pk=goal_id)]
    except (Goal.DoesNotExist, ValidationError) as error:
        raise CommandError(f"the project has no goal {goal_id}") from error
