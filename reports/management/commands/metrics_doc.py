"""manage.py metrics_doc: write docs/metrics.md from the registries of metrics and dimensions."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports import glossary


class Command(BaseCommand):
    help = "Writes docs/metrics.md from the registries of metrics and dimensions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = settings.BASE_DIR / "docs" / "metrics.md"
        is_current = path.exists() and path.read_text() == glossary.page()
        if options["check"] and not is_current:
            raise CommandError(f"{path} is out of date: run manage.py metrics_doc")
        if not is_current:
            path.write_text(glossary.page())
        self.stdout.write(f"{path} is up to date")
