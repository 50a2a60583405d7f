"""`manage.py partitions`: what the scheduler does daily, at once; or only whether it is in order."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analytics_pulse import clock
from tracking.storage import partitions


class Command(BaseCommand):
    help = "Make the partitions of the months to come and drop those past RETENTION_MONTHS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 when not in order")
        parser.add_argument("--json", action="store_true", help="print the state as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        done = {} if options["check"] else partitions.maintain(now)
        state = partitions.health(now)
        if options["json"]:
            self.stdout.write(json.dumps(state | done))
        else:
            for verb, names in done.items():
                self.stdout.write(f"{verb}: {', '.join(names) or 'nothing'}")
            self.stdout.write(f"from {state['oldest']} to {state['newest']}, {state['ahead_months']} months ahead")
            for table, numbers in state["tables"].items():
                size = f"{numbers['size_bytes'] / 2**20:,.1f} MB"
                self.stdout.write(
                    f"{table}: {numbers['partitions']} partitions, about {numbers['rows']:,} rows, {size}"
                )
        if not state["ok"]:
            raise CommandError(f"missing: {', '.join(state['missing'])}")
