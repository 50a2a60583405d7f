"""Make the database what this version of the code needs. Safe to run again and again, and before every start."""

from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from analytics_pulse import schedule
from analytics_pulse.supervisor.waiting import wait_for_postgres, wait_for_redis
from tracking import tasks


class Command(BaseCommand):
    help = "Wait for PostgreSQL and Redis, migrate, make the partitions, write down the periodic tasks."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        wait_for_redis(settings.REDIS_URL, self.stdout.write)
        wait_for_postgres(settings.DATABASE_URL, self.stdout.write)
        call_command("check", fail_level="ERROR", stdout=StringIO())
        call_command("migrate", interactive=False, verbosity=0)
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns when it is not there
        tasks.maintain_partitions()
        schedule.sync()
