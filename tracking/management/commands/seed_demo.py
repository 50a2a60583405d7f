"""`manage.py seed_demo`: the demo account, its project and three months of traffic, through the pipeline itself."""

import time
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from analytics_pulse import clock
from projects.actions.projects import delete_project
from projects.models import IdentityMode, Project, User
from tracking import accounting
from tracking.conclusion import note_stored
from tracking.demo import account, traffic
from tracking.demo.progress import Progress
from tracking.pipeline import RETRYABLE, run_pipeline
from tracking.storage import get_store
from tracking.storage.base import StoreUnavailable
from tracking.storage.spec import ProjectRef

SLICE_S = 2.0


class Command(BaseCommand):
    help = (
        "Make the demo project with 90 days of made-up traffic. "
        "Run again, it goes on where it was cut short, or says that all is there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="delete the demo project and make it anew, up to now")
        parser.add_argument("--days", type=int, default=traffic.DAYS, help="of traffic (default: %(default)s)")
        parser.add_argument("--password", help=f"of the demo account, when it is made (default: {account.PASSWORD})")

    def handle(self, *args: Any, **options: Any) -> None:
        user = account.find_user()
        project = account.find_project(user) if user else None
        if project and options["reset"]:
            delete_project(project=project)
            project = None
        elif project and account.is_finished(project):
            account.finish(project)
            self.stdout.write(f"The demo project is there already: {_url(project)} ({_login(user)})")
            return
        elif user and not project and not options["reset"]:
            self.stdout.write("The demo project was deleted; seed_demo --reset makes it anew.")
            return
        if not user and settings.PRODUCTION and not options["password"]:
            raise CommandError("in production a password that everybody knows is an open door: give --password")
        password = options["password"] or account.PASSWORD
        project = project or account.make_project(password)
        self._import(project, options["days"])
        account.finish(project)
        self._add_up(project)
        self.stdout.write(f"{account.NAME}: {_url(project)} ({_login(account.find_user())})")

    def _import(self, project: Project, days: int) -> None:
        """Up to when the project was made, so that what a run before this one imported is recognised."""
        until = project.created_at.astimezone(UTC)
        progress = Progress(self.stdout, "Demo data")
        started_at, events, store = time.monotonic(), 0, get_store()
        try:
            for message in traffic.messages(project.pk, until=until, days=days):
                accounting.note_imported(message, clock.now())
                run_pipeline(message, store=store, now=clock.now())
                events += message.event_count
                reached = message.envelopes[-1].received_at
                progress.show(_share(reached, until, days), f"{events:,} events, {reached:%d %b}")
        except RETRYABLE as error:
            raise CommandError(f"{type(error).__name__}: {error}. Run it again, and it goes on from here.") from error
        note_stored(project.pk, until - timedelta(days=days), until)
        progress.show(1, f"{events:,} events in {time.monotonic() - started_at:.1f} s")

    def _add_up(self, project: Project) -> None:
        """At once, so that the first look at the demo is as fast as every other. What fails, beat does later."""
        store, progress = get_store(), Progress(self.stdout, "Daily totals")
        ref = ProjectRef(project.pk, project.zone, project.identity_mode == IdentityMode.COOKIELESS)
        days = 0
        try:
            while (done := store.refresh_rollups(ref, min(clock.now(), store.clock()), budget_s=SLICE_S)).days:
                days += done.days
                if not done.left:
                    break
                progress.show(min(days / (days + done.left), 0.99), f"{days} days")
        except StoreUnavailable as error:
            self.stderr.write(f"The daily totals are not all there yet ({error}); they follow in the background.")
            return
        progress.show(1, f"{days} days")


def _share(reached: datetime, until: datetime, days: int) -> float:
    """Under 1 until all is done."""
    return min(max(1 - (until - reached) / timedelta(days=days), 0), 0.99)


def _login(user: User | None) -> str:
    """With the password as long as it is the one that everybody knows."""
    if user and user.check_password(account.PASSWORD):
        return f"log in as {account.EMAIL}, password {account.PASSWORD}"
    return f"log in as {account.EMAIL}"


def _url(project: Project) -> str:
    return settings.PUBLIC_URL + reverse("reports:dashboard", args=[project.pk])
