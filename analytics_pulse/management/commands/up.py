"""Start everything on this machine: databases where none is configured, web, worker and beat."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Start databases (where none is configured), web, worker and beat under one supervisor; Ctrl-C stops them."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        # Become a process without Django loaded: the supervisor stays for as long as the product runs.
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "analytics_pulse.supervisor", "up"])
